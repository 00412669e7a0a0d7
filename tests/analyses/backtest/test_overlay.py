import datetime as dt
import tomllib

import pytest

import migplan
from migplan.analyses.backtest import learn
from migplan.facts import load, own_folder
from migplan.facts.compile import compile_folders

DAY = dt.date(2026, 11, 24)
SHARE = {
    "volume": "20 TB",
    "files": "20M",
    "link": "10 Gbps",
    "protocol": "nfs",
    "app_change": "allowed",
    "keep": "none",
}


def mine(table, seconds, count=10):
    return table(
        *(
            {
                "id": f"acme.{index}",
                "tool": "DataSync",
                "source_protocol": "NFS",
                "target": "S3",
                "volume_bytes": 2e11,
                "file_count": 2e6 + index,
                "link_bps": 1e10,
                "reported_duration_s": seconds * (1 + 0.01 * index),
                "what_the_duration_covers": "whole job",
            }
            for index in range(count)
        )
    )


def days(profiles=()):
    plan = migplan.plan(**SHARE, profiles=profiles, today=DAY, samples=0)
    option = next(o for o in plan.options if o.id == "datasync-basic/direct-connect-10g/s3")
    return next(phase.days for phase in option.phases if phase.name == "copy")


@pytest.mark.slow
def test_plans_use_what_ten_finished_moves_say(table, tmp_path):
    slow = tmp_path / "slow"
    written = learn(mine(table, 40_000), slow, today=DAY)
    assert {path.name for path in written} >= {"datasync-basic.toml", "workload.toml"}
    compile_folders([own_folder(), slow])
    # 2 million files in 40,000 s are 50 a second, where a few hundred were assumed.
    assert days([slow]) > 2 * days()


def test_an_overlay_says_where_its_numbers_come_from(table, tmp_path):
    learn(mine(table, 40_000), tmp_path, today=DAY)
    document = tomllib.loads((tmp_path / "movers" / "datasync-basic.toml").read_text(encoding="utf-8"))
    fact = document["towards"]["s3"]["time_factor_100kb"]
    assert fact["cases"] == [f"acme.{index}" for index in range(10)]
    assert fact["prior"]["value"] == 1
    assert fact["value"] > 2
    assert fact["note"].startswith("10 cases (acme); they weigh 9")
    assert fact["as_of"] == DAY
    assert document["name"] == "AWS DataSync, Basic mode"
    # The constants stay as they are.
    shipped = load().movers["datasync-basic"].facts["per_file_time"]
    assert document["facts"]["per_file_time"]["value"] == pytest.approx(shipped.shown)


def test_the_spread_of_plans_follows_what_the_moves_leave(table, tmp_path):
    learn(mine(table, 5_000), tmp_path / "alike", today=DAY)
    before, after = load().assumptions, load([tmp_path / "alike"]).assumptions
    assert after["sigma_history"].value < before["sigma_history"].value
    # A tool that the moves say nothing of is as unsure as it was.
    assert after["sigma_vendor"].value == before["sigma_vendor"].value


def test_from_the_priors_on_the_constants_themselves_are_drawn(table, tmp_path):
    written = learn(mine(table, 40_000), tmp_path, anew=True, today=DAY)
    document = tomllib.loads((tmp_path / "movers" / "datasync-basic.toml").read_text(encoding="utf-8"))
    assert document["facts"]["per_file_time"]["cases"] == [f"acme.{index}" for index in range(10)]
    assert "towards" not in document
    assert "workload.toml" not in {path.name for path in written}


@pytest.mark.slow
def test_a_second_history_goes_on_where_the_first_ended(table, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    learn(mine(table, 6_000), first, today=DAY)
    learn(mine(table, 12_000), second, [first], today=DAY)
    assert days() < days([first]) < days([first, second])


def test_nothing_forecastable_writes_nothing(table, tmp_path):
    assert learn(table({"id": "a", "tool": "frobnicate"}), tmp_path / "none", today=DAY) == []
    assert not (tmp_path / "none").exists()
