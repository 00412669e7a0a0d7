"""What the documents say is true: examples run, tables of fields are complete, links lead somewhere."""

import doctest
import re
from pathlib import Path

import pytest

from migplan.facts import load
from migplan.inputs.fields import FIELDS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_python_run(page):
    failed, _ = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def rows_by_heading(text):
    """Heading -> field -> its meaning and its example, out of the tables of a page."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("| `") and line.count(" | ") > 2:
            name, meaning, example, *_ = (cell.strip(" `") for cell in line.strip("|").split(" | "))
            found.setdefault(heading, {})[name] = (meaning, example)
    return found


def test_every_input_field_is_documented_under_its_group():
    tables = rows_by_heading((ROOT / "docs" / "inputs.md").read_text(encoding="utf-8"))
    for field in FIELDS:
        meaning, example = tables[field.group][field.name]
        assert meaning.startswith(field.help.rstrip(".")), field.name
        assert example == (field.example or "see below")


def test_every_use_is_documented_with_its_numbers():
    text = (
        (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8").partition("### Uses")[2].partition("## ")[0]
    )
    rows = [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in text.splitlines()]
    told = {row[0]: row[1:] for row in rows if len(row) == 7}
    for use in load().uses.values():
        cold, reduction = (f"{use.facts[key].value * 100:g} %" for key in ("cold", "reduction"))
        needed, often = (use.facts[f"{key}_per_volume"] for key in ("throughput", "iops"))
        assert told[use.id] == [
            use.availability,
            ", ".join(use.media),
            cold,
            reduction,
            f"{needed.shown:g} {needed.unit}",
            f"{often.shown:g} {often.unit}",
        ]


def test_the_readme_tells_the_accuracy_as_it_was_measured():
    told = (ROOT / "docs" / "method.md").read_text(encoding="utf-8").partition("Leaving one source out:")[2]
    cases, error, _, held = re.search(r"\| all \| (\d+) \| (\d+ %) \| (\S+ %) \| (\d+ %) \|", told).groups()
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"against {cases} movements" in readme
    assert f"median error is {error}, and the band from P10 to P90 holds {held}" in readme
