"""The rooms, and the direction of imports between them."""

import ast
from pathlib import Path

import migplan

ROOT = Path(migplan.__file__).parent
BELOW = {
    "errors": (),
    "units": ("errors",),
    "files": ("errors",),
    "cache": (),
    "text": (),
    "formulas": (),
    "facts": ("errors", "units", "cache", "files", "formulas"),
    "inputs": ("errors", "units", "cache", "files", "text", "formulas", "facts"),
    "engine": ("errors", "units", "cache", "files", "text", "formulas", "facts", "inputs"),
    "results": ("errors", "units", "cache", "files", "text", "facts", "inputs", "engine"),
    "analyses": (
        "errors",
        "units",
        "cache",
        "files",
        "text",
        "formulas",
        "facts",
        "inputs",
        "engine",
        "results",
    ),
    "estate": (
        "errors",
        "units",
        "files",
        "text",
        "formulas",
        "facts",
        "inputs",
        "engine",
        "results",
        "analyses",
    ),
    "report": (
        "errors",
        "units",
        "cache",
        "files",
        "text",
        "facts",
        "inputs",
        "results",
        "analyses",
        "estate",
    ),
    "cli": (
        "errors",
        "units",
        "cache",
        "files",
        "text",
        "facts",
        "inputs",
        "results",
        "analyses",
        "estate",
        "report",
    ),
}
"""Room -> the rooms that it may import besides itself."""
ONE_DOOR = {
    "pint": {"units.py"},
    "click": {"cli"},
    "pandas": {"estate"},
    "pyarrow": {"estate"},
    "matplotlib": {"report"},
    "rich": {"report", "cli", "estate"},
    "pydantic": {"facts", "results"},
    "holidays": {"inputs"},
    "dask": {"estate"},
    "distributed": {"estate"},
    "tomli_w": {"analyses"},
}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module
            if module == "migplan":
                yield from (f"migplan.{name.name}" for name in node.names)


def room(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_rooms_import_only_the_rooms_they_may():
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        here = room(path)
        if here in ("__init__", "__main__"):
            continue
        assert here in BELOW, f"{path.name} is in no room"
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "migplan" and len(parts) > 1 and parts[1] in {*BELOW} - {here, *BELOW[here]}:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_each_outside_package_has_one_door():
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).parts[0]
        for name in imported(path):
            doors = ONE_DOOR.get(name.split(".")[0])
            if doors is not None and place not in doors:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_formulas_know_only_numpy():
    for path in (ROOT / "formulas").glob("*.py"):
        outside = {name.split(".")[0] for name in imported(path)} - {
            "__future__",
            "collections",
            "dataclasses",
            "typing",
        }
        assert outside <= {"numpy", "migplan"}, path.name


def test_modules_and_functions_stay_small():
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 500:
            wrong.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                documented = ast.get_docstring(node, clean=False)
                length = node.end_lineno - node.lineno + 1 - (documented.count("\n") + 1 if documented else 0)
                if length > 40:
                    wrong.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    assert not wrong
