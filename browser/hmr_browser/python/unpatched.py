"""Python that the page runs in a way that can't be patched: the page reloads for it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence

from hmr_client.syntax_errors import quote_source
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import ErrorDetails, ErrorLocation, ErrorPayload, PyUpdate

from ..page.console import ConsoleLogger
from ..page.overlay import ErrorOverlay

_TOP_LEVEL_AWAIT = 0x2000  # `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`


class UnpatchedPython:
    """Reloads the page when a Python file changes that it runs without the module runner.

    Args:
        why: Returns why a file can't be patched, by its path; None if it can, or is not the page's.
        reload: Reloads the page, for a reason.
        overlay: Where a file that does not compile is shown.
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
        """Reload the page if it runs one of the files, and each of them compiles.

        Args:
            updates: The Python files of one batch.

        Returns:
            What became of those that it runs.
        """
        found = [(x, why) for x in updates if x.source is not None and (why := self._why(x.path))]
        errors = {x.path: error for x, _ in found if (error := self._error_in(x)) is not None}
        if errors:
            others = f"not applied because of {next(iter(errors))}"
            return [_applied(x, None, errors.get(x.path, others)) for x, _ in found]
        if found:
            update, reason = found[0]
            self._logger.log(f"page reload: {update.path}: {reason}")
            self._reload(f"{update.path}: {reason}")
        return [_applied(x, reason) for x, reason in found]

    def _error_in(self, update: PyUpdate) -> str | None:
        """Show why a file does not compile, and return it as text; None if it does."""
        file = update.path.lstrip("/")
        source = update.source or ""
        try:
            compile(source, file, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError as error:
            quote_source(error, source, file)
            details = _details(error, file)
        except ValueError:  # a NUL in it: the interpreter that runs it says so
            return None
        else:
            return None
        self._overlay.show(ErrorPayload(err=details), of_python=True, timestamp=update.timestamp)
        self._logger.error(details.stack)
        return details.stack


def _details(error: SyntaxError, file: str) -> ErrorDetails:
    column = max((error.offset or 1) - 1, 0)
    return ErrorDetails(
        message=f"{type(error).__name__}: {error.msg}",
        stack="".join(traceback.format_exception_only(error)).rstrip(),
        id=file,
        loc=ErrorLocation(file=file, line=error.lineno or 1, column=column),
        extra={"tip": "Fix the error to continue."},
    )


def _applied(update: PyUpdate, reason: str | None, error: str | None = None) -> AppliedUpdate:
    tier = None if error else "RELOAD"
    return AppliedUpdate(
        path=update.path,
        accepted_path=update.accepted_path,
        milliseconds=0.0,
        tier=tier,
        reason=reason,
        error=error,
    )
