"""The hashes (SHA-256) of the files that a page loads to boot, in npm's `pyodide`, by its version.

What has a version of these and other hashes is not what npm has under that version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KNOWN_HASHES: Final[Mapping[str, Mapping[str, str]]] = {
    "314.0.0": {
        "pyodide.mjs": "3abfa8bfc2d1dc9d733f4b0b5c3b35bb469295e455abf13f5c0fac70a1c2e961",
        "pyodide.asm.mjs": "7808c4d7a9fee23a02b0c8b7bbd51b1358e8d41bbe89e5c0ee9c0c4db7b9328f",
        "pyodide.asm.wasm": "4d23bd074cc536a96660c9168e223e3aaf01944096ad829737a9c87fec4b28eb",
        "python_stdlib.zip": "1215cd239a270c13a3ecb1a84c84b7b3241baf7ea7f54615f00d79ff69c82787",
        "pyodide-lock.json": "f545248ab161ead36adf7110a358334974e97b08f40c7219e97077d380f7247b",
    },
    "314.0.1": {
        "pyodide.mjs": "eebea168d235f45d1aa8a187c6da597b48ebd707126bab7caecbc2182463e9bc",
        "pyodide.asm.mjs": "659089c428cc2dbb00e94dc52b83f8b8ece03144e2ad553f9f10ee43f8504138",
        "pyodide.asm.wasm": "9d0827318cd26218749ab15d5a04e1fd3669d96d86dc9f58dd62e38e214358d9",
        "python_stdlib.zip": "7d1b4a2dbc7a58f3d4371ab39d8437709e50bc20fa1b83778e425e812e3696ba",
        "pyodide-lock.json": "f545248ab161ead36adf7110a358334974e97b08f40c7219e97077d380f7247b",
    },
    "314.0.2": {
        "pyodide.mjs": "955d2088bbb7fc79a73c4802aca2370c1d95bfdfaffa4121e0faebda2b0ea3f9",
        "pyodide.asm.mjs": "c7eccdfeb7a8419d61f910f0685b45cd5610b7ff5bbe844c3c1050ee6623b641",
        "pyodide.asm.wasm": "f7a8a169e513791e18fa0790fb69d6f2656b779e9012ba57e03e973f0df0b39f",
        "python_stdlib.zip": "101a9c94ca6304c1478c89b7b595136b9a51b4289bdc5b467d86db553efee9b3",
        "pyodide-lock.json": "c963d22858f6bcb8f41586a2142f03905ab370c88ea22a86a2736e95fac2a8f3",
    },
    "314.0.3": {
        "pyodide.mjs": "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5",
        "pyodide.asm.mjs": "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d",
        "pyodide.asm.wasm": "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf",
        "python_stdlib.zip": "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4",
        "pyodide-lock.json": "c963d22858f6bcb8f41586a2142f03905ab370c88ea22a86a2736e95fac2a8f3",
    },
    "314.0.4": {
        "pyodide.mjs": "c75dd73bb0c70674135f9f4ab746c9b5316e9fe027cafacb2be445e658f04c92",
        "pyodide.asm.mjs": "fd7a3cefa122ff6463dcf2997961eb341250e4cc4ed60281448390f0a767cca2",
        "pyodide.asm.wasm": "6c8986a8ee583401069aa403e76ee79d4633a1478ab11cea76030bc299aded9f",
        "python_stdlib.zip": "b5ca2308e9fa72eda319889a1ddf086389e9f1234ced279cc71267fe9ba56e54",
        "pyodide-lock.json": "c963d22858f6bcb8f41586a2142f03905ab370c88ea22a86a2736e95fac2a8f3",
    },
    "314.0.5": {
        "pyodide.mjs": "1fec5d63238eff5d099c209c659b88f480c1d854856301596d64e8e6839a3f50",
        "pyodide.asm.mjs": "f86edbb66b925ae933ff32ecdcb738ebde2ba926b6be3e485401587de7be89ea",
        "pyodide.asm.wasm": "85f66436c802db3dd0caf437134f98af5c69d199c6ffba116ee2bac8be8acf09",
        "python_stdlib.zip": "3e7b7affd80aaf35fcff786613eebd0ce885a964dbda56714ccecb7573f57a70",
        "pyodide-lock.json": "3fdaef09e9e365c85e002737720f8d0ab8f278c1c244a2dde6a37663cf488ad4",
    },
    "314.0.6": {
        "pyodide.mjs": "69e3f6ccec3e14b465df60be577ca62f536251406b9a00cce019eac5252a2495",
        "pyodide.asm.mjs": "2ac5eba365ec12839c75c03b39b3be1dd63b798852cc460b014b52238be042f7",
        "pyodide.asm.wasm": "3a0a00dfeaa348ac20f9ef09904233d32d33f644339662d4af368f8a2010f37a",
        "python_stdlib.zip": "80c5be6babfe03297069703410c3c29404dcf2525d2b128746bae5536f94831f",
        "pyodide-lock.json": "3fdaef09e9e365c85e002737720f8d0ab8f278c1c244a2dde6a37663cf488ad4",
    },
    "314.0.7": {
        "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
        "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
        "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
        "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
        "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
    },
}
