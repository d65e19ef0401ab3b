"""Python that the page runs in a way that can't be patched: the page is loaded anew for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hmr_client.custom_events import AppliedUpdate
from hmr_client.payloads import ErrorPayload, PyUpdate

from ..page.console import ConsoleLogger
from ..page.overlay import ErrorOverlay


class UnpatchedPython:
    """Loads the page anew when a Python file changes that it runs without the module runner.

    Args:
        why: Returns why a file can't be patched, by its path; None if it can, or is not the page's.
        reload: Loads the page anew, for a reason.
        overlay: Where a file that does not compile is shown.
        logger: The console.
    """

    def __init__(
        self,
        why: Callable[[str], str | None],
        reload: Callable[[str], None],
        overlay: ErrorOverlay,
        logger: ConsoleLogger,
    ) -> None:
        self._why = why
        self._reload = reload
        self._overlay = overlay
        self._logger = logger

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Load the page anew if it runs one of the files, and each of them compiles.

        Args:
            updates: The Python files of one batch.

        Returns:
            What became of those that it runs.
        """
        found = [(x, why) for x in updates if x.source is not None and (why := self._why(x.path))]
        errors = {x.path: error for x, _ in found if (error := self._error_in(x)) is not None}
        if errors:
            others = f"not applied because of {next(iter(errors))}"
            return [_applied(x, error=errors.get(x.path, others)) for x, _ in found]
        if found:
            update, reason = found[0]
            self._logger.log(f"page reload: {update.path}: {reason}")
            self._reload(f"{update.path}: {reason}")
        return [_applied(x, reason=reason) for x, reason in found]

    def _error_in(self, update: PyUpdate) -> str | None:
        """Show why a file does not compile, and return it as text; None if it does."""
        from ..python.source import HOME  # only when something is saved
        from .errors import compile_error, details_of, shown

        source = update.source or ""
        error = compile_error(source, HOME + update.path)
        if error is None:
            return None
        tip = "The page was not loaded anew. Fix the error to go on."
        details = details_of(error, "", lambda _: source, tip=tip)
        self._overlay.show(ErrorPayload(err=details), of_python=True, timestamp=update.timestamp)
        self._logger.error(text := shown("", error))
        return text


def _applied(
    update: PyUpdate, *, reason: str | None = None, error: str | None = None
) -> AppliedUpdate:
    return AppliedUpdate(
        path=update.path,
        accepted_path=update.accepted_path,
        milliseconds=0.0,
        tier=None if error else "RELOAD",
        reason=reason,
        error=error,
    )
