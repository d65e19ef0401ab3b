"""Names of CSS modules."""

import re

import pytest

from hmr_server.css.modules import CssModule, compile_css_module


def compiled(css, **others):
    def composed(specifier):
        return compile_css_module(others[specifier.strip("./")], specifier, composed)

    module = compile_css_module(css, "a.module.css", composed)
    return CssModule(shortened(module.css), {k: shortened(v) for k, v in module.names.items()})


def shortened(text):
    return re.sub(r"_([\w-]+?)_[0-9a-f]{5}\b", r"~\1", text)


@pytest.mark.parametrize(
    ("css", "local", "names"),
    [
        (".a{}", ".~a{}", ["a"]),
        (".a .b > .c:hover, #d{}", ".~a .~b > .~c:hover, #~d{}", ["a", "b", "c", "d"]),
        (".a{ .b{} &.c{} }", ".~a{ .~b{} &.~c{} }", ["a", "b", "c"]),
        (".a-b_c{}", ".~a-b_c{}", ["a-b_c"]),
        (":global(.a) .b{}", ".a .~b{}", ["b"]),
        (":global .a .b{}", ".a .b{}", []),
        (":global .a, .b{}", ".a, .~b{}", ["b"]),
        (".a :local(.b){}", ".~a .~b{}", ["a", "b"]),
        (".a:not(.b){}", ".~a:not(.~b){}", ["a", "b"]),
        ("a[href='.x'] .b{}", "a[href='.x'] .~b{}", ["b"]),
        ("/* .x */ .a{ content: '.y{}' }", "/* .x */ .~a{ content: '.y{}' }", ["a"]),
        (".a{ margin: .5em; color: #fff }", ".~a{ margin: .5em; color: #fff }", ["a"]),
        ("@media (min-width: 1.5em){ .a{} }", "@media (min-width: 1.5em){ .~a{} }", ["a"]),
        ("@layer x{ .a{ color: red } } .b{}", "@layer x{ .~a{ color: red } } .~b{}", ["a", "b"]),
        ("@scope (.a) to (.b){ .c{} }", "@scope (.~a) to (.~b){ .~c{} }", ["a", "b", "c"]),
        (".a{ background: url(x.png) }", ".~a{ background: url(x.png) }", ["a"]),
        (
            "@keyframes spin{ 12.5%{} to{} } .a{ animation: spin 1s, fade 2s }",
            "@keyframes ~spin{ 12.5%{} to{} } .~a{ animation: ~spin 1s, fade 2s }",
            ["spin", "a"],
        ),
        (
            "@keyframes :global(spin){} .a{ animation-name: spin }",
            "@keyframes spin{} .~a{ animation-name: spin }",
            ["a"],
        ),
    ],
)
def test_names_become_local(css, local, names):
    module = compiled(css)
    assert module.css == local
    assert module.names == {name: f"~{name}" for name in names}


@pytest.mark.parametrize(
    ("css", "local", "name"),
    [
        (r".md\:flex{}", r"._md\:flex_#{}", "md:flex"),
        (r".\31 0{}", "._10_#{}", "10"),
        (r".w-1\/2:hover{}", r"._w-1\/2_#:hover{}", "w-1/2"),
        (".größe{}", "._größe_#{}", "größe"),
    ],
)
def test_a_name_with_escapes_is_exported_as_elements_have_it(css, local, name):
    module = compile_css_module(css, "a.module.css", lambda _: None)
    assert re.sub(r"_[0-9a-f]{5}(?=[:{])", "_#", module.css) == local
    assert list(module.names) == [name]
    assert module.names[name].startswith(f"_{name}_")


@pytest.mark.parametrize(
    ("css", "local", "names"),
    [
        ("@value red: #f00;.a{ color: red }", ".~a{ color: #f00 }", {"red": "#f00"}),
        (
            "@value s: 1px; @value b: s solid;.a{ border: b }",
            " .~a{ border: 1px solid }",
            {"s": "1px", "b": "1px solid"},
        ),
        (
            "@value wide: (min-width: 9em);@media wide{ .a{} }",
            "@media (min-width: 9em){ .~a{} }",
            {"wide": "(min-width: 9em)"},
        ),
        (
            "@value x as y, z from './other';.a{ margin: y z }",
            ".~a{ margin: 1px 2px }",
            {"y": "1px", "z": "2px"},
        ),
    ],
)
def test_values_stand_in_the_place_of_their_names(css, local, names):
    module = compiled(css, other="@value x: 1px; @value z: 2px;")
    assert module.css == local
    assert {name: text for name, text in module.names.items() if name != "a"} == names


def test_composed_names_are_added():
    module = compiled(
        ".a{ color: red } .b{ composes: a; margin: 0 } .c{ composes: b x from global; }"
    )
    assert module.names == {"a": "~a", "b": "~b ~a", "c": "~c b x"}
    assert "composes" not in module.css
    assert "margin: 0" in module.css


def test_names_are_composed_through_one_another():
    module = compiled(".a{} .b{ composes: a } .c{ composes: b }")
    assert module.names["c"] == "~c ~b ~a"


def test_names_of_another_file_bring_its_text():
    module = compiled(".a{ composes: x from './other' }", other=".x{ color: red }")
    assert module.names == {"a": "~a ~x"}
    assert module.css.startswith(".~x{ color: red }")


def test_the_file_makes_names_unique():
    first, second = (
        compile_css_module(".a{}", file, lambda _: None) for file in ("1.css", "2.css")
    )
    assert first.names["a"] != second.names["a"]
    assert first == compile_css_module(".a{}", "1.css", lambda _: None)
