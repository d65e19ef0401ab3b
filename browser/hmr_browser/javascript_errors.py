"""Errors that have crossed from JavaScript, or are about to cross."""

from __future__ import annotations

import re
import traceback
from typing import Any

from hmr_client.exceptions import HMRError, ThrownValue

from ._ffi import JsException

_NOT_THE_USERS = re.compile(r"/@hmr/|/@vite/client|pyodide\.asm|wasm:|<anonymous>")


def thrown(error: BaseException) -> BaseException:
    """Return what JavaScript threw as the core knows it.

    Args:
        error: An exception that came out of JavaScript.

    Returns:
        A `ThrownValue` where no `Error` was thrown; else the same exception, which the console
        shows with JavaScript's own stack.
    """
    if isinstance(error, JsException) and getattr(error, "name", None) == "ThrownValue":
        return ThrownValue(getattr(error, "value", None))
    return error


def describe_error(error: BaseException) -> str:
    """Say what went wrong as a person at a terminal reads it: with the user's own frames.

    Args:
        error: An error of JavaScript's or of Python's.
    """
    match error:
        case ThrownValue() | HMRError():
            return str(error)
        case JsException():
            lines = str(getattr(error, "stack", None) or error).splitlines()
            frames = [line for line in lines[1:] if not _NOT_THE_USERS.search(line)]
            return "\n".join([str(error), *(line for line in frames if line.startswith("    at "))])
        case _:
            return "".join(traceback.format_exception(error)).rstrip()


def error_to_js(error: str | BaseException) -> Any:
    """Return an error as the console shows it best.

    Args:
        error: A sentence; an error of JavaScript's, which comes with its stack; or a Python one,
            which becomes its traceback, or its message where it is one of ours that explains itself.
    """
    match error:
        case ThrownValue():
            return error.value
        case str() | JsException():
            return error
        case HMRError():
            return str(error)
        case _:
            return "".join(traceback.format_exception(error))
