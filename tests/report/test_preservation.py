"""The page of what arrives beside the bytes is made from the profiles, and is current."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from migplan.cli import cli
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.facts.keys import ATTRIBUTES
from migplan.report.preservation import render_preservation

PAGE = Path(__file__).parents[2] / "docs" / "preservation.md"
FACTS = load()


def test_the_page_is_current(golden):
    golden(PAGE, render_preservation(FACTS))


@pytest.mark.parametrize("cloud", FACTS.clouds.values(), ids=lambda cloud: cloud.id)
def test_every_path_to_a_target_of_a_cloud_is_in_its_table(cloud):
    section = PAGE.read_text(encoding="utf-8").partition(f"## {cloud.name}\n")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")][2:]
    told = {(row[0].strip("| ").removesuffix("\\*"), target) for row in rows for target in row[2].split(", ")}
    wanted = {
        (carrier.short, FACTS.targets[name].short)
        for carrier in (*FACTS.movers.values(), *FACTS.devices.values())
        if carrier.cloud in ("any", cloud.id)
        for path in carrier.paths
        for name in path.to
        if FACTS.targets[name].cloud == cloud.id
    }
    assert told == wanted


def test_all_that_can_be_kept_has_a_column():
    heads = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| Tool"))
    assert len(heads.strip("| ").split(" | ")) == len(ATTRIBUTES) + len(("Tool", "Source", "Target", "Read"))


def test_what_a_target_cannot_store_does_not_arrive_whatever_the_tool_carries():
    # rsync carries numeric ids, and what has no accounts of Windows keeps owners in part.
    (row,) = [
        line
        for line in render_preservation(FACTS, "gcp").splitlines()
        if line.startswith("| rsync") and "| Filestore |" in line
    ]
    assert row.split(" | ")[3:13] == ["–", "–", "part", "yes", "–", "yes", "yes", "yes", "part", "part"]


def test_the_command_shows_one_cloud_or_all():
    shown = CliRunner().invoke(cli, ["facts", "matrix"]).stdout
    assert shown == render_preservation(FACTS)
    one = CliRunner().invoke(cli, ["facts", "matrix", "--cloud", "azure"]).stdout
    assert one.count("\n## ") == 1
    assert "## Azure" in one


def test_a_cloud_that_nobody_has_is_asked_back():
    with pytest.raises(MigplanError, match="--cloud: 'azur' is not known; did you mean 'azure'"):
        render_preservation(FACTS, "azur")
