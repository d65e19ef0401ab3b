"""Node.js's own modules. Browsers have none of them, and scripts that run in both name them all the same."""

from __future__ import annotations

from typing import Final

_BUILTINS: Final = frozenset(
    [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "diagnostics_channel",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "trace_events",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
    ]
)


def is_node_builtin(specifier: str) -> bool:
    """Return whether Node.js brings this module itself: `fs`, `fs/promises`.

    Args:
        specifier: As it is imported, without the scheme `node:`, which names nothing else.
    """
    return specifier.partition("/")[0] in _BUILTINS
