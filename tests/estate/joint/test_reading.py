"""An estate reads a table with the same words as a batch does."""

import json
import sys

import pytest

import migplan
from migplan.cli import main

TABLE = """VM,Disk,Used (GiB),Site,Type
fs01,C:,40,Tokyo,os
fs01,D:,4000,Tokyo,data
fs01,E:,100,Tokyo,data
fs02,D:,3T,Tokyo,data
fs03,D:,900,Osaka,data
Total,,8040,,data
"""


def test_disks_are_joined_rows_are_chosen_and_units_are_said(tmp_path):
    (tmp_path / "disks.csv").write_text(TABLE)
    plan = migplan.plan_estate(
        tmp_path / "disks.csv",
        link="1 Gbps",
        today="2026-11-28",
        time_limit=2.0,
        maps=("VM=name",),
        group_by="VM",
        where=(("Type", "data"),),
        units={"T": "TiB"},
    )
    assert sorted(share.name for share in plan.shares) == ["fs01", "fs02", "fs03"]
    assert sum(wave.bytes for wave in plan.waves) == (4100 + 3072 + 900) * 2**30
    assert any("4 rows joined to 3 by 'VM'" in note for note in plan.notes)
    (bad,) = plan.bad_rows
    assert "line of totals" in str(bad)


def test_only_rows_that_are_asked_for_are_planned(tmp_path):
    (tmp_path / "disks.csv").write_text(TABLE)
    plan = migplan.plan_estate(
        tmp_path / "disks.csv",
        link="1 Gbps",
        today="2026-11-28",
        time_limit=2.0,
        maps=("Disk=name",),
        where=(("VM", "fs01"), ("Type", "data")),
    )
    assert sorted(share.name for share in plan.shares) == ["D:", "E:"]
    assert not plan.bad_rows


def test_the_command_takes_the_words_of_a_batch(tmp_path, monkeypatch, capfd):
    (tmp_path / "disks.csv").write_text(TABLE)
    words = [
        "--map",
        "VM=name",
        "--group-by",
        "VM",
        "--where",
        "Type=data",
        "--unit",
        "T=TiB",
        "--thousands",
        ",",
    ]
    limits = ["--set", "link=1 Gbps", "--time-limit", "2s", "--today", "2026-11-28", "--format", "json"]
    monkeypatch.setattr(sys, "argv", ["migplan", "estate", str(tmp_path / "disks.csv"), *words, *limits])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    plan = json.loads(capfd.readouterr().out)
    assert sorted(share["name"] for share in plan["shares"]) == ["fs01", "fs02", "fs03"]


@pytest.mark.parametrize("name", ["ramp", "shares", "decimal", "owner"])
def test_what_is_set_is_a_field(tmp_path, monkeypatch, capfd, name):
    (tmp_path / "disks.csv").write_text(TABLE)
    words = ["migplan", "estate", str(tmp_path / "disks.csv"), "--set", f"{name}=1"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capfd.readouterr().err.startswith(f"error: --set: '{name}=1': '{name}' is none; ")
