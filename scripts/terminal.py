"""How the commands speak: one line for each step, the whole output only where a step failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent

_HEARTBEAT_S = 20.0  # where lines can't be rewritten, a long step says this often that it lives
_REDRAW_S = 0.1


class StepFailedError(Exception):
    """A step of a command failed.

    Attributes:
        hint: what the user can do about it, empty where the output says it.
        output: what the failing program printed.
    """

    def __init__(self, message: str, *, hint: str = "", output: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.output = output


def _is_live() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and "CI" not in os.environ


def paint(text: str, code: str) -> str:
    """Return `text` in the colour of the SGR `code`, or plain where colours are not wanted."""
    wanted = sys.stdout.isatty() or "FORCE_COLOR" in os.environ
    return f"\033[{code}m{text}\033[0m" if wanted and "NO_COLOR" not in os.environ else text


def bold(text: str) -> str:
    """Return `text` in bold."""
    return paint(text, "1")


def dim(text: str) -> str:
    """Return `text` in a colour that steps back."""
    return paint(text, "2")


def title(text: str) -> None:
    """Print the headline of a command."""
    print(f"\n{bold(text)}\n", flush=True)


def seconds(duration: float) -> str:
    """Return a duration in seconds as people say it."""
    return (
        f"{duration:.1f} s" if duration < 60 else f"{int(duration // 60)} min {duration % 60:.0f} s"
    )


class Step(AbstractContextManager["Step"]):
    """One step of a command: a line that lives while the step runs and stays when it has ended.

    Leaving the context by an exception marks the step as failed and lets the exception through.

    Args:
        name: what the step is about, one or two words.
        streams: whether the step's programs print on their own (pytest does): then the line is
            printed before and after them and not rewritten in between.
    """

    def __init__(self, name: str, *, streams: bool = False) -> None:
        self.name = name
        self.note = ""
        self._streams = streams
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._ticker: threading.Thread | None = None

    def __enter__(self) -> Step:
        if self._streams:
            print(f"  {dim('┌')} {bold(self.name)}", flush=True)
        else:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._ticker:
            self._ticker.join()
        if error is not None:
            self.note = ""  # it said what was being done, not what was found
        mark = paint("✓", "32") if error is None else paint("✗", "31")
        took = seconds(time.monotonic() - self._started)
        clear = "\r\033[K" if _is_live() and not self._streams else ""
        print(f"{clear}  {mark} {self.name:<16} {self.note}  {dim(took)}", flush=True)

    def say(self, note: str) -> None:
        """Set the words beside the step's name: what it does now, at last what it found."""
        self.note = note

    def _tick(self) -> None:
        while not self._ended.wait(_REDRAW_S if _is_live() else _HEARTBEAT_S):
            took = seconds(time.monotonic() - self._started)
            if _is_live():
                width = shutil.get_terminal_size().columns - 34
                print(
                    f"\r\033[K  {paint('·', '33')} {self.name:<16} {self.note[:width]}  {dim(took)}",
                    end="",
                    flush=True,
                )
            else:
                print(f"  · {self.name:<16} still at it, {took}: {self.note[:100]}", flush=True)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        hint: str = "",
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        shows_output: bool = True,
    ) -> str:
        """Run a program to its end; its last line of output shows as the step's progress.

        Args:
            command: the program and its arguments.
            hint: what to tell the user if it fails.
            cwd: the folder that it runs in.
            env: variables set on top of the present ones.
            timeout: seconds after which it is ended and counts as failed.
            shows_output: whether its output shows as progress.

        Returns:
            What it printed, standard error included.

        Raises:
            StepFailedError: it is not there, exits with another code than 0, or takes too long.
        """
        words = [str(word) for word in command]
        lines: deque[str] = deque(maxlen=2000)
        try:
            process = subprocess.Popen(
                words,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise StepFailedError(f"{words[0]} can't be run: {error}", hint=hint) from error
        timer = threading.Timer(timeout or threading.TIMEOUT_MAX, process.kill)
        timer.daemon = True
        timer.start()
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if shows_output and line.strip():
                    self.note = line.strip()
        timer.cancel()
        output = "".join(lines)
        if process.returncode:
            raise StepFailedError(
                f"{' '.join(_shorten(word) for word in words)} ended with {process.returncode}",
                hint=hint,
                output=output,
            )
        return output

    def stream(
        self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None
    ) -> None:
        """Run a program that prints on its own.

        Raises:
            StepFailedError: it exits with another code than 0.
        """
        words = [str(word) for word in command]
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise StepFailedError(
                f"{' '.join(_shorten(word) for word in words)} ended with {done.returncode}"
            )


def _shorten(word: str) -> str:
    """Return a word of a command line as it can be pasted at the project's root."""
    return word.removeprefix(f"{ROOT}/")


def explain(error: StepFailedError) -> None:
    """Print why a step failed: the program's output, the reason, what to do."""
    if error.output.strip():
        print("\n" + "\n".join(f"    {line}" for line in error.output.rstrip().splitlines()[-60:]))
    print(f"\n  {paint(str(error), '31')}")
    if error.hint:
        print("\n".join(f"  {line}" for line in error.hint.splitlines()))
    print(flush=True)


def main(command: Callable[[], None]) -> int:
    """Run a command; return its exit code."""
    try:
        command()
    except StepFailedError as error:
        explain(error)
        return 1
    except KeyboardInterrupt:
        print(f"\n  {dim('stopped')}")
        return 130
    return 0
