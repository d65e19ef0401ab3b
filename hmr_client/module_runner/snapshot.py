"""What the user's code may change while an update runs it, remembered for the rollback."""

from __future__ import annotations

import sys

from hmr_client.client import HMRClient

from . import acceptance
from .importer import Importer
from .transaction import Transaction


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
    loaded = {x: sys.modules[x] for x in namespaces if x in sys.modules}
    loaded.update((module.name, module.module) for module in importer.graph)
    held = [(x.holder, x.own_name, x.module) for x in importer.graph]
    for module in loaded.values():
        transaction.keep(module.__dict__)

    def restore() -> None:
        for name in {module.name for module in importer.graph} | importer.namespaces:
            sys.modules.pop(name, None)
        sys.modules.update(loaded)
        for holder, name, module in held:
            if holder is not None:
                holder[name] = module
        importer.graph.restore(graph)
        importer.namespaces = namespaces
        acceptance.restore(client, registered)

    transaction.on_rollback(restore)
