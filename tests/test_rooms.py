"""The rooms: who may import whom, where outside packages come in, and how large a concept may be."""

import ast
import collections
import functools
import itertools
import re
import sys
import tomllib
from pathlib import Path

import pytest

import migplan

ROOT = Path(migplan.__file__).parent
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
BASE = ("errors", "language", "units", "text", "rewriting", "files", "cache", "progress")
"""What every room but the formulas may use."""
TOLD = ("inventory", "facts", "inputs", "results", "analyses", "estate", "tracking")
"""What gives what is shown to people."""
BELOW = {
    "errors": ("language",),
    "language": (),
    "progress": (),
    "text": ("language",),
    "units": ("errors", "text", "rewriting"),
    "rewriting": ("text",),
    "origin": (),
    "files": ("errors", "text", "origin"),
    "cache": ("errors", "text", "files"),
    "formulas": (),
    "inventory": (*BASE, "formulas"),
    "facts": (*BASE, "formulas"),
    # What is read on prices changes profiles, which is all that others see of it.
    "pricelists": (*BASE, "origin", "facts"),
    "inputs": (*BASE, "formulas", "inventory", "facts"),
    "engine": (*BASE, "formulas", "facts", "inputs"),
    # The states and limits of formulas are told in notes.
    "results": (*BASE, "formulas", "facts", "inputs", "engine"),
    "analyses": (*BASE, "formulas", "facts", "inputs", "engine", "results"),
    "estate": (*BASE, "formulas", "inventory", "facts", "inputs", "engine", "results", "analyses"),
    "tracking": (*BASE, "formulas", "inventory", "facts", "inputs", "engine", "results", "analyses"),
    "report": (*BASE, *TOLD, "pricelists"),
    "api": (*BASE, *TOLD, "pricelists", "report"),
    "cli": (*BASE, *TOLD, "api", "report"),
}
"""Room -> the rooms that it may import besides itself."""
DOORS = {
    "babel": {"language.py"},
    "click": {"cli"},
    "dask": {"estate"},
    "distributed": {"estate"},
    "holidays": {"inputs"},
    "httpx": {"pricelists"},
    "highspy": {"estate"},
    "icalendar": {"report"},
    "markdown_it": {"report"},
    "matplotlib": {"report"},
    "msgspec": {"formulas", "facts", "inputs", "engine", "results", "analyses", "estate", "tracking"},
    "openpyxl": {"estate", "inventory"},
    "orjson": {"cache.py", "results", "inventory", "tracking"},
    "pandas": {"analyses", "api", "estate", "results"},
    "pint": {"units.py"},
    "platformdirs": {"cache.py"},
    "pyarrow": {"estate", "inventory"},
    "pydantic": {"facts"},
    "rich": {"report", "cli"},
    "tenacity": {"pricelists"},
    "tomli_w": {"analyses", "inventory", "pricelists"},
}
"""Outside package -> the rooms that may know it. Numpy is at home wherever numbers are worked out or drawn."""
DRAWS = ("report/charts/", "report/sections/what_if.py")
MODULE_LINES, FUNCTION_LINES, COMMAND_LINES = 500, 40, 15


@functools.cache
def tree(module):
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def functions(module):
    return [
        node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@functools.cache
def imported(module):
    """Names of the modules that one imports anywhere, also inside functions and for the type checker."""
    return [name for node in ast.walk(tree(module)) for name in names_in(node)]


def names_in(node):
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    assert not node.level, "imports name the whole path"
    # What is imported from a package may be a module of it.
    inner = [f"{node.module}.{name.name}" for name in node.names]
    return [name if is_module(name) else node.module for name in inner]


def is_module(name):
    return name in NAMES


def name_of(module):
    parts = ["migplan", *module.with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(module): module for module in MODULES}


def room(module):
    return module.parts[0].removesuffix(".py")


def test_every_module_is_in_a_room():
    assert {room(module) for module in MODULES} - {"__init__", "__main__"} <= set(BELOW)


@pytest.mark.parametrize("here", BELOW)
def test_a_room_imports_only_the_rooms_below_it(here):
    others = set(BELOW) - {here, *BELOW[here]}
    assert not [
        f"{module} imports {name}"
        for module in MODULES
        if room(module) == here
        for name in imported(module)
        if name.startswith("migplan.") and name.split(".")[1] in others
    ]


def test_outside_packages_come_in_by_their_doors():
    """Whatever is neither of Python nor of ours is listed, so that a new dependency is a decision."""
    inside = {"migplan", "numpy", *sys.stdlib_module_names}
    wrong = []
    for module in MODULES:
        for package in {name.split(".")[0] for name in imported(module)} - inside:
            if module.parts[0] not in DOORS.get(package, ()):
                wrong.append(f"{module} imports {package}")
    assert not wrong


CALLED = {"markdown-it-py": "markdown_it", "dask": "distributed"}
UNSEEN = {"tzdata"}
"""Installed for Python's own zoneinfo, which looks for it where a system has no time zones."""


def test_nothing_is_installed_that_nothing_imports():
    with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *extras["dask"], *extras["prices"]]
    wanted = {re.match(r"[\w-]+", line)[0] for line in listed} - UNSEEN
    found = {name.partition(".")[0] for module in MODULES for name in imported(module)}
    assert {CALLED.get(name, name.replace("-", "_")) for name in wanted} <= found


def test_no_module_imports_itself_by_a_detour():
    """Neither at the beginning of modules nor inside functions; the root only passes names on."""
    above = {name: {*run_by(name)} for name in NAMES if name != "migplan"}
    # Ends of the picture go until nothing but circles is left: what imports nothing, and what nobody imports.
    while True:
        wanted = {*itertools.chain.from_iterable(above.values())}
        left = {name: others & above.keys() for name, others in above.items() if others & above.keys()}
        left = {name: others for name, others in left.items() if name in wanted}
        if left == above:
            break
        above = left
    circles = {name: sorted(others) for name, others in above.items()}
    assert not circles


def run_by(name):
    """Modules of ours that one makes run: those it imports, and the packages in which these lie and it does not."""
    for other in run_imports(tree(NAMES[name])):
        parts = other.split(".")
        for end in range(2, len(parts) + 1):
            outer = ".".join(parts[:end])
            if outer in NAMES and outer != name and not (outer != other and name.startswith(f"{outer}.")):
                yield outer


def run_imports(node):
    """Names imported when the code runs: those for the type checker alone are none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield from names_in(child)
        yield from run_imports(child)


def test_formulas_know_only_numpy_and_what_their_records_are_made_of():
    known = {"__future__", "collections", "dataclasses", "typing", "msgspec", "numpy", "migplan"}
    for module in MODULES:
        if room(module) == "formulas":
            assert {name.split(".")[0] for name in imported(module)} <= known, module


def test_the_report_draws_numbers_and_works_out_none():
    """Arrays are for what is drawn; what the figures of a report are is decided before it begins."""
    assert not [
        str(module)
        for module in MODULES
        if room(module) == "report" and "numpy" in imported(module) and not str(module).startswith(DRAWS)
    ]


def lines_of(node):
    """Lines of a function without its documentation."""
    documented = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (documented.count("\n") + 1 if documented else 0)


def test_modules_and_functions_stay_small():
    wrong = []
    for module in MODULES:
        length = (ROOT / module).read_text(encoding="utf-8").count("\n")
        if length > MODULE_LINES:
            wrong.append(f"{module}: {length} lines")
        wrong += [
            f"{module}: {node.name} has {lines_of(node)} lines"
            for node in functions(module)
            if lines_of(node) > FUNCTION_LINES
        ]
    assert not wrong


def test_commands_parse_call_and_write():
    wrong = []
    for module in MODULES:
        for node in functions(module) if room(module) == "cli" else ():
            if any("command(" in ast.unparse(decorator) for decorator in node.decorator_list):
                body = [part for part in node.body if not isinstance(part, ast.Expr | ast.Import | ast.ImportFrom)
                        or (isinstance(part, ast.Expr) and not isinstance(part.value, ast.Constant))]  # fmt: skip
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                if lines > COMMAND_LINES:
                    wrong.append(f"{module}: {node.name} has {lines} lines")
    assert not wrong


def defined(module):
    """Names that a module gives to functions, classes and constants of its own."""
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            # What decorators register is called by nobody's name.
            yield from () if "command" in "".join(map(ast.unparse, node.decorator_list)) else (node.name,)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                yield target.id


def test_nothing_is_defined_that_nobody_uses():
    ours = [ROOT / module for module in MODULES]
    texts = [path.read_text(encoding="utf-8") for path in (*ours, *Path(__file__).parent.rglob("*.py"))]
    words = collections.Counter(itertools.chain.from_iterable(re.findall(r"\w+", text) for text in texts))
    assert not [
        f"{module}: {name}"
        for module in MODULES
        for name in defined(module)
        if words[name] == 1 and not name.startswith("__")
    ]


PRODUCTS = {
    "analyses/backtest",  # words for what a measured case calls by its name, and what stands for whole classes
    "facts/keys.py",  # kinds of routes
    "inputs/fields.py",  # examples in help
    "inventory/readers",
    "tracking/readers",
}
"""Where names of products are at home: what reads what tools write, and what people call them."""
WORDS = {"internet", "nas"}
"""Ids that are plain words too."""


def spoken(module):
    """Texts of a module that are no documentation."""
    lone = {id(node.value) for node in ast.walk(tree(module)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in lone:
            yield node.value


def test_no_product_is_named_in_code():
    facts = migplan.load_facts()
    kinds = (facts.movers, facts.devices, facts.targets, facts.routes, facts.hosts)
    ids = set().union(*kinds) - WORDS
    assert len(ids) > 100
    assert not [
        f"{module}: {text[:60]!r}"
        for module in MODULES
        if not module.as_posix().startswith(tuple(PRODUCTS))
        for text in spoken(module)
        if text in ids or any("-" in word and word in ids for word in re.findall(r"[\w-]+", text))
    ]
