"""Tracebacks as users want to see them."""

from __future__ import annotations

from types import TracebackType


def strip(error: BaseException) -> None:
    """Take this package's frames and importlib's out of a traceback: users look for their own.

    Args:
        error: The error, with its causes.
    """
    here = __file__.rsplit("/", 2)[0]
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        inner = chain.pop()
        if inner is None or id(inner) in seen:
            continue
        seen.add(id(inner))
        frames: list[TracebackType] = []
        frame = inner.__traceback__
        while frame is not None:
            filename = frame.tb_frame.f_code.co_filename
            if not filename.startswith((here, "<frozen importlib")):
                frames.append(frame)
            frame = frame.tb_next
        stripped = None
        for item in reversed(frames):
            stripped = TracebackType(stripped, item.tb_frame, item.tb_lasti, item.tb_lineno)
        inner.__traceback__ = stripped
        chain += [inner.__cause__, inner.__context__]


def format_error(error: BaseException) -> str:
    """Return an error as Python shows it."""
    import traceback

    return "".join(traceback.format_exception(error))
