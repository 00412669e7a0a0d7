"""A fourth cloud is a folder of TOML: it is planned for, compared and told like the others, and no code knows it."""

import datetime as dt
from pathlib import Path

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.facts.overlays import check_folder
from migplan.report.preservation import render_preservation

FOLDER = Path(__file__).parents[1] / "data" / "mini-cloud"
ROOT = Path(migplan.__file__).parent
TODAY = dt.date(2026, 11, 29)


def planned(**given):
    return migplan.plan(
        **{"volume": "20 TB", "link": "1 Gbps", "cloud": "mini", "today": TODAY, "samples": 0,
           "profiles": [FOLDER], **given}
    )  # fmt: skip


def test_the_folder_is_toml_alone_and_has_no_fault():
    assert {path.suffix for path in FOLDER.rglob("*") if path.is_file()} == {".toml"}
    counts, warnings = check_folder(FOLDER, TODAY)
    assert "4 clouds" in counts
    assert not [warning for warning in warnings if "mini" in warning]


def test_no_code_knows_it():
    assert not [path for path in ROOT.rglob("*.py") if "mini-share" in path.read_text(encoding="utf-8")]


def test_a_share_is_planned_to_it_with_a_complete_total():
    plan = planned()
    assert plan.recommendation.target == "mini-share"
    assert plan.recommendation.meets
    assert plan.chosen.cost_usd.complete
    assert plan.chosen.cost_usd.monthly == pytest.approx(20e12 / 2**30 * 0.05)
    assert {option.kind for option in plan.options if option.usable} >= {"online", "offline", "hybrid"}
    assert plan.workload["region"].value == "mini-north"
    assert "mini-names" in {check.id for check in plan.checks}


def test_its_regions_have_names():
    assert planned(region="Tokyo").workload["region"].value == "mini-tokyo"
    with pytest.raises(MigplanError, match="'us-east-1' is a Region of AWS, not of Mini Cloud"):
        planned(region="us-east-1")


def test_it_is_compared_with_the_others():
    plan = planned(cloud="any", region="Norway East")
    assert {row.cloud: row.region for row in plan.clouds} == {
        "aws": "eu-north-1", "azure": "norwayeast", "gcp": "europe-north2", "mini": "mini-north"
    }  # fmt: skip
    (mini,) = [row for row in plan.clouds if row.cloud == "mini"]
    assert mini.option is not None
    assert mini.option.cost_usd.complete


def test_its_tools_are_in_the_table_of_what_arrives():
    page = render_preservation(load([FOLDER]), "mini")
    assert "## Mini Cloud" in page
    assert (
        "| Mini Copy | smb | Mini Share | yes | yes | yes | yes | yes | part | no | – | no | no | assumed |"
        in page
    )
    assert "AWS" not in page


def test_without_its_folder_it_is_not_known():
    with pytest.raises(MigplanError, match="cloud: 'mini' is not known; wanted one of aws, azure, gcp"):
        planned(profiles=[])


def test_a_profile_of_a_cloud_that_has_none_is_refused(tmp_path):
    (tmp_path / "routes").mkdir()
    text = (FOLDER / "routes" / "mini-vpn.toml").read_text(encoding="utf-8")
    (tmp_path / "routes" / "vpn-x.toml").write_text(text.replace('"mini"', '"gpc"'), encoding="utf-8")
    with pytest.raises(MigplanError, match=r"cloud: no cloud 'gpc'; did you mean 'gcp'\?"):
        load([tmp_path, FOLDER])
