"""Models and settings of pydantic."""

from ..program import Program

PROGRAMS = [
    Program(
        "pydantic_models",
        {
            "m.py": """\
from pydantic import BaseModel, field_validator, Field, computed_field, ConfigDict
MAX = 5
class Base(BaseModel):
    model_config = ConfigDict(frozen=False)
    id: int = 0
class User(Base):
    name: str = "n"
    age: int = Field(1, le=MAX)
    @field_validator("name")
    @classmethod
    def up(cls, v): return v.upper()
    @computed_field
    @property
    def label(self) -> str: return f"{self.name}-{self.age}"
class Team(BaseModel):
    lead: User = User()
    members: list[User] = []
""",
            "main.py": """\
import m
from m import User, Team
u = User(name="a")
def val(**k):
    try: return Team.model_validate(k).model_dump()
    except Exception as e: return type(e).__name__, e.error_count()
""",
        },
        [
            [("m.py", "MAX = 5", "MAX = 50")],
            [("m.py", "age: int = Field", "age: float = Field")],
            [("m.py", "v.upper()", "v.title()")],
            [
                (
                    "m.py",
                    'name: str = "n"',
                    """\
name: str = "n"
    mail: str | None = None""",
                )
            ],
            [
                (
                    "m.py",
                    "id: int = 0",
                    '''\
id: int = 0
    tag: str = "t"''',
                )
            ],
            [("m.py", "{self.name}-", "{self.name}+")],
            [("m.py", "frozen=False", 'frozen=False, extra="forbid"')],
        ],
        [
            'val(lead={"name":"bob","age":9})',
            'val(lead={"zz":1})',
            'User(name="x").model_dump()',
            "sorted(User.model_fields)",
            "isinstance(Team.model_validate({}).lead, m.User)",
            "u.label",
            'sorted(Team.model_json_schema()["$defs"]["User"]["properties"])',
        ],
    ),
    Program(
        "pydantic_discriminated_generic",
        {
            "m.py": """\
from typing import Literal, Union, Annotated, Generic, TypeVar
from pydantic import BaseModel, Field, TypeAdapter
T = TypeVar("T")
class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9
class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]
class Box(BaseModel, Generic[T]):
    item: T
ADAPTER = TypeAdapter(list[Pet])
CatBox = Box[Cat]
""",
            "main.py": """\
import m
def run(*ps):
    try: return [type(x).__name__ + str(x.model_dump()) for x in m.ADAPTER.validate_python(list(ps))]
    except Exception as e: return type(e).__name__
""",
        },
        [
            [("m.py", "lives: int = 9", "lives: int = 7")],
            [("m.py", 'Literal["dog"] = "dog"', 'Literal["hound"] = "hound"')],
            [
                (
                    "m.py",
                    "lives: int = 7",
                    '''\
lives: int = 7
    name: str = "tom"''',
                )
            ],
        ],
        [
            'run({"kind":"cat"},{"kind":"dog"})',
            'run({"kind":"hound"})',
            "m.CatBox(item={}).model_dump()",
            'isinstance(m.ADAPTER.validate_python([{"kind":"cat"}])[0], m.Cat)',
        ],
    ),
    Program(
        "pydantic_validate_call_settings",
        {
            "main.py": """\
from pydantic import validate_call, BaseModel
N = 2
@validate_call
def f(a: int, b: int = N) -> int: return a + b
class S(BaseModel):
    limit: int = N
s = S()
def go(*a):
    try: return f(*a)
    except Exception as e: return type(e).__name__
""",
        },
        [
            [("main.py", "N = 2", "N = 3")],
            [("main.py", "a: int, b", "a: str, b")],
            [("main.py", "return a + b", 'return str(a) + "!" + str(b)')],
        ],
        [
            'go("1")',
            'go("x")',
            "S().limit",
        ],
    ),
    Program(
        "pydantic_settings_like",
        {
            "main.py": """\
from schema import Order, Item, parse, TAX
o = parse({"items": [{"name": "a", "price": 2}, {"name": "b", "price": 3, "qty": 2}]})
TOTAL = o.total()
DUMP = o.model_dump()
ERR = [e["msg"] for e in __import__("schema").errors({"items": [{"name": "", "price": -1}]})]
JS = Item.model_json_schema()
""",
            "schema.py": """\
from pydantic import BaseModel, Field, field_validator, computed_field, ValidationError
TAX = 2
MIN = 1
def check(v):
    if len(v) < MIN: raise ValueError(f"short {MIN}")
    return v
class Item(BaseModel):
    name: str
    price: int = Field(ge=0, description="p")
    qty: int = 1
    @field_validator("name")
    @classmethod
    def named(cls, v): return check(v)
class Order(BaseModel):
    items: list[Item]
    @computed_field
    @property
    def tax(self) -> int: return TAX
    def total(self): return sum(i.price * i.qty for i in self.items) * TAX
def parse(d): return Order.model_validate(d)
def errors(d):
    try: parse(d)
    except ValidationError as e: return e.errors()
""",
        },
        [
            [("schema.py", "TAX = 2", "TAX = 3")],
            [("schema.py", "MIN = 1", "MIN = 2")],
            [("schema.py", "ge=0", "ge=-5")],
            [("schema.py", "qty: int = 1", "qty: int = 2")],
        ],
        ["TOTAL", "DUMP", "ERR", "JS"],
    ),
]
