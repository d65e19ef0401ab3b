"""Classes edited while their instances live."""

from __future__ import annotations

import pickle
import sys

import pytest

from ..application import drive, running, tiers


@drive
async def test_attributes_are_added_replaced_and_removed_on_the_old_class():
    async with running(m="class C:\n    a = 1\n    b = 2\n    def f(self): pass\n") as app:
        C = app["m.py"].C
        instance = C()
        C.set_by_the_program = True
        await app.good(m="class C:\n    a = 10\n    c = 3\n    def g(self): return self.a\n")
        assert app["m.py"].C is C
        assert (C.a, C.c, instance.g()) == (10, 3, 10)
        assert not hasattr(C, "b")
        assert not hasattr(C, "f")
        assert C.set_by_the_program


@drive
async def test_class_state_whose_initialiser_is_unchanged_stays():
    async with running(m="class C:\n    made = []\n    limit = 1\n") as app:
        C = app["m.py"].C
        C.made.append("x")
        await app.edit("m.py", "limit = 1", "limit = 2")
        assert (C.made, C.limit) == (["x"], 2)


@drive
async def test_properties_classmethods_staticmethods():
    source = """
        class C:
            @property
            def p(self):
                return "p1"
            @classmethod
            def c(cls):
                return cls.__name__ + "1"
            @staticmethod
            def s():
                return "s1"
        """
    async with running(m=source) as app:
        C = app["m.py"].C
        instance, c, s = C(), C.c, C.s
        text = app.runner.modules.by_path("m.py")[0].source
        await app.good(m=text.replace('1"', '2"'))
        assert (instance.p, c(), s()) == ("p2", "C2", "s2")
        text = text.replace('1"', '2"')
        await app.good(m=text.replace("def s():", "def s(x=3):").replace('"s2"', "x"))
        assert (C.s(), s(), instance.p) == (3, 3, "p2")


@drive
async def test_a_property_gets_a_setter():
    source = """
        class C:
            @property
            def p(self):
                return self._p
        """
    async with running(m=source) as app:
        instance = app["m.py"].C()
        await app.good(
            m="""
            class C:
                @property
                def p(self):
                    return self._p
                @p.setter
                def p(self, value):
                    self._p = value
            """
        )
        instance.p = 4
        assert instance.p == 4


@drive
async def test_a_method_begins_and_ends_to_call_super():
    source = """
        class A:
            def f(self):
                return "A"
        class B(A):
            def f(self):
                return "B"
        """
    async with running(m=source) as app:
        instance = app["m.py"].B()
        bound = instance.f
        await app.edit("m.py", 'return "B"', 'return "B" + super().f()')
        assert (instance.f(), bound(), app["m.py"].B().f()) == ("BA", "BA", "BA")
        await app.edit("m.py", 'return "A"', 'return "a"')
        assert (instance.f(), bound()) == ("Ba", "Ba")
        await app.edit("m.py", 'return "B" + super().f()', 'return "b"')
        assert (instance.f(), bound()) == ("b", "b")
        await app.edit("m.py", 'return "b"', 'return "c"')
        assert (instance.f(), bound()) == ("c", "c")


@drive
async def test_nested_classes():
    source = """
        class Outer:
            class Inner:
                def f(self):
                    return 1
        """
    async with running(m=source) as app:
        inner = app["m.py"].Outer.Inner()
        await app.edit("m.py", "return 1", "return 2")
        assert inner.f() == 2
        await app.edit("m.py", "def f(self):\n", "x = 5\n        def f(self):\n")
        assert inner.x == 5
        assert type(inner) is app["m.py"].Outer.Inner


@drive
async def test_bases_change_where_the_layout_allows():
    source = """
        class A:
            def f(self): return "A"
        class B:
            def f(self): return "B"
        class C(A):
            pass
        """
    async with running(m=source) as app:
        instance = app["m.py"].C()
        await app.edit("m.py", "class C(A)", "class C(B)")
        assert instance.f() == "B"
        assert isinstance(instance, app["m.py"].B)


@drive
async def test_a_subclass_in_another_module_sees_a_new_method():
    async with running(m="class A:\n    pass\n", b="import m\nclass B(m.A):\n    pass\n") as app:
        b = app["b.py"].B()
        await app.good(m="class A:\n    def hello(self):\n        return 'hello'\n")
        assert b.hello() == "hello"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "class C:\n    __slots__ = ('a',)\n",
            "class C:\n    __slots__ = ('a', 'b')\n",
            "__slots__",
        ),
        ("class C:\n    pass\n", "class C(metaclass=Meta):\n    pass\n", "metaclass"),
        ("class C:\n    pass\n", "class C(int):\n    pass\n", "bases"),
        ("class C(Enum):\n    A = 1\n", "class C(Enum):\n    A = 2\n", "members"),
        ("class C(NamedTuple):\n    a: int\n", "class C(NamedTuple):\n    b: int\n", "fields"),
    ],
)
@drive
async def test_a_class_that_can_not_be_kept_escalates_with_a_reason(old, new, reason):
    head = "from enum import Enum\nfrom typing import NamedTuple\nclass Meta(type):\n    pass\n"
    async with running(m=head + old, b="from m import C\n") as app:
        report = await app.good(m=head + new)
        assert {tier for _, tier in tiers(report)} == {"RESTART"}
        assert reason in report.steps[0].reason
        assert app["b.py"].C is app["m.py"].C


@drive
async def test_a_class_that_can_not_be_kept_is_replaced_up_to_the_boundary():
    b = "import hmr_client\nfrom m import C\nhmr_client.hot(__name__).accept()\nx = C()\n"
    async with running(m="class C:\n    __slots__ = ('a',)\n", b=b, main="import b\n") as app:
        main = app["main.py"]
        await app.good(m="class C:\n    __slots__ = ('a', 'b')\n")
        assert app["b.py"].C is app["m.py"].C
        assert isinstance(app["b.py"].x, app["m.py"].C)
        assert app["main.py"] is main


@drive
async def test_slots_that_stay_the_same():
    async with running(m="class C:\n    __slots__ = ('a',)\n    def f(self): return 1\n") as app:
        instance = app["m.py"].C()
        instance.a = 3
        await app.edit("m.py", "def f(self): return 1", "k = 1\n    def f(self): return self.a")
        assert instance.f() == 3


@drive
async def test_metaclasses_that_stay_the_same():
    source = """
        class Meta(type):
            def __new__(mcs, name, bases, namespace):
                namespace["made_by"] = "meta 1"
                return super().__new__(mcs, name, bases, namespace)
            def hello(cls):
                return cls.__name__
        class C(metaclass=Meta):
            x = 1
        """
    async with running(m=source) as app:
        C = app["m.py"].C
        instance = C()
        await app.edit("m.py", "x = 1", "x = 2")
        assert (instance.x, C.made_by, C.hello()) == (2, "meta 1", "C")
        assert app["m.py"].C is C
        await app.edit("m.py", "return cls.__name__", "return 'hello'")
        assert C.hello() == "hello"


@drive
async def test_descriptors_are_told_the_class_that_lives():
    source = """
        class Field:
            def __init__(self, default):
                self.default = default
            def __set_name__(self, owner, name):
                self.owner, self.name = owner, name
            def __get__(self, instance, owner=None):
                return self if instance is None else instance.__dict__.get(self.name, self.default)
        class C:
            a = Field(1)
        """
    async with running(m=source) as app:
        C = app["m.py"].C
        a, instance = C.a, C()
        await app.edit("m.py", "a = Field(1)", "a = Field(1)\n    b = Field(2)")
        assert C.a is a
        assert (C.b.owner, C.b.name, instance.b) == (C, "b", 2)


@drive
async def test_init_subclass_registers_each_class_once():
    source = """
        class Plugin:
            names = {}
            every = []
            def __init_subclass__(cls):
                Plugin.names[cls.__name__] = cls
                Plugin.every.append(cls)
        class One(Plugin):
            x = 1
        """
    async with running(m=source) as app:
        m = app["m.py"]
        One = m.One
        await app.edit("m.py", "x = 1", "x = 2")
        assert m.Plugin.names == {"One": One}
        assert m.Plugin.every == [One]
        assert m.Plugin.__subclasses__() == [One]
        assert One.x == 2


@drive
async def test_abstract_classes_and_protocols():
    source = """
        import abc
        from typing import Protocol, runtime_checkable
        class Shape(abc.ABC):
            @abc.abstractmethod
            def area(self): ...
        class Square(Shape):
            def area(self): return 1
        @runtime_checkable
        class HasArea(Protocol):
            def area(self): ...
        """
    async with running(m=source) as app:
        m = app["m.py"]
        square = m.Square()
        assert isinstance(square, m.HasArea)
        await app.edit("m.py", "def area(self): return 1", "def area(self): return 2\n    k = 1")
        assert square.area() == 2
        assert isinstance(square, m.Shape)
        await app.edit(
            "m.py", "class Square(Shape):\n", "class Square(Shape):\n    def size(self): return 3\n"
        )
        assert square.size() == 3
        assert m.Square().size() == 3
        text = app.runner.modules.by_path("m.py")[0].source
        await app.good(m=text.replace("    def area(self): ...\nclass Square",
                                      "    def area(self): ...\n    @abc.abstractmethod\n"
                                      "    def name(self): ...\nclass Square"))  # fmt: skip
        assert "name" in m.Shape.__abstractmethods__


@drive
async def test_named_tuples_typed_dicts_enums_and_flags():
    source = """
        import enum
        from typing import NamedTuple, TypedDict
        class P(NamedTuple):
            x: int
            y: int = 0
            def total(self): return self.x + self.y
        class T(TypedDict, total=False):
            a: int
        class E(enum.Enum):
            A = 1
            def shout(self): return "a"
        class F(enum.Flag):
            R = 1
            W = 2
        """
    async with running(m=source, b="from m import *\n") as app:
        m, b = app["m.py"], app["b.py"]
        p, member, flag = m.P(1, 2), m.E.A, m.F.R | m.F.W
        P, T, E = m.P, m.T, m.E
        await app.edit("m.py", "self.x + self.y", "self.x * self.y")
        assert p.total() == 2
        await app.edit("m.py", "y: int = 0", "y: int = 5")
        assert m.P is P is b.P
        assert m.P(1).total() == 5
        assert p.total() == 2
        await app.edit("m.py", "a: int\n", "a: int\n    b: str\n")
        assert m.T is T is b.T
        assert set(T.__annotations__) == {"a", "b"}
        await app.edit("m.py", 'def shout(self): return "a"', 'def yell(self): return "A"')
        assert m.E is E is b.E
        assert member.yell() == "A"
        assert not hasattr(E, "shout")
        assert flag == m.F.R | m.F.W
        assert m.F(3) is flag


@pytest.mark.parametrize(
    "decorator", ["dataclass", "dataclass(slots=True)", "dataclass(frozen=True)"]
)
@drive
async def test_dataclasses_keep_their_identity(decorator):
    source = f"""
        from dataclasses import dataclass, field
        @{decorator}
        class D:
            x: int = 1
            def double(self):
                return self.x * 2
        """
    async with running(m=source) as app:
        D = app["m.py"].D
        old = D(3)
        await app.edit("m.py", "self.x * 2", "self.x * 20")
        assert old.double() == 60
        await app.edit("m.py", "x: int = 1", "x: int = 5")
        assert app["m.py"].D is D
        assert D().x == 5
        assert D() == D(5)
        assert old.x == 3


@drive
async def test_a_dataclass_gets_fields_and_its_subclasses_too():
    m = """
        from dataclasses import dataclass, field
        @dataclass
        class D:
            x: int = 1
        """
    b = """
        from dataclasses import dataclass
        from m import D
        @dataclass
        class Sub(D):
            z: int = 3
        """
    async with running(m=m, b=b) as app:
        D, Sub = app["m.py"].D, app["b.py"].Sub
        old, sub = D(0), Sub(0)
        await app.edit(
            "m.py", "x: int = 1", "x: int = 1\n    y: list = field(default_factory=list)"
        )
        assert old.y == []
        assert sub.y == []
        assert D(1, [2]).y == [2]
        assert app["b.py"].Sub is Sub
        assert Sub(1, [2], 4).z == 4
        assert repr(old) == "D(x=0, y=[])"


@drive
async def test_upgrade_is_called_once_on_each_instance_when_init_changed():
    source = """
        class C:
            def __init__(self):
                self.a = 1
            def __hmr_upgrade__(self):
                self.b = getattr(self, "b", 0) + 1
        """
    async with running(m=source) as app:
        held = [app["m.py"].C() for _ in range(3)]
        await app.edit("m.py", "self.a = 1", "self.a = 1\n        self.b = 0")
        assert [c.b for c in held] == [1, 1, 1]
        await app.edit("m.py", "def __init__(self)", "def __init__(self, x=1)")
        assert [c.b for c in held] == [2, 2, 2]
        await app.edit("m.py", "class C:", "class C:\n    k = 1")
        assert [c.b for c in held] == [2, 2, 2]


@drive
async def test_an_upgrade_that_raises_rolls_everything_back():
    source = """
        LIMIT = 1
        class C:
            def __init__(self):
                self.a = 1
            def __hmr_upgrade__(self):
                raise LookupError("not this one")
            def f(self): return "old"
        """
    async with running(m=source) as app:
        m = app["m.py"]
        held = m.C()
        text = app.runner.modules.by_path("m.py")[0].source
        text = text.replace("self.a = 1", "self.a = 2").replace("old", "new")
        report = await app.update(m=text.replace("LIMIT = 1", "LIMIT = 2"))
        assert isinstance(report.error, LookupError)
        assert (held.f(), m.C().a, m.LIMIT) == ("old", 1, 1)


@drive
async def test_pickled_instances_find_their_class():
    async with running(m="class C:\n    x = 1\n") as app:
        data = pickle.dumps(app["m.py"].C())
        await app.edit("m.py", "x = 1", "x = 2")
        assert type(pickle.loads(data)) is app["m.py"].C


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 came with Python 3.12")
@drive
async def test_type_aliases_and_generic_syntax():
    source = """
        type Pair[T] = tuple[T, T]
        def first[T](pair: Pair[T]) -> T:
            return pair[0]
        class Box[T]:
            def __init__(self, item: T) -> None:
                self.item = item
            def get(self) -> T:
                return self.item
        """
    async with running(m=source, b="from m import first, Box, Pair\n") as app:
        m, b = app["m.py"], app["b.py"]
        first, box = m.first, m.Box(1)
        await app.edit("m.py", "return pair[0]", "return pair[1]")
        await app.edit("m.py", "return self.item", "return [self.item]")
        assert first((1, 2)) == 2
        assert box.get() == [1]
        await app.edit("m.py", "def first[T](pair: Pair[T])", "def first[T](pair: Pair[T], n=0)")
        await app.edit("m.py", "class Box[T]:", "class Box[T]:\n    k = 1")
        assert first((1, 2)) == 2
        assert box.k == 1
        assert m.Box is b.Box
        assert box.get() == [1]
        await app.edit("m.py", "tuple[T, T]", "list[T]")
        assert b.Pair is m.Pair
        assert b.Pair.__value__ == list[m.Pair.__type_params__[0]]


@drive
async def test_a_decorator_whose_wrapper_gets_another_free_variable_decorates_again():
    source = """
        def decorate(function, sign="!"):
            def wrapper():
                return function()
            return wrapper
        @decorate
        def f():
            return "f"
        HANDLERS = [decorate(f)]
        """
    async with running(m=source, b="from m import f\n") as app:
        held = app["m.py"].f
        await app.edit("m.py", "return function()", "return function() + sign")
        assert app["b.py"].f() == app["m.py"].f() == held() == "f!"
        assert app["m.py"].HANDLERS[0]() == "f!!"
