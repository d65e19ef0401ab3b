"""The result of updates, sent to the server and to listeners in the page."""

from __future__ import annotations

from dataclasses import replace

from hmr_client.client import HMRClient
from hmr_client.wire.custom_events import AppliedData

from .. import _ffi


def tell(data: AppliedData, client: HMRClient) -> None:
    """Acknowledge updates as what runs here, a page or a worker.

    Args:
        data: What became of each update.
    """
    client.acknowledge(replace(data, is_worker=_ffi.is_worker()))
