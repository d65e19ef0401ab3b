"""All attacks of the table, over raw sockets, on everything that serves a project."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.security import victim as victims
from tests.security.attacks import ATTACKS, FOREIGN_SITE, Attack, get
from tests.security.victim import CANARY, SIGNS, Victim

_THEIRS = (404, 405)  # what the application answers, where it isn't ours to answer

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(
    scope="module", params=[victims.hmr_server, victims.fastapi, victims.django, victims.built]
)
def victim(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Victim]:
    begin: Callable[[Path], contextlib.AbstractContextManager[Victim]] = request.param
    with begin(tmp_path_factory.mktemp("around")) as started:
        yield started


@pytest.mark.parametrize("kind", ATTACKS)
def test_no_attack_of_the_table_gets_anything(victim: Victim, kind: str) -> None:
    for path in ("main.js", "style.css", "@hmr/client"):  # an answer that is kept is no other's
        victim.ask(get("{base}" + path, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: script"))
    problems = [problem for attack in ATTACKS[kind] if (problem := _problem(victim, attack))]
    assert not problems, "\n".join(problems)


def test_it_still_serves_what_it_should(victim: Victim) -> None:
    """A server that refuses everything would pass all of the above."""
    status, answer = victim.ask(get("{base}names.json"))
    assert (status, answer.rpartition(b"\r\n")[2]) == (200, b"[]")
    status, answer = victim.ask(get("{base}main.js"))
    assert status == 200
    assert b"accept" in answer
    if victim.token:
        status, answer = victim.ask(get("{base}@hmr/client", "Sec-Fetch-Site: same-origin"))
        assert status == 200
        assert victim.token.encode() in answer


def test_the_terminal_shows_no_secret_and_no_traceback(victim: Victim) -> None:
    printed = victim.printed()
    assert CANARY not in printed
    assert "Traceback" not in printed
    assert not any(character in printed for character in "\x1b\x07\u202e")


def test_no_site_but_this_machine_s_may_read(victim: Victim) -> None:
    if not victim.token:
        pytest.skip("what is built has another server's headers")
    for path in ("main.js", "@hmr/client", "style.css", "names.json", "main.py", ".env"):
        for origin in (FOREIGN_SITE, "http://evil.example?.localhost", "null"):
            _, answer = victim.ask(get("{base}" + path, f"Origin: {origin}"))
            head = answer.partition(b"\r\n\r\n")[0].lower()
            assert b"access-control-allow-origin" not in head
            assert b"cross-origin-resource-policy: same-origin" in head
            assert b"x-content-type-options: nosniff" in head


@pytest.mark.parametrize("path", ["main.py?x.css", "names.json?x.css", "main.py?direct&x.css"])
def test_a_query_makes_no_stylesheet_of_a_file(victim: Victim, path: str) -> None:
    for accept in ("text/css,*/*;q=0.1", "*/*"):
        _, answer = victim.ask(get("{base}" + path, f"Accept: {accept}", "Sec-Fetch-Dest: style"))
        assert b"content-type: text/css" not in answer.partition(b"\r\n\r\n")[0].lower()
        assert b"__vite__css" not in answer


def _problem(victim: Victim, attack: Attack) -> str | None:
    status, answer = victim.ask(attack.request)
    asked = f"{attack.request.splitlines()[0][:120]}\n{answer[:300]!r}"
    if any(sign in answer for sign in SIGNS):
        return f"{victim.name} gave a secret away: {asked}"
    if not victim.token:
        return None  # another server's answer
    # Django refuses every WebSocket so; the frameworks' own pages are theirs, too
    theirs = (*_THEIRS, 500) if "Upgrade:" in attack.request else _THEIRS
    is_theirs = status in theirs and not victim.is_own
    if status not in attack.expected and not is_theirs:
        return f"{victim.name} answered {status} and not {attack.expected}: {asked}"
    is_known = "{root}" in attack.request or "{outside}" in attack.request  # to who asks
    if status in {400, 403, 404} and not is_known and str(victim.folder).encode() in answer:
        return f"{victim.name} shows where the project is: {asked}"
    return None
