"""What there is to translate, and the catalogues: run as a script after a text has changed.

`python tests/messages.py` adds what is new to every catalogue under `src/migplan/locale/`, marks what nothing says any
more as obsolete, and compiles it. `python tests/messages.py de` begins another language.
"""

import ast
import datetime as dt
import io
import sys
import tomllib
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from migplan.engine.copying import Assumed
from migplan.engine.draws import DRAWN
from migplan.engine.outcome import BOUNDS, PhaseName
from migplan.facts.keys import ATTRIBUTES, RUNNING, Medium
from migplan.inputs.fields import AVAILABILITY, FIELDS
from migplan.inventory.names import KINDS as NAME_FAULTS
from migplan.report.sections.cutover import all_steps
from migplan.report.sections.what_if import first_clause
from migplan.results.ledger import _COUNTED, _SOLD

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "migplan"
LOCALE = SOURCE / "locale"
USES = ROOT / "profiles" / "uses"
MARKS = ("say", "say_many", "worded", "message", "messages", "many", "counted", "Column")
"""Functions whose texts are looked up in a catalogue."""
MARKED = ("migplan.language", "migplan.errors", "migplan.report.view", "migplan.report.tabular")
"""The modules that they are imported from."""
ENGLISH_ALONE = (
    *("cli/", "estate/", "inventory/", "pricelists/", "tracking/", "analyses/backtest/", "report/estate/"),
    "report/charts/estate.py",
    *(f"report/{name}.py" for name in ("backtest", "batch", "inventory", "portfolio", "shares")),
    *("report/preservation.py", "report/pricelists.py"),
)
"""Modules and rooms that tell what no plan and no check is."""
ALSO_BOUND_BY = (
    "lead time",
    "staff",
    "verification",
    "change",
    "hours",
    "freeze",
    "cutover days",
    "courier",
    "provider",
)
"""What bounds a phase that is no copy."""
STATES = ("given", "derived", "assumed", "default", "absent", "confirmed", "unconfirmed", "unknown")
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
PROFILES = {
    "checks": ("name", "text", "applies"),
    "clouds": ("item", "text"),
    "devices": ("name", "plain", "short", "item", "text", "doubt"),
    "movers": ("name", "plain", "short", "item", "text", "doubt"),
    "routes": ("name", "plain", "short", "item", "text", "advice"),
    "running": ("name", "item", "text"),
    "targets": ("name", "plain", "short", "item", "text", "several"),
}
"""Kind of profile -> keys whose texts are told to people."""


def messages():
    """Everything there is to translate, once and in a fixed order: a text, or one and several of a thing."""
    found = {}
    told = [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if not path.relative_to(SOURCE).as_posix().startswith(ENGLISH_ALONE)
    ]
    for path in told:
        for text in of_code(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, path.relative_to(ROOT).as_posix())
    found.update(
        dict.fromkeys((*BOUNDS, *ALSO_BOUND_BY, *map(str, PhaseName), *ATTRIBUTES.values()), "engine")
    )
    found.update(dict.fromkeys((*AVAILABILITY, *NAME_FAULTS.values()), "inputs"))
    found.update({text[0].upper() + text[1:]: "engine" for text in RUNNING.values()})
    found.update({(f"{{count}} {unit}", f"{{count}} {unit}s"): "units" for unit in UNITS})
    found.update(dict.fromkeys(UNITS, "units"))
    named = [tomllib.loads(path.read_text(encoding="utf-8"))["name"] for path in sorted(USES.glob("*.toml"))]
    found.update({name.lower(): "uses" for name in named})
    uses = [path.stem for path in sorted(USES.glob("*.toml"))]
    found.update({told: "uses" for use in uses for told in (use, use.replace("-", " "))})
    found.update(dict.fromkeys((*STATES, *get_args(Medium), *counted_units()), "results"))
    found.update(dict.fromkeys(of_steps(), "src/migplan/report/sections/cutover.toml"))
    found.update(dict.fromkeys(of_fields(), "src/migplan/inputs/fields.py"))
    found.update(dict.fromkeys(of_facts(), "facts"))
    for kind, keys in PROFILES.items():
        for path in sorted((ROOT / "profiles" / kind).glob("*.toml")):
            for text in of_profile(tomllib.loads(path.read_text(encoding="utf-8")), keys):
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    several = {part for text in found if isinstance(text, tuple) for part in text}
    return {text: place for text, place in found.items() if text and text not in several}


def counted_units():
    return (*_COUNTED.values(), *_SOLD.values(), *UNITS, "device", "site", "run", "task", "agent")


def of_steps():
    for step in all_steps():
        takes = () if step.takes in ("fixed", "pass") else (step.takes,)
        yield from (step.stage, step.what, step.owner, *takes, step.go, step.back)


def of_fields():
    for field in FIELDS:
        yield from (f"input: {field.name.replace('_', ' ')}", first_clause(field.name), field.why)


def of_facts():
    """The words of each fact that may lie in a range and that decides how long something takes."""
    for kind in ("movers", "devices", "routes", "targets", "assumptions"):
        for path in sorted((ROOT / "profiles" / kind).glob("*.toml")):
            for key in ranged(tomllib.loads(path.read_text(encoding="utf-8"))):
                if kind != "assumptions" or key in DECISIVE:
                    yield f"fact: {key.replace('_', ' ')}"


DECISIVE = {*Assumed.__struct_fields__, *DRAWN, "round_trip_time", "source_rate", "overlap"}


def ranged(value, key=""):
    if isinstance(value, dict) and {"value", "low"} <= value.keys():
        yield key
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from ranged(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from ranged(inner, key)


def of_code(tree):
    marks = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MARKED
        for name in node.names
        if name.name in MARKS
    }
    own = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in MARKS]
    marks.update(zip(own, own, strict=True))
    for node in ast.walk(tree) if marks else ():
        # What is chosen before it is filled in has one of these names.
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "template":
            yield from texts_in(node.value)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "noun":
            yield from map(counted, texts_in(node.value))
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        mark = marks.get(node.func.id, "")
        if not mark or isinstance(node.args[0], ast.Starred):
            continue
        if mark == "counted":
            yield from map(counted, texts_in(node.args[1]))
        elif mark in ("say_many", "many"):
            pair = tuple(text for each in node.args[:2] for text in texts_in(each))
            yield from [pair] if len(pair) == 2 else []
        elif isinstance(node.args[0], ast.Dict):
            yield from (value.value for value in node.args[0].values)
        elif isinstance(node.args[0], ast.Tuple):
            yield from (value.value for value in node.args[0].elts)
        else:
            yield from texts_in(node.args[0])


def unmarked(node):
    """Texts of code that no mark is on; docstrings, comments of types and errors are none that a plan tells."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in (
        *MARKS,
        "say_plainly",
        "MigplanError",
        "Fault",
    ):
        told = 2 if ast.unparse(node.func) in ("say_many", "many", "counted") else 1
        inner = [*node.args[told:], *(keyword.value for keyword in node.keywords)]
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("template", "noun")
    ):
        inner = []
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        inner = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
        inner = []
    else:
        inner = ast.iter_child_nodes(node)
    for each in inner:
        yield from unmarked(each)


def counted(noun):
    return f"{{count}} {noun}", f"{{count}} {noun}s"


def texts_in(node):
    """A text, or the two between which is chosen."""
    if isinstance(node, ast.IfExp):
        yield from (*texts_in(node.body), *texts_in(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def of_profile(value, keys, key=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            # What a path says of an attribute of files is told beside it.
            beside = key in ("notes", "stores_notes") and name in ATTRIBUTES
            yield from of_profile(inner, keys, keys[0] if beside else name)
    elif isinstance(value, list):
        for inner in value:
            yield from of_profile(inner, keys, key)
    elif isinstance(value, str) and key in keys:
        yield value


def catalogue_of(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain="migplan")


def compiled(catalogue):
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update(path):
    language = path.parents[1].name
    old = catalogue_of(path) if path.exists() else Catalog(language)
    new = Catalog(
        language, project="migplan", version="1", header_comment="# Texts of migplan.", fuzzy=False,
        last_translator="migplan", language_team=language, msgid_bugs_address="-", copyright_holder="migplan",
    )  # fmt: skip
    # What a text was called before it went is there again when it comes back.
    known = {**old.obsolete, **{entry.id: entry for entry in old if entry.id}}
    known = {key if isinstance(key, str) else key[0]: entry for key, entry in known.items()}
    for text, place in messages().items():
        had = known.pop(text if isinstance(text, str) else text[0], None)
        # What had one form has several now, or the other way round: it is to be translated again.
        same = had is not None and isinstance(had.string, str) == isinstance(text, str)
        flags = had.flags if same else ()
        new.add(text, had.string if same else None, locations=[(place, None)], flags=flags)
    new.obsolete.update({key: entry for key, entry in known.items() if entry.string and all(entry.string)})
    new.revision_date = new.creation_date = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=0, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue_of(path)))
    for entry in new:
        if entry.id and not (entry.string and all(entry.string)):
            print(f"{path.relative_to(ROOT)}: {entry.id}")


if __name__ == "__main__":
    found = [*LOCALE.glob("*/LC_MESSAGES/migplan.po")]
    for path in [*found, *(LOCALE / name / "LC_MESSAGES" / "migplan.po" for name in sys.argv[1:])]:
        update(path)
