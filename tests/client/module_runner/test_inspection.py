from __future__ import annotations

import pytest

from hmr_client.module_runner.inspection import is_standard, namespace_of, own_attributes


class Plain:
    x = 1

    def __init__(self):
        self.y = 2


class Closed:
    """Fails when its own code is asked for its attributes."""

    def __init__(self):
        object.__setattr__(self, "y", 2)

    def __getattribute__(self, name):
        if name == "__dict__":
            raise AssertionError(name)
        return super().__getattribute__(name)


class Slots:
    __slots__ = ("y",)


@pytest.mark.parametrize(
    ("value", "own"),
    [(Plain(), {"y": 2}), (Closed(), {"y": 2}), (Slots(), {}), (Plain, {}), (1, {})],
)
def test_own_attributes_are_the_instances_and_nothing_of_it_runs(value, own):
    assert own_attributes(value) == own


def test_a_class_has_a_namespace_and_slots_have_none():
    assert namespace_of(Plain)["x"] == 1
    assert namespace_of(Slots()) is None


@pytest.mark.parametrize(
    ("module", "expected"),
    [("json", True), ("json.decoder", True), ("builtins", True), ("pytest", False), ("", False)],
)
def test_modules_of_the_standard_library(module, expected):
    assert is_standard(module) == expected
