"""TypeScript and JSX, compiled by esbuild from npm where it is installed (`npm install esbuild`).

Named in `hmr.toml`; the whole protocol that it uses is `resolve_id`, `load` and `transform` of
`hmr_server.plugins.Plugin`.
"""

import asyncio
import re
import shutil
from pathlib import Path

from hmr_server.plugins import Plugin, PluginContext, PluginError

LOADERS = {".ts": "ts", ".mts": "ts", ".tsx": "tsx", ".jsx": "jsx"}
# esbuild's words on stderr: the message, an empty line, and the place
ERROR = re.compile(r"\[ERROR\] (.*)\n\n\s+\S*?:(\d+):(\d+):")


class TypeScript(Plugin):
    """Makes JavaScript of TypeScript before the server reads its imports."""

    name = "typescript"
    enforce = "pre"

    async def transform(self, context: PluginContext, code: str, id: str) -> str | None:
        """Compile what has a suffix of TypeScript's or JSX's."""
        file = Path(id.partition("?")[0])
        loader = LOADERS.get(file.suffix)
        if loader is None:
            return None
        process = await asyncio.create_subprocess_exec(
            self._esbuild(file),
            f"--loader={loader}",
            "--format=esm",
            "--target=esnext",
            "--sourcemap=inline",
            f"--sourcefile={file.name}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        compiled, words = await process.communicate(code.encode())
        if process.returncode == 0:
            return compiled.decode()
        found = ERROR.search(words.decode())
        if found is None:
            raise PluginError(words.decode().strip())
        raise PluginError(found[1], line=int(found[2]), column=int(found[3]))

    def _esbuild(self, file: Path) -> str:
        for folder in file.parents:
            if (program := folder / "node_modules" / ".bin" / "esbuild").exists():
                return str(program)
        if (program_on_path := shutil.which("esbuild")) is not None:
            return program_on_path
        raise PluginError("esbuild is missing: run `npm install esbuild` in the project")
