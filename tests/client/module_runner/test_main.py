"""The command: a real process, real files, a real save."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="Pyodide has no processes")

MAIN = """
import asyncio, sys, greet
print(sys.argv[1:], __name__, flush=True)
async def main():
    last = None
    while True:
        if (text := greet.hello()) != last:
            last = text
            print(text, flush=True)
        await asyncio.sleep(0.01)
task = asyncio.create_task(main())
"""


def start(tmp_path, main):
    (tmp_path / "main.py").write_bytes(main.encode("latin-1"))
    (tmp_path / "greet.py").write_text("def hello():\n    return 'hello 1'\n")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hmr_client.module_runner",
            str(tmp_path / "main.py"),
            "an argument",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.fixture
def command(tmp_path):
    process = start(tmp_path, MAIN)
    yield process, tmp_path
    process.terminate()
    process.communicate()


def test_a_save_is_applied_to_the_running_process(command):
    process, folder = command
    assert process.stdout.readline() == "['an argument'] __main__\n"
    assert "watching" in process.stderr.readline()
    assert process.stdout.readline() == "hello 1\n"
    (folder / "greet.py").write_text("def hello():\n    return 'hello, 2'\n")
    assert process.stdout.readline() == "hello, 2\n"
    assert process.stderr.readline().startswith(
        "hmr: patch greet.py (hello): only function bodies changed"
    )
    (folder / "greet.py").write_text("def hello(:\n")
    assert "greet.py" in process.stderr.readline()
    while "nothing has changed" not in process.stderr.readline():
        pass
    (folder / "greet.py").write_text("def hello():\n    return 'hello three'\n")
    assert process.stdout.readline() == "hello three\n"
    assert process.poll() is None


WAITS = MAIN.replace("task = asyncio.create_task(main())\n", "")


@pytest.mark.parametrize(
    "end",
    [
        "await main()\n",
        "asyncio.run(main())\n",
        'if __name__ == "__main__":\n    asyncio.run(main(), debug=True)\n',
        "from asyncio import run\ntry:\n    run(main())\nfinally:\n    pass\n",
        "def cli(n=1):\n    x = asyncio.run(main())\n    return x\ncli(2)\n",
        "def go():\n    asyncio.run(main())\ndef cli():\n    go()\nif 1:\n    sys.exit(cli())\n",
    ],
)
def test_a_script_that_waits_for_ever_is_updated(tmp_path, end):
    process = start(tmp_path, WAITS + end)
    try:
        assert process.stdout.readline() == "['an argument'] __main__\n"
        assert process.stdout.readline() == "hello 1\n"
        assert "watching" in process.stderr.readline()
        (tmp_path / "greet.py").write_text("def hello():\n    return 'hello, 2'\n")
        assert process.stdout.readline() == "hello, 2\n"
        (tmp_path / "main.py").write_text(WAITS + "print('again', flush=True)\n" + end)
        assert process.stdout.readline() == "['an argument'] __main__\n"
        assert process.stdout.readline() == "again\n"
        assert process.stdout.readline() == "hello, 2\n"
        assert process.poll() is None
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("broken", ["x = 1 +\n", "# \xff\nx = 1\n", "raise LookupError\n"])
def test_a_script_that_does_not_start_starts_after_the_next_save(tmp_path, broken):
    process = start(tmp_path, broken)
    try:
        while "watching" not in process.stderr.readline():
            pass
        (tmp_path / "main.py").write_text(MAIN)
        assert process.stdout.readline() == "['an argument'] __main__\n"
    finally:
        process.terminate()
        process.communicate()


def test_a_file_that_is_not_in_its_encoding_is_left_out(command):
    process, folder = command
    assert process.stdout.readline() == "['an argument'] __main__\n"
    assert "watching" in process.stderr.readline()
    assert process.stdout.readline() == "hello 1\n"
    (folder / "greet.py").write_bytes(b"def hello():\n    return '\xff'\n")
    assert "greet.py is not in its encoding" in process.stderr.readline()
    (folder / "greet.py").write_text("def hello():\n    return 'hello, 2'\n")
    assert process.stdout.readline() == "hello, 2\n"


def test_a_missing_script_is_named():
    done = subprocess.run(
        [sys.executable, "-m", "hmr_client.module_runner", "not_there.py"],
        capture_output=True, text=True, cwd=Path(__file__).parents[3], check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "not_there.py" in done.stderr
