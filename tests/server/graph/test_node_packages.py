"""Packages in node_modules."""

import json

import pytest

from hmr_server.graph.node_packages import ModuleFormat, NodePackages, PackageError

EXPORTS = {
    ".": {"types": "./t.d.ts", "import": {"development": "./dev.js", "default": "./esm.js"}, "require": "./c.cjs"},
    "./sub": "./dist/sub.js",
    "./deep/*": "./dist/deep/*.js",
    "./deep/private/*": None,
    "./deep/*.css": "./dist/css/*.css",
    "./old/": "./dist/old/",
    "./list": ["./dist/sub.js", "./none.js"],
    "./node": {"node": "./c.cjs"},
    "./outside": "../../outside.js",
    "./gone": "./gone.js",
}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    def package(name, manifest, *files):
        directory = tmp_path / "node_modules" / name
        directory.mkdir(parents=True)
        (directory / "package.json").write_text(json.dumps({"name": name, **manifest}))
        for file in files:
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (directory / file).write_text("")

    package("modern", {"exports": EXPORTS, "main": "c.cjs"}, "dev.js", "esm.js", "c.cjs", "dist/sub.js",
            "dist/deep/a.js", "dist/css/a.css", "dist/old/a.js", "hidden.js")  # fmt: skip
    package("short", {"exports": "./e.js"}, "e.js")
    package(
        "@scope/pkg", {"module": "m.js", "main": "c.js"}, "m.js", "c.js", "sub/x.js", "dir/index.js"
    )
    package("browser", {"browser": "b.js", "module": "m.js"}, "b.js", "m.js")
    package("main", {"main": "lib/index"}, "lib/index.js")
    package("bare", {}, "index.js")
    package("commonjs", {"exports": {"require": "./c.cjs"}}, "c.cjs")
    package("empty", {"main": "gone.js"})
    own = {
        "name": "app",
        "imports": {"#x/*": "./src/x/*.js", "#dep": "modern"},
        "exports": {"./y": "./src/y.js"},
    }
    (tmp_path / "package.json").write_text(json.dumps(own))
    (tmp_path / "src").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("modern", "modern/dev.js"),
        ("modern/sub", "modern/dist/sub.js"),
        ("modern/deep/a", "modern/dist/deep/a.js"),
        ("modern/deep/a.css", "modern/dist/css/a.css"),
        ("modern/old/a.js", "modern/dist/old/a.js"),
        ("modern/list", "modern/dist/sub.js"),
        ("short", "short/e.js"),
        ("@scope/pkg", "@scope/pkg/m.js"),
        ("@scope/pkg/sub/x.js", "@scope/pkg/sub/x.js"),
        ("@scope/pkg/sub/x", "@scope/pkg/sub/x.js"),
        ("@scope/pkg/dir", "@scope/pkg/dir/index.js"),
        ("browser", "browser/b.js"),
        ("main", "main/lib/index.js"),
        ("bare", "bare/index.js"),
        ("#dep", "modern/dev.js"),
    ],
)
def test_files_of_packages(root, specifier, expected):
    assert NodePackages().find(specifier, root / "src") == root / "node_modules" / expected


@pytest.mark.parametrize("specifier", ["none", "@scope/none", "@scope", "#none", "", "virtual:x"])
def test_packages_that_are_not_there(root, specifier):
    assert NodePackages().find(specifier, root / "src") is None


@pytest.mark.parametrize(
    ("specifier", "message"),
    [
        ("modern/hidden.js", "is not exported"),
        ("modern/deep/private/x", "is not exported"),
        ("modern/node", "CommonJS"),
        ("commonjs", "npx esbuild commonjs --bundle --format=esm"),
        ("modern/outside", "outside of its package"),
        ("modern/gone", "isn't there"),
        ("empty", "isn't there"),
    ],
)
def test_what_a_package_cannot_serve(root, specifier, message):
    with pytest.raises(PackageError, match=message):
        NodePackages().find(specifier, root / "src")


def test_imports_and_exports_of_the_project_itself(root):
    packages = NodePackages()
    assert packages.find("#x/a", root / "src") == root / "src/x/a.js"
    (root / "src/y.js").write_text("")
    assert packages.find("app/y", root / "src") == root / "src/y.js"


def test_the_nearest_package_counts(root):
    nested = root / "node_modules/bare/node_modules/short"
    nested.mkdir(parents=True)
    (nested / "package.json").write_text("{}")
    (nested / "index.js").write_text("")
    assert NodePackages().find("short", root / "node_modules/bare") == nested / "index.js"


def test_a_changed_manifest_is_read_again(root):
    packages = NodePackages()
    packages.find("main", root)
    file = root / "node_modules/main/package.json"
    (root / "node_modules/main/new.js").write_text("")
    file.write_text('{"main": "new.js", "longer": true}')
    assert packages.find("main", root) == root / "node_modules/main/new.js"


def test_a_broken_manifest_is_named(root):
    (root / "node_modules/main/package.json").write_text("{")
    with pytest.raises(PackageError, match=r"package\.json can't be read"):
        NodePackages().find("main", root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export const a = 1", ModuleFormat.ES_MODULE),
        ("export{a}", ModuleFormat.ES_MODULE),
        ("import'./a'", ModuleFormat.ES_MODULE),
        ("console.log(1)", ModuleFormat.ES_MODULE),
        ("module.exports = 1", ModuleFormat.COMMONJS),
        ("exports.a = 1", ModuleFormat.COMMONJS),
        ("const a = require('a')", ModuleFormat.COMMONJS),
        ("typeof exports === 'object' ? module.exports = f() : g.x = f()", ModuleFormat.UMD),
    ],
)
def test_formats(tmp_path, text, expected):
    file = tmp_path / "a.js"
    file.write_text(text)
    assert NodePackages().format_of(file) is expected


def test_a_file_that_cannot_be_read_is_left_to_its_request(tmp_path):
    assert NodePackages().format_of(tmp_path / "none.js") is ModuleFormat.ES_MODULE
