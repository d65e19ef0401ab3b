"""Objects of the standard library that a program fills: parsers of arguments and settings, trees."""

from ..program import Program

PROGRAMS = [
    Program(
        "lib_object_nested_state",
        {
            "main.py": """\
import logging, argparse, string, types, json, configparser
parser = argparse.ArgumentParser(prog="p")
parser.add_argument("--a", default=1, type=int)
sub = parser.add_subparsers(dest="cmd")
run_p = sub.add_parser("run")
run_p.add_argument("--fast", action="store_true")
cp = configparser.ConfigParser()
cp.read_string("[a]\\nx = 1")
cp["a"]["y"] = "2"
def ns(*a):
    try: return vars(parser.parse_args(list(a)))
    except SystemExit: return "exit"
""",
        },
        [
            [("main.py", "default=1", "default=2")],
            [("main.py", '"--fast"', '"--quick"')],
            [("main.py", "x = 1", "x = 3")],
            [("main.py", '["y"] = "2"', '["z"] = "2"')],
            [("main.py", '"run"', '"go"')],
        ],
        [
            "ns()",
            'ns("run","--fast")',
            'ns("go","--quick")',
            'dict(cp["a"])',
        ],
    ),
    Program(
        "lib_deep_registration",
        {
            "reg.py": """\
class _Lib: pass
""",
            "main.py": """\
import xml.etree.ElementTree as ET
import mimetypes, codecs, string
import sched, time
root = ET.Element("r")
ET.SubElement(root, "a").text = "1"
ET.SubElement(root, "b")
def dump(): return ET.tostring(root).decode()
""",
        },
        [
            [("main.py", '"a").text', '"aa").text')],
            [
                (
                    "main.py",
                    """\
ET.SubElement(root, "b")
""",
                    "",
                )
            ],
        ],
        [
            "dump()",
        ],
    ),
]
