/**
 * What makes Python start sooner at the next visits, done once the program runs and the page is idle: the browser keeps
 * the snapshot where it is read from in a third of the time, and keeps compiled WebAssembly.
 */

const note = "compiled";
const idleMs = 3000; // after that: the user may be waiting for something, and nothing new is compiled for 2 s
const sliceMs = 8;
const times = 100; // 38 were enough for a program of one line

/** Keeps an answer in the Cache API, from which 10 MB come in 18 ms; from the HTTP cache they need 51. */
export async function keepAnswer(store, url) {
  const cache = await caches.open(store);
  if (await cache.match(url)) return;
  const answer = await fetch(url);
  if (!answer.ok) return;
  await cache.put(url, answer);
  for (const request of await cache.keys()) if (request.url !== url) await cache.delete(request);
}

/**
 * Has Chromium keep the compiled WebAssembly. It does so once it has optimised 1 MB of it, or optimises something
 * after 2 s without: a Python that starts gets there, and one that continues from a snapshot may never. Then each visit
 * compiles the same 2,000 functions again. So Python compiles a text a hundred times, which keeps many functions busy:
 * once for each version of the browser and of Pyodide, for a fraction of a second, in the page's idle time.
 *
 * @param pyodide Runs already.
 * @param {string} url Its WebAssembly's.
 * @param notes `bootstrap/notes.js`.
 */
export async function keepCompiled(pyodide, url, { readNote, writeNote }) {
  if (!navigator.userAgentData || !globalThis.requestIdleCallback) return; // no Chromium, or a worker
  const { fullVersionList } = await navigator.userAgentData.getHighEntropyValues(["fullVersionList"]);
  const wanted = JSON.stringify([url, fullVersionList]);
  const [loaded] = performance.getEntriesByName(url);
  const isNew = loaded?.transferSize > 0; // what was compiled of an earlier answer is gone with it
  if (!isNew && (await readNote(note)) === wanted) return;
  await writeNote(note);
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const builtins = pyodide.pyimport("builtins");
  const { compile } = builtins;
  for (let done = 0; done < times; ) {
    const end = await new Promise((resolve) => requestIdleCallback(() => resolve(performance.now() + sliceMs)));
    for (; performance.now() < end; done++) compile(source, "<nothing>", "exec").destroy();
  }
  compile.destroy();
  builtins.destroy();
  await writeNote(note, wanted);
}

const source = `
import a.b as c
from d import (e as f, g)
@h(1, *i, k=2, **j)
class K(L, metaclass=M):
    x: int = 3
    def m(self, a, /, b=1, *args, c: str = "", **kw) -> None:
        """A text."""
        try:
            with o(p) as q, r:
                for s in t:
                    if s > 1 and not u or v is None:
                        yield s[1:2, ...]
                    elif w in {1, 2}:
                        raise X(f"{y!r:>{z}} text") from None
                    else:
                        continue
        except (A, B) as error:
            del a.b, c[0]
            return [x for x in y if x]
        finally:
            global G
            G += 1
    async def n(self):
        while (y := await z):
            match y:
                case {"a": [1, *rest], **more}: pass
                case P(a=1) | Q(): break
                case _: return lambda a, *b: {k: v for k, v in a.items()}
assert x == 1, "no"
x = y = (1, 2.5, 3j, b"bytes", "text" "more", True, -1 ** 2 // 3 % 4 << 5 & ~6)
`;
