"""File systems that several sites of a Region could share are told, with what that saves."""

import pytest
from tests.estate.joint.conftest import share, site

from migplan.facts import own_folder

WEEKENDS = {"cutover_days": "Sat-Sun"}
ROWS = [share(f"o{n}", "100 GB", "200k") for n in range(2)] + [
    share(f"k{n}", "150 GB", "200k", site="Kobe") for n in range(2)
]


def told(estate):
    return [note for note in estate.notes if "as one file system" in note]


def test_two_small_ones_of_a_region_are_told_to_cost_less_as_one(planned):
    estate = planned(ROWS, site(**WEEKENDS) + site("Kobe", **WEEKENDS))
    apart = sum(system.monthly_usd for system in estate.file_systems)
    (note,) = told(estate)
    assert all(system.id in note for system in estate.file_systems)
    saved = float(note.partition("about ")[2].partition(" USD")[0].replace(",", ""))
    here = planned([row.replace("Kobe", "Osaka") for row in ROWS], site(**WEEKENDS))
    (one,) = here.file_systems
    # What is beside a file system is by its data, and is the same of one and of two.
    assert saved == pytest.approx(apart - one.monthly_usd, rel=0.1)


@pytest.mark.parametrize("change", [{"region": "us-west-2"}, {"target": "s3"}])
def test_what_lies_in_two_regions_or_is_paid_as_it_is_stored_saves_nothing(planned, change):
    first = {**WEEKENDS, **({} if "region" in change else change)}
    estate = planned(ROWS, site(**first) + site("Kobe", **{**WEEKENDS, **change}))
    assert not told(estate)


def test_how_much_has_to_be_saved_is_a_fact(planned, tmp_path):
    facts = (own_folder() / "assumptions" / "workload.toml").read_text(encoding="utf-8")
    head, table, tail = facts.partition("[facts.least_saving]\n")
    (tmp_path / "mine" / "assumptions").mkdir(parents=True)
    changed = head + table + tail.replace("value = 0.01", "value = 0.9", 1)
    (tmp_path / "mine" / "assumptions" / "workload.toml").write_text(changed, encoding="utf-8")
    sites = site(**WEEKENDS) + site("Kobe", **WEEKENDS)
    assert not told(planned(ROWS, sites, profiles=[tmp_path / "mine"]))
