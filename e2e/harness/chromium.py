"""The Chromium that tests and measurements run in."""

import os

# The last --disable-features on a command line counts: what matters of Playwright's own is repeated.
_DISABLED = (
    # These walk the stack at a few allocations, in a few processes. On the stack that WebAssembly's
    # promise integration runs Python on, they walk past the end: any page with Pyodide may crash.
    "GwpAsanMalloc",
    "HeapProfilerReporting",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)

FOREIGN_HOST = "evil.example"
"""Another site that is on this machine, too: `localhost` is no other to the server."""

# No sandbox (CI is root in a container) and no calls home: what they are refused takes time.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {FOREIGN_HOST} 127.0.0.1",
    f"--disable-features={','.join(_DISABLED)}",
]


def chosen_chromium() -> str | None:
    """The browser that `HMR_CHROMIUM` names; without one it is Playwright's own."""
    return os.environ.get("HMR_CHROMIUM")
