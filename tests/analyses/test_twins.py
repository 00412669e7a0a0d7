"""The rules of one cloud have their twins for the others, or say why they have none; the page of them is current."""

import tomllib
from pathlib import Path

import pytest

from migplan.facts import load, own_folder

FACTS = load()
PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
OTHERS = ("azure", "gcp")
INTRODUCTION = """\
# Checks of each cloud

What `migplan check` and a plan say of the network and the design is a file in `profiles/checks/`. A rule of AWS names
what says the same of the other clouds (`[twins]`), or why nothing does (`[no_twin]`); this page is made of that by
`make twins`.
"""


def documents():
    for path in sorted((own_folder() / "checks").glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


CHECKS = dict(documents())


def clouds_of(check):
    """The clouds that a rule is for; none where it holds in all."""
    found = [when.get("clouds", ()) for when in check["when"]]
    return set().union(*found) if all(found) else set()


OF_AWS = [name for name, check in CHECKS.items() if clouds_of(check) == {"aws"}]


def page():
    heads = ["AWS", *(FACTS.clouds[cloud].name for cloud in OTHERS)]
    rows = []
    for name in OF_AWS:
        check = CHECKS[name]
        cells = [
            f"`{check['twins'][cloud]}`" if cloud in check.get("twins", {}) else check["no_twin"][cloud]
            for cloud in OTHERS
        ]
        rows.append([f"`{name}`: {check['name']}", *cells])
    table = [heads, ["---"] * len(heads), *rows]
    alone = {
        cloud: [name for name in CHECKS if clouds_of(CHECKS[name]) == {cloud} and name not in twins(cloud)]
        for cloud in OTHERS
    }
    everywhere = [name for name in CHECKS if not clouds_of(CHECKS[name])]
    return "\n".join(
        [
            INTRODUCTION,
            *(f"| {' | '.join(row)} |" for row in table),
            "",
            *(f"Of {FACTS.clouds[cloud].name} alone: {code(names)}.\n" for cloud, names in alone.items()),
            f"Of all clouds: {code(everywhere)}.",
            "",
        ]
    )


def code(names):
    return ", ".join(f"`{name}`" for name in names)


def twins(cloud):
    return {CHECKS[name]["twins"].get(cloud) for name in OF_AWS if "twins" in CHECKS[name]} - {None}


def test_the_page_is_current(golden):
    golden(PAGE, page())


@pytest.mark.parametrize("name", OF_AWS)
def test_a_rule_of_aws_has_a_twin_or_says_why_not(name):
    check = CHECKS[name]
    told = [*check.get("twins", ()), *check.get("no_twin", ())]
    assert sorted(told) == sorted(OTHERS)
    for cloud, twin in check.get("twins", {}).items():
        assert clouds_of(CHECKS[twin]) == {cloud}


@pytest.mark.parametrize("cloud", OTHERS)
def test_most_rules_of_files_and_lines_have_a_twin(cloud):
    # What is left are services that have no like there, and what nobody has read.
    assert len([name for name in OF_AWS if cloud in CHECKS[name].get("twins", {})]) >= 26
