"""Phrases that must not come back: where people read, the field's own words stand, and the same everywhere."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "migplan"
PHRASES = {
    r"(?<!both )\b[Ww]ays\b(?! back)": "options",
    r"\b(?:[Nn]o|[Ee]very|[Bb]est|[Nn]either|recommended|fastest|cheapest|other) way\b(?! round)": "option",
    r"\bTo mind\b|\*\*Mind:|\bMind:": "notes",
    r"\bof it ours\b|\bare ours\b|\bis ours\b": "usable",
    r"\b[Ss]wings?\b(?![_`])|\b[Ss]winging\b": "switch-over",
    r"\bfor want of\b": "because ... is missing",
    r"\bOnce USD\b": "One-off USD",
    r"\bBound by\b": "Bottleneck",
    r"\bMeets what\b|\| Meets \|": "Meets all",
    r"\bWould do\b": "would meet all",
    r"\btaken at their ceiling\b": "at an upper bound",
    r"\btakes more to arrange\b": "needs a VPN set up",
    r"\bNot possible\b": "ruled out",
    r"\b[Hh]old (?:the )?forecasts\b": "compare forecasts with completed migrations",
    r"\bGo on with a run\b": "resume",
    r"\bsay nothing: N/A\b": "treat as empty",
    r"\brows that do not say\b": "default for rows that leave it empty",
    r"\bHEADER= for nothing\b": "HEADER= ignores it",
    r"\bWhat groups the digits\b": "thousands separator",
    r"^Of the draws\.": "random seed",
    r"\bWere devices of this\b|^Must the data\b|^May applications\b": "no questions with a full stop",
    r"\bby more(?= and|,|\.|$)": "by more days, by more hours",
    r"\bbegin of the move slips\b": "every day of delay at the start",
    r"\bMade for \d|\bMade for \{": "planned on",
    r"\bdoes not measure what is wanted\b": "is not a unit of this",
    r"\bDone in \{?[^|]*days\}?, and in 8 of 10\b": "80 % sure by",
    r"\blonger than never\b": "says that it never ends",
    r"\b(?!0?1\b)\d+(?:\.\d+)? (?:month|week|day|hour|minute)(?![\w/-])": "a plural",
    r"\b1e-0\d\b": "a number as people write it",
    r"as far as it makes sense": "within reason",
    r"\bNothing meets all that was asked for\b": "Nothing meets all you asked",
}
"""What was written -> what stands for it now."""

NAMES = {
    r"tell_\w+|\w+_told|told_\w+": "what the text is: notes, sentences, reasons",
    r"promise|by_promise": "priority",
    r"Judged": "EvaluatedOption",
    r"turns": "segments",
    r"standing_in": "stand_ins",
    r"Bad|Held|Drafts?": "RowError, AtomicFile",
    r"nobody|winners_of_all": "no_winners, best_by_enumeration",
    r"Leaders|doubtful|may_lose": "Incumbents",
    r"Trips|Ways|both_ways|Meeting|carry": "DeviceCycles, SplitLegs, FirstFullCopy, ship_devices",
    r"DEAR|OUTSIDE": "OVER_BUDGET, OUTSIDE_WINDOW",
    r"Learnt|learnt": "LearntRates, learn_rates",
    r"hidden|drafted|hand_on": "sidecar_path, atomic_file, copy_mode",
    r"barred\w*|lacking|arriving": "ruled_out, missing_requirement, kept_at_target",
    r"run_by": "with_agents",
    r"ahead|outlook": "preparation, what_if",
    r"called|decided|deciding|together": "names, cost_notes, display, stand_ins, decisions",
}
"""Names of modules, functions and classes that only their author understood -> what stands for them now."""

SAID_ELSEWHERE = {"swing"}
"""Whole texts that are no words but values of JSON."""


def texts(path):
    """The strings of a module that people may read: all but docstrings, and of commands these too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            silent.add(id(body[0].value))
        if isinstance(body, list):
            # A text below a constant says what that is, to those who read the source.
            silent.update(id(part.value) for part in body if isinstance(part, ast.Expr))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value
        if isinstance(node, ast.FunctionDef) and node.decorator_list and path.parent.name == "cli":
            yield node.lineno, ast.get_docstring(node) or ""


def names(path):
    """The names by which other modules call what a module has, its own among them."""
    yield 1, path.parent.name if path.name == "__init__.py" else path.stem
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from ((node.lineno, name.id) for name in ast.walk(target) if isinstance(name, ast.Name))


def unclear(found):
    """Each name that came back, with its place."""
    return [
        f"{place}: {name}; wanted: {better}"
        for place, name in found
        for pattern, better in NAMES.items()
        if re.fullmatch(pattern, name)
    ]


def wrong(lines):
    """Each phrase that came back, with its place."""
    return [
        f"{place}: {found[0]!r} in {text[:80]!r}; wanted: {better}"
        for place, text in lines
        if text not in SAID_ELSEWHERE
        for phrase, better in PHRASES.items()
        if (found := re.search(phrase, text, re.MULTILINE))
    ]


MODULES = sorted(SOURCE.rglob("*.py"))
PAGES = [
    *sorted(SOURCE.rglob("*.toml")),
    *sorted((ROOT / "profiles").rglob("*.toml")),
    *sorted((ROOT / "reports").glob("*.md")),
    *sorted((ROOT / "tests" / "golden").rglob("*.*")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
]


def test_no_string_of_the_source_has_a_phrase_that_went():
    assert not wrong(
        (f"{path.relative_to(ROOT)}:{line}", text) for path in MODULES for line, text in texts(path)
    )


def test_no_module_function_or_class_has_a_name_that_went():
    assert not unclear(
        (f"{path.relative_to(ROOT)}:{line}", name) for path in MODULES for line, name in names(path)
    )


@pytest.mark.parametrize("name", ["told_again", "cells_told", "Ways", "DEAR", "ahead"])
def test_a_name_that_comes_back_is_found(name):
    assert unclear([("here", name)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_that_people_read_has_a_phrase_that_went(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    assert not wrong((f"{page.name}:{number}", line) for number, line in enumerate(lines, 1))


@pytest.mark.parametrize(
    "text",
    [
        "Ways",
        "the recommended way",
        "(80 % of it ours)",
        "swing",
        "12 month",
        "misses the deadline by more, costs less",
        "loss 1e-06",
        "Made for 2026-11-28.",
    ],
)
def test_a_phrase_that_comes_back_is_found(text):
    assert wrong([("here", f"{text} ")])


@pytest.mark.parametrize("text", ["1 month", "12 months", "1 day sooner", "30 days/month", "the way back"])
def test_what_is_right_is_left(text):
    assert not wrong([("here", text)])
