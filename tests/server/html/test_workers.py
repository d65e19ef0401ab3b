"""Which pages run Python in PyScript's workers."""

import pytest

from hmr_server.html.workers import PythonScripts, python_scripts


@pytest.mark.parametrize(
    ("html", "has_worker", "sources"),
    [
        ('<script type="py" worker src="./w.py"></script>', True, []),
        ('<script type="mpy" src="w.py" worker="w.py"></script>', True, []),
        ("<py-script WORKER>x = 1</py-script>", True, []),
        ('<script type="py-editor">x</script>', True, []),
        ('<script type="py">from pyscript import PyWorker\nPyWorker("./w.py")</script>', True, []),
        (
            '<script type="module">import { PyWorker } from "/core.js"; PyWorker("w.py")</script>',
            True,
            [],
        ),
        ('<script type="py" src="./main.py?x"></script>', False, ["./main.py?x"]),
        ('<script type="py-game" src="game.py"></script>', False, []),
        ('<script type="module" src="main.js" worker></script> py', False, []),
        ('<!-- <script type="py" worker></script> -->', False, []),
        ("<p>PyWorker</p>", False, []),
        ("<p>nothing of Python's", False, []),
    ],
)
def test_workers_are_found_in_a_page(html: str, has_worker: bool, sources: list[str]) -> None:
    assert python_scripts(html) == PythonScripts(has_worker, sources)
