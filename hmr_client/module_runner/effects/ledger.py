"""Side effects by module: what a module registered is removed when it is disposed.

asyncio's tasks and timers are recorded here; a browser adapter adds recorders for event listeners,
proxies and the page's timers. An effect belongs to the innermost application module on the stack
when it is registered, and to the statement of a top level that led there: when either is run again,
it goes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..module_graph import EvaluatedModule, EvaluatedModules
    from ..transaction import Transaction


TOP_LEVEL = "top level"
"""The kind of effect that the rest of a top level is, while it waits for something."""


class Recorder(Protocol):
    """Tells the ledger about one sort of effect, from `install` to `uninstall`."""

    def install(self, ledger: Ledger) -> None:
        """Begin to record.

        Args:
            ledger: Gets each effect by `ledger.record`.
        """

    def uninstall(self) -> None:
        """Stop, and put everything back."""


class Effect:
    """Something that a module has registered.

    Attributes:
        kind: What it is (`task`, `timer`, `listener`): the key of the counts.
        suspend: Makes it have no effect, so that it can be brought back; None if there is no way.
        resume: Brings it back after a failed update.
        close: Ends it for good, and frees what it holds.
        module: Whose it is.
        cause: The module whose top level led to it, or None.
        line: The line there, or 0.
    """

    __slots__ = ("cause", "close", "kind", "line", "module", "resume", "suspend")

    def __init__(
        self,
        kind: str,
        close: Callable[[], object],
        suspend: Callable[[], object] | None = None,
        resume: Callable[[], object] | None = None,
    ) -> None:
        self.kind = kind
        self.close = close
        self.suspend = suspend
        self.resume = resume
        self.module: EvaluatedModule | None = None
        self.cause: EvaluatedModule | None = None
        self.line = 0


class Ledger:
    """What each module has registered and not removed itself.

    Args:
        graph: Tells which module a frame belongs to.
        on_error: Called with an effect that could not be removed.
    """

    def __init__(
        self, graph: EvaluatedModules, on_error: Callable[[BaseException], object]
    ) -> None:
        self._graph = graph
        self._on_error = on_error
        self._effects: dict[EvaluatedModule, dict[Effect, None]] = {}
        self._waiting: set[Effect] = set()  # those that are the rest of a top level
        self._recorders: list[Recorder] = []
        # the update that is being applied: if it fails, what it registers goes again
        self.transaction: Transaction | None = None

    def counts(self) -> dict[str, int]:
        """Return how many effects of each kind are registered."""
        counts: dict[str, int] = {}
        for module, effects in self._effects.items():
            for effect in effects:
                if effect.module is module:
                    counts[effect.kind] = counts.get(effect.kind, 0) + 1
        return counts

    def is_evaluating(self) -> bool:
        """Return whether the top level of some module is still waiting."""
        return bool(self._waiting)

    def of(self, module: EvaluatedModule) -> list[Effect]:
        """Return the effects of a module and of its top level, in the order of their registration."""
        return list(self._effects.get(module, ()))

    def of_lines(self, module: EvaluatedModule, lines: range) -> list[Effect]:
        """Return the effects that some lines of a module's top level led to.

        Args:
            lines: The lines, from 1.
        """
        return [x for x in self.of(module) if x.cause is module and x.line in lines]

    def add_recorder(self, recorder: Recorder) -> None:
        """Let a recorder begin."""
        recorder.install(self)
        self._recorders.append(recorder)

    def remove_recorders(self) -> None:
        """Stop all recorders, in reverse order."""
        while self._recorders:
            self._recorders.pop().uninstall()

    def record(
        self,
        effect: Effect,
        *,
        depth: int = 1,
        only_direct: bool = False,
        of_top_level: bool = False,
    ) -> bool:
        """Write down an effect, if it is an application module's.

        Args:
            depth: How many frames the recorder itself has on the stack.
            only_direct: Whether it counts only when the module itself is the caller, not a
                library on its behalf.
            of_top_level: Whether it belongs to the module whose top level led to it, and to no
                other; without such a module it has no owner.

        Returns:
            Whether it belongs to an application module. `discard` it once it has ended.
        """
        frame: FrameType | None = sys._getframe(depth + 1)  # noqa: SLF001  # the caller, without importing inspect
        module = None
        while frame is not None:
            owner = self._graph.by_globals(frame.f_globals, frame.f_code.co_filename)
            if owner is not None:
                module = module or owner
                if frame.f_code.co_name == "<module>":
                    effect.cause, effect.line = owner, frame.f_lineno
                    break
            if module is None and only_direct:
                return False
            frame = frame.f_back
        if of_top_level:
            module = effect.cause
        if module is None:
            return False
        self.adopt(effect, module)
        return True

    def adopt(self, effect: Effect, module: EvaluatedModule) -> None:
        """Write down an effect whose module is known.

        Args:
            effect: The effect. `discard` it once it has ended.
            module: Whose it is.
        """
        effect.module = module
        self._add(effect, module)
        if self.transaction is not None:
            self.transaction.on_rollback(lambda: self._end(effect))

    def _add(self, effect: Effect, module: EvaluatedModule) -> None:
        for owner in (module, effect.cause or module):
            self._effects.setdefault(owner, {})[effect] = None
        if effect.kind == TOP_LEVEL:
            self._waiting.add(effect)

    def _end(self, effect: Effect) -> None:
        self.discard(effect)
        self._try(effect.suspend or effect.close)
        if effect.suspend is not None:
            self._try(effect.close)

    def discard(self, effect: Effect) -> None:
        """Forget an effect that has ended: the task is done, the listener was removed."""
        for owner in (effect.module, effect.cause):
            if owner is not None and (effects := self._effects.get(owner)) is not None:
                effects.pop(effect, None)
                if not effects:  # else what a restart has dropped would live on here
                    del self._effects[owner]
        self._waiting.discard(effect)

    def keep(self, kind: str) -> None:
        """Leave the effects of a kind as they are, for good."""
        for effect in {x for effects in self._effects.values() for x in effects if x.kind == kind}:
            self.discard(effect)

    def close(self, effects: list[Effect], transaction: Transaction) -> None:
        """Remove effects, the last one first. What can't be brought back ends with the commit.

        Args:
            transaction: Brings them back if the update fails.
        """
        for effect in reversed(effects):
            self.discard(effect)
            if effect.suspend is not None:
                self._try(effect.suspend)
            transaction.on_rollback(lambda effect=effect: self._bring_back(effect))  # type: ignore[misc]
            transaction.on_commit(lambda effect=effect: self._try(effect.close))  # type: ignore[misc]

    def move_lines(
        self,
        module: EvaluatedModule,
        new_line: Callable[[int], int],
        transaction: Transaction,
    ) -> None:
        """Follow the statements that registered effects to their lines in a new source.

        Args:
            new_line: Gives the new line of an old one, or 0.
            transaction: Rolls it back on failure.
        """
        for effect in self.of(module):
            if effect.cause is module and effect.line:
                transaction.set(effect, "line", new_line(effect.line))

    def _bring_back(self, effect: Effect) -> None:
        if effect.module is not None:
            self._add(effect, effect.module)
        if effect.resume is not None:
            self._try(effect.resume)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001  # one effect that resists must not keep the others
            self._on_error(error)


class AsyncioRecorder:
    """Records the tasks and timers that application modules make on an event loop.

    Args:
        loop: The loop; its methods are wrapped on the instance.
    """

    _METHODS = ("create_task", "call_later", "call_at")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop: Any = loop
        self._before: dict[str, Any] = {}

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        loop = self._loop

        def create_task(coroutine: Any, **options: Any) -> asyncio.Task[Any]:
            task: asyncio.Task[Any] = original["create_task"](coroutine, **options)
            effect = Effect("task", task.cancel)
            if _is_ours(coroutine) is False and ledger.record(effect):
                task.add_done_callback(lambda _: ledger.discard(effect))
            return task

        def make_timer(name: str) -> Callable[..., asyncio.TimerHandle]:
            def timer(when: float, callback: Callable[..., Any], *args: Any, **options: Any) -> Any:
                def fire(*args: Any) -> None:
                    ledger.discard(effect)
                    callback(*args)

                effect = Effect("timer", lambda: handle.cancel())
                if not ledger.record(effect, only_direct=True):
                    return original[name](when, callback, *args, **options)
                handle = original[name](when, fire, *args, **options)
                deadline = handle.when()

                def resume() -> None:
                    nonlocal handle
                    handle = original["call_at"](deadline, fire, *args, **options)

                effect.suspend, effect.resume = effect.close, resume
                return handle

            return timer

        original = {name: getattr(loop, name) for name in self._METHODS}
        self._before = {name: vars(loop).get(name) for name in self._METHODS}
        loop.create_task = create_task
        loop.call_later = make_timer("call_later")
        loop.call_at = make_timer("call_at")

    def uninstall(self) -> None:
        """See `Recorder`."""
        for name, before in self._before.items():
            if before is None:
                vars(self._loop).pop(name, None)
            else:
                setattr(self._loop, name, before)
        self._before = {}


def _is_ours(coroutine: Any) -> bool:
    """Return whether a coroutine is the runner's own: an update that ran in a module's name would stop."""
    # before Python 3.12 eager tasks are generators of `hmr_client.eager`
    code = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
    return code is not None and "hmr_client" in code.co_filename
