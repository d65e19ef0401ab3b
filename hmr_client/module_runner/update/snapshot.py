"""What the user's code may change while an update runs it, remembered for the rollback."""

from __future__ import annotations

import sys

from ...client import HMRClient
from ..imports.importer import Importer
from ..planning import acceptance
from ..transaction import Transaction


def take_snapshot(importer: Importer, client: HMRClient, transaction: Transaction) -> None:
    """Remember what the user's code may change: namespaces, registrations, sys.modules.

    Args:
        importer: Knows the modules.
        client: Holds their registrations.
        transaction: Puts it all back when it is rolled back.
    """
    graph = importer.graph.snapshot()
    registered = acceptance.snapshot(client)
    namespaces = set(importer.namespaces)
    names = namespaces | {module.name for module in importer.graph}
    loaded = {name: sys.modules[name] for name in names if name in sys.modules}
    held = [(y, x.own_name, y[x.own_name]) for x in importer.graph if (y := x.holder) is not None]
    for name in namespaces & loaded.keys():
        transaction.keep(loaded[name].__dict__)
    for module in importer.graph:
        transaction.keep(module.module.__dict__)

    def restore() -> None:
        for name in {module.name for module in importer.graph} | importer.namespaces:
            sys.modules.pop(name, None)
        sys.modules.update(loaded)
        for holder, name, handed_out in held:
            holder[name] = handed_out
        importer.graph.restore(graph)
        importer.namespaces = namespaces
        acceptance.restore(client, registered)

    transaction.on_rollback(restore)
