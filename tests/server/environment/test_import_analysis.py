"""How imports are rewritten and what is injected."""

import pytest

from hmr_server.environment import import_analysis
from hmr_server.exceptions import TransformError
from hmr_server.plugins import Plugin

FILES = {
    "dep.js": "export {}",
    "dir/index.js": "",
    "dir/own.js": "",
    "typed.ts": "",
    "x.css": "",
    "d.json": "1",
    "logo.png": "",
    "node_modules/pkg/package.json": '{"name": "pkg", "module": "m.js"}',
    "node_modules/pkg/m.js": "export {}",
    "node_modules/old/package.json": '{"name": "old", "main": "main.js"}',
    "node_modules/old/main.js": "module.exports = 1",
    "node_modules/umd/package.json": '{"name": "umd"}',
    "node_modules/umd/index.js": "typeof exports === 'object' ? (module.exports = f()) : f()",
}


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("import './dep.js'", 'import "/dep.js"'),
        ("import './dep'", 'import "/dep.js"'),
        ("import '/dep.js'", 'import "/dep.js"'),
        ("import './dir'", 'import "/dir/index.js"'),
        ("import './dir/own'", 'import "/dir/own.js"'),
        ("import './typed'", 'import "/typed.ts"'),
        ("import './x.css'", 'import "/x.css"'),
        ("import './d.json'", 'import "/d.json?import"'),
        ("import './logo.png'", 'import "/logo.png?import"'),
        ("import './dep.js?raw'", 'import "/dep.js?raw"'),
        ("import 'pkg'", 'import "/node_modules/pkg/m.js"'),
        ("import 'https://x.org/a.js'", "import 'https://x.org/a.js'"),
        ("import '//x.org/a.js'", "import '//x.org/a.js'"),
        ("import 'data:text/javascript,1'", "import 'data:text/javascript,1'"),
        ("import '/@hmr/client'", 'import "/@hmr/client"'),
        ("import x, { a as b } from './dep.js';", 'import x, { a as b } from "/dep.js";'),
        ("import * as x from './dep.js'", 'import * as x from "/dep.js"'),
        ("export { a } from './dep.js'", 'export { a } from "/dep.js"'),
        ("export * from './dep.js'", 'export * from "/dep.js"'),
        ("const a = import('./dep.js')", 'const a = import("/dep.js")'),
        ("const a = import(`./dep.js`)", 'const a = import("/dep.js")'),
        ("import(/* why */ './dep.js' /* not */)", 'import(/* why */ "/dep.js" /* not */)'),
        ("import d from './d.json' with { type: 'json' };", 'import d from "/d.json?import";'),
        ("import('./d.json', { with: { type: 'json' } })", 'import("/d.json?import")'),
        (
            "import d from './d.json' with {\n type: 'json'\n};",
            'import d from "/d.json?import"\n\n;',
        ),
        (
            "import d from 'https://x.org/d' with { type: 'json' }",
            "import d from 'https://x.org/d' with { type: 'json' }",
        ),
        ("import 'umd'", 'import "/node_modules/umd/index.js"'),
        ("// import './none'", "// import './none'"),
        ("const a = \"import './none'\"", "const a = \"import './none'\""),
        ("const a = `import './none'`", "const a = `import './none'`"),
        ("const a = /import '.\\/none'/", "const a = /import '.\\/none'/"),
        ("obj.import('./none')", "obj.import('./none')"),
        ("/* ü日 */ import './dep'", '/* ü日 */ import "/dep.js"'),
        ("import './dep.js'; import './dep.js'", 'import "/dep.js"; import "/dep.js"'),
        ("import './\\u0064ep.js'", 'import "/dep.js"'),
        ("import(/* @vite-ignore */ name)", "import(/* @vite-ignore */ name)"),
        ("if (isNode) await import('fs/promises')", "if (isNode) await import('fs/promises')"),
        ("() => import('not-installed')", "() => import('not-installed')"),
        ("() => import('./none.js')", "() => import('./none.js')"),
        ("() => import('old')", "() => import('old')"),
        (
            "import s from './x.css' with { type: 'css' }",
            "import s from \"/x.css?direct\" with { type: 'css' }",
        ),
        (
            "import('./x.css', { with: { type: 'css' } })",
            "import(\"/x.css?direct\", { with: { type: 'css' } })",
        ),
    ],
)
def test_specifiers_become_urls(project, written, served):
    p = project({**FILES, "main.js": written})
    assert p.get("/main.js") == served


def test_an_import_of_an_expression_is_marked_at_run_time(project):
    code = "export const a = (n) => import('./pages/' + n)"
    p = project({"main.js": code, "classic.js": code.removeprefix("export ")})
    assert p.get("/main.js") == (
        'import { injectQuery as __vite__injectQuery } from "/@hmr/client";'
        "export const a = (n) => import(__vite__injectQuery('./pages/' + n, \"import\"))"
    )
    # it may be run as a classic script, which has no import statement
    assert p.get("/classic.js") == code.removeprefix("export ")


def test_the_hot_context_comes_in_front_of_the_first_line(project):
    p = project({"main.js": "\n// two\nimport.meta.hot.accept()\n"})
    code = p.get("/main.js")
    assert code.split("\n")[0] == (
        'import { createHotContext as __vite__createHotContext } from "/@hmr/client";'
        'import.meta.hot = __vite__createHotContext("/main.js");'
    )
    assert code.split("\n")[1:] == ["// two", "import.meta.hot.accept()", ""]


def test_the_interpreter_line_of_a_script_stays_a_comment(project):
    p = project({"main.js": "#!/usr/bin/env node\nimport.meta.hot.accept()"})
    assert "//#!/usr/bin/env node\n" in p.get("/main.js")


def test_the_environment_is_injected_where_it_is_used(project):
    p = project(
        {"main.js": "import.meta.env.DEV", "other.js": "// import.meta.env"}, mode="staging"
    )
    assert p.get("/main.js") == (
        'import.meta.env = {"BASE_URL": "/", "DEV": true, "MODE": "staging", "PROD": false, '
        '"SSR": false};import.meta.env.DEV'
    )
    assert p.get("/other.js") == "// import.meta.env"


def test_packages_are_told_that_this_is_development(project):
    """As bundlers do: browsers have no `process`."""
    code = "let a\nprocess.env.NODE_ENV === 'x'; 'process.env.NODE_ENV'"
    served = (
        'var __hmr_node_env__ = globalThis.process?.env?.NODE_ENV ?? "development";'
        "let a\n__hmr_node_env__ === 'x'; 'process.env.NODE_ENV'"
    )
    p = project({"main.js": code, "node_modules/pkg/m.js": code})
    assert p.get("/node_modules/pkg/m.js") == served
    assert p.get("/main.js") == code, "as from any server"


def test_packages_are_told_that_this_is_production(project):
    p = project({"node_modules/pkg/m.js": "f(process.env.NODE_ENV)"}, mode="production")
    assert p.get("/node_modules/pkg/m.js").startswith(
        'var __hmr_node_env__ = globalThis.process?.env?.NODE_ENV ?? "production";f(__hmr'
    )


def test_accepted_dependencies_become_the_urls_that_clients_compare(project):
    p = project(
        {**FILES, "dir/main.js": "import.meta.hot.accept(['../dep', './own.js', '../d.json'])"}
    )
    assert 'import.meta.hot.accept(["/dep.js", "/dir/own.js", "/d.json"])' in p.get("/dir/main.js")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "import './none.js'",
            'Failed to resolve import "./none.js" from "main.js". Does the file exist?',
        ),
        (
            "import.meta.hot.accept('./none.js')",
            'Failed to resolve import "./none.js" from "main.js".',
        ),
        ("import 'none'", "npm install none"),
        ("import '@scope/none/x'", "npm install @scope/none)"),
        (
            "import fs from 'fs'",
            'Failed to resolve import "fs" from "main.js". It is a module of Node.js',
        ),
        ("import 'old'", "CommonJS"),
        ("import umd from 'umd'", "CommonJS"),
        ("import.meta.hot.accept([a])", "can only accept string literals"),
        ("import.meta.hot.accept(`./${a}`)", "can only accept string literals"),
        ("import '../../../../etc/hostname?raw'", "Failed to resolve import"),
    ],
)
def test_what_cannot_be_served_is_an_error_that_says_what_to_do(project, code, message):
    p = project({**FILES, "main.js": f"\n  {code}"})
    with pytest.raises(TransformError) as caught:
        p.get("/main.js")
    details = caught.value.details
    assert message in details.message
    assert details.plugin == "hmr:import-analysis"
    assert details.loc.line == 2
    assert "^" in details.frame


def test_all_unresolved_imports_are_retried(project):
    p = project({"main.js": "import './a.js'; import './b.js'; import.meta.hot.accept()"})
    with pytest.raises(TransformError):
        p.get("/main.js")
    assert p.node("/main.js").unresolved == {"./a.js", "./b.js"}


def test_a_broken_package_is_served_as_it_is(project):
    files = {**FILES, "node_modules/pkg/m.js": "const = 3", "main.js": "import 'pkg'"}
    p = project(files)
    assert p.get("/node_modules/pkg/m.js") == "const = 3"


def test_specifiers_that_an_import_map_defines_stay(project):
    page = (
        '<head><script type="importmap">{"imports": {"lib": "/vendor/lib.js", "ui/": "/ui/"}}</script>'
        '</head><script type="module" src="/main.js"></script>'
    )
    main = "import 'lib'; import 'ui/button.js'"
    p = project({"index.html": page, "main.js": main})
    p.page()
    assert p.get("/main.js") == main
    p.write("index.html", "<p>")
    p.page()
    with pytest.raises(TransformError):
        p.get("/main.js")


@pytest.mark.parametrize("name", ["x.js", "x.css"])
def test_code_of_the_public_folder_cannot_be_imported(project, name):
    p = project({"main.js": f"import '/{name}'", f"public/{name}": ""})
    with pytest.raises(TransformError, match="is in public/"):
        p.get("/main.js")


def test_assets_of_the_public_folder_have_their_url_at_the_root(project):
    p = project({"main.js": "import '/i.png'", "a.css": "a{b:url(/i.png)}", "public/i.png": ""})
    assert p.get(p.fetch("/main.js")[1]) == 'export default "/i.png";\n'
    assert p.get("/a.css", "text/css") == 'a{b:url("/i.png")}'


class Virtual(Plugin):
    """A module without a file."""

    text = "export default 1"

    def resolve_id(self, context, specifier, importer):
        return "\0virtual:x" if specifier == "virtual:x" else None

    def load(self, context, id):
        return self.text if id == "\0virtual:x" else None


def test_virtual_modules_have_raw_ids_on_the_wire_and_encoded_ones_in_urls(project):
    main = "import 'virtual:x'; import.meta.hot.accept('virtual:x')"
    p = project({"main.js": main}, plugins=[Virtual()])
    p.fetch("/main.js")
    assert p.get("/@id/__x00__virtual:x") == "export default 1"
    code = p.get("/main.js")
    assert 'import "/@id/__x00__virtual:x"' in code
    assert 'accept("\\u0000virtual:x")' in code
    node = p.node("\0virtual:x")
    p.runner.run(p.env.updates.reload_module(node))
    assert p.sent() == ["js /main.js via \0virtual:x"]
    assert p.get(f"/@id/__x00__virtual:x?t={node.last_hmr_timestamp}") == "export default 1"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_script_that_was_read_ahead_is_not_parsed_again(project, mark):
    p = project({"main.js": "export const a = 1;", "other.js": "", "data.json": "1"})
    p.get("/main.js")
    text = f"{mark}export const a = 'read ahead, {len(mark)}';"
    p.write("main.js", text)
    before = import_analysis._parse.cache_info()

    async def read_ahead():
        for name in ("main.js", "other.js", "data.json", "gone.js", "."):
            p.env.read_ahead((p.root / name).as_posix())

    p.runner.run(read_ahead())
    assert import_analysis._parse.cache_info().misses == before.misses + 1
    p.edit("main.js", text)
    assert "read ahead" in p.get("/main.js")
    assert import_analysis._parse.cache_info().misses == before.misses + 1
