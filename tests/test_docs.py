"""What the documents say is true: examples run, tables of fields are complete, links lead somewhere."""

import doctest
import re
from pathlib import Path

import pytest

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


def test_every_input_field_is_documented():
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    missing = [field.name for field in FIELDS if f"`{field.name}`" not in text]
    assert not missing
