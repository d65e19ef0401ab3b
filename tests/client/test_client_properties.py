"""Scenarios that nobody thought of: the invariants hold in every one of them.

A generated page has modules that accept themselves or others, disposers that raise or wait, imports
that fail or take their time, listeners that raise, modules that invalidate; batches overlap, prunes
come in between.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .scenario import Scenario

PATHS = ["/a.js", "/b.js", "/c.js"]
CONTEXTS = {"/a.js": "A", "/b.js": "B", "/c.js": "C"}

body = st.lists(
    st.sampled_from(
        [
            {"op": "wait", "ticks": 1},
            {"op": "wait", "ticks": 3},
            {"op": "throw", "message": "callback"},
            {"op": "invalidate", "ctx": "A", "message": "no"},
            {"op": "send", "ctx": "B", "event": "x", "data": 1},
            {"op": "notify", "event": "other", "data": 2},
            {"op": "on", "ctx": "C", "event": "custom", "cb": "quiet"},
            {"op": "off", "ctx": "C", "event": "custom", "cb": "quiet"},
        ]
    ),
    max_size=2,
)
outcome = st.fixed_dictionaries(
    {"ticks": st.integers(0, 4)}, optional={"reject": st.just({"message": "import"})}
)


@st.composite
def scenarios(draw: Any) -> dict[str, Any]:
    names = ["one", "two", "three"]
    callbacks = {name: draw(body) for name in names} | {"quiet": []}
    ops: list[dict[str, Any]] = []
    versions = dict.fromkeys(PATHS, 0)

    def context(path: str) -> list[dict[str, Any]]:
        """A new version of a module: each version has callbacks of its own name."""
        versions[path] += 1
        id_ = CONTEXTS[path]
        own = f"{path}#{versions[path]}"
        callbacks[own] = draw(body)
        steps: list[dict[str, Any]] = [{"op": "create_context", "id": id_, "path": path}]
        if draw(st.booleans()):
            steps.append({"op": "accept_self", "ctx": id_, "cb": own})
        if draw(st.booleans()):
            steps.append(
                {"op": "accept_dep", "ctx": id_, "dep": draw(st.sampled_from(PATHS)), "cb": own}
            )
        if draw(st.booleans()):
            steps.append({"op": "dispose", "ctx": id_, "cb": draw(st.sampled_from(names))})
        if draw(st.booleans()):
            steps.append({"op": "prune", "ctx": id_, "cb": draw(st.sampled_from(names))})
        if draw(st.booleans()):
            steps.append({"op": "on", "ctx": id_, "event": "custom", "cb": own})
        return steps

    for path in PATHS:
        ops += context(path)
    for _ in range(draw(st.integers(1, 6))):
        match draw(
            st.sampled_from(["batch", "batch", "message", "prune", "notify", "context", "advance"])
        ):
            case "batch" | "message" as kind:
                updates = draw(
                    st.lists(
                        st.builds(
                            lambda p, a: {
                                "type": "js-update",
                                "path": p,
                                "acceptedPath": a,
                                "timestamp": 1,
                            },
                            st.sampled_from(PATHS),
                            st.sampled_from(PATHS),
                        ),
                        min_size=1,
                        max_size=3,
                    )
                )
                if kind == "batch":
                    ops.append({"op": "queue_update", "updates": updates})
                else:
                    ops.append({"op": "message", "payload": {"type": "update", "updates": updates}})
            case "prune":
                ops.append(
                    {
                        "op": "prune_paths",
                        "paths": draw(st.lists(st.sampled_from(PATHS), unique=True)),
                    }
                )
            case "notify":
                ops.append({"op": "notify", "event": "custom", "data": 1})
            case "context":
                ops += context(draw(st.sampled_from(PATHS)))
            case _:
                ops.append({"op": "advance", "ticks": draw(st.integers(0, 3))})
    return {
        "cbs": callbacks,
        "imports": {path: draw(st.lists(outcome, min_size=1, max_size=3)) for path in PATHS},
        "transport": draw(
            st.lists(
                outcome.map(lambda o: {**o, **({"reject": "closed"} if "reject" in o else {})}),
                min_size=1,
                max_size=2,
            )
        ),
        "ops": [*ops, {"op": "settle"}],
    }


@settings(max_examples=300, deadline=None)
@given(scenarios())
def test_every_promise_settles_and_every_failure_has_a_place(scenario):
    trace = Scenario(scenario).run()
    for promise in trace["promises"]:
        assert promise["status"] != "pending", promise
        if promise["status"] == "rejected":
            assert promise["error"]["$error"] in {"callback", "import"}
    # a failed import is logged in two lines, and the module's callbacks run all the same
    errors = [e["msg"][0] for e in trace["events"] if e["ev"] == "log" and e["level"] == "error"]
    failed = [e for e in errors if isinstance(e, str) and e.startswith("Failed to reload")]
    assert len(failed) == sum(e == {"$error": "import"} for e in errors)


@settings(max_examples=300, deadline=None)
@given(scenarios())
def test_what_is_registered_stays_bounded(scenario):
    state = Scenario(scenario).run()["state"]
    for event, listeners in state["listeners"].items():
        registered = [name for own in state["ctxListeners"].values() for name in own.get(event, [])]
        # one list by event, one by context: nothing in one that is not in the other
        assert sorted(set(listeners)) == sorted(set(registered))


@settings(max_examples=300, deadline=None)
@given(scenarios())
def test_the_next_update_works_whatever_happened_before(scenario):
    run = Scenario(
        {
            **scenario,
            "cbs": {**scenario["cbs"], "fine": []},
            "imports": {**scenario["imports"], "/z.js": [{"ticks": 1, "module": "z"}]},
            "ops": [
                *scenario["ops"],
                {"op": "create_context", "id": "Z", "path": "/z.js"},
                {"op": "accept_self", "ctx": "Z", "cb": "fine"},
                {
                    "op": "message",
                    "payload": {
                        "type": "update",
                        "updates": [
                            {
                                "type": "js-update",
                                "path": "/z.js",
                                "acceptedPath": "/z.js",
                                "timestamp": 1,
                            }
                        ],
                    },
                },
                {"op": "settle"},
            ],
        }
    )
    events = run.run()["events"]
    assert [(e["ev"], e.get("msg") or e.get("args")) for e in events[-2:]] == [
        ("call", [{"$mod": "z"}]),
        ("log", ["hot updated: /z.js"]),
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PATHS), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_in_a_batch_dispose_comes_before_import_before_callbacks_in_queue_order(
    order, imports, waits
):
    trace = Scenario(
        {
            "cbs": {
                **{f"accept {p}": [] for p in PATHS},
                **{
                    f"dispose {p}": [{"op": "wait", "ticks": w}] if w else []
                    for p, w in zip(PATHS, waits, strict=True)
                },
            },
            "imports": {
                p: [{"ticks": t, "module": p}] for p, t in zip(PATHS, imports, strict=True)
            },
            "ops": [
                step
                for p in PATHS
                for step in (
                    {"op": "create_context", "id": CONTEXTS[p], "path": p},
                    {"op": "accept_self", "ctx": CONTEXTS[p], "cb": f"accept {p}"},
                    {"op": "dispose", "ctx": CONTEXTS[p], "cb": f"dispose {p}"},
                )
            ]
            + [
                {
                    "op": "queue_update",
                    "updates": [
                        {"type": "js-update", "path": p, "acceptedPath": p, "timestamp": 1}
                        for p in order
                    ],
                },
                {"op": "settle"},
            ],
        }
    ).run()
    happened = [
        ("import", e["update"]["path"])
        if e["ev"] == "import"
        else (e["cb"].split()[0], e["cb"].split()[1])
        for e in trace["events"]
        if e["ev"] in {"import", "call"}
    ]
    for path in order:
        dispose, load = happened.index(("dispose", path)), happened.index(("import", path))
        assert dispose < load < happened.index(("accept", path))
    assert [p for what, p in happened if what == "accept"] == order
    assert [p for what, p in happened if what == "dispose"] == order
    last_import = max(i for i, (what, _) in enumerate(happened) if what == "import")
    assert last_import < min(i for i, (what, _) in enumerate(happened) if what == "accept")
