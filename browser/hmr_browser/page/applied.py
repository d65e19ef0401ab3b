"""The result of updates, sent to the server and to listeners in the page."""

from __future__ import annotations

from dataclasses import replace

from hmr_client.client import HMRClient
from hmr_client.custom_events import APPLIED, AppliedData
from hmr_client.eager import report_unhandled
from hmr_client.payloads import Custom

from .. import _ffi


def tell(data: AppliedData, client: HMRClient) -> None:
    """Send `hmr:applied` to the server, and to the page's own listeners of that event.

    Args:
        data: What became of each update.
    """
    wire = replace(data, is_worker=_ffi.is_worker()).to_wire()
    client.send(Custom(event=APPLIED, data=wire))
    report_unhandled(client.notify_listeners(APPLIED, wire), f"a listener of {APPLIED!r}")
