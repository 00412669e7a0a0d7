"""Profiles of a user's own over those of migplan."""

import datetime as dt

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.facts import load, own_folder
from migplan.facts.overlays import check_folder, overlay_notes

DAY = dt.date(2026, 11, 29)
FACT = 'value = {value}\nunit = "{unit}"\nsource = "assumption: ours"\nas_of = {day}\n'
PRICE = 'name = "Ours, {name}"\nunit = "USD/GB/month"\n[regions.any]\n' + FACT.replace(
    'unit = "{unit}"\n', ""
)


def price(folder, name, day="2026-10-01"):
    (folder / "prices").mkdir(exist_ok=True)
    (folder / "prices" / f"{name}.toml").write_text(
        PRICE.format(name=name, value=1, day=day), encoding="utf-8"
    )


def assumptions(folder, name, **values):
    (folder / "assumptions").mkdir(exist_ok=True)
    facts = "".join(
        f"[facts.{key}]\n" + FACT.format(value=value, unit="1", day="2026-10-01")
        for key, value in values.items()
    )
    text = f'name = "Ours"\nsummary = "Ours."\n{facts}'
    (folder / "assumptions" / f"{name}.toml").write_text(text, encoding="utf-8")


def plan(folder):
    return migplan.plan(volume="1 TB", link="1 Gbps", samples=0, profiles=[folder], today=DAY)


def test_a_plan_tells_what_was_laid_over(tmp_path):
    assert overlay_notes(load()) == ()
    price(tmp_path, "s3-standard-storage")
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "box.toml").write_text('name = "Box"\nsummary = "A box."\n', encoding="utf-8")
    notes = plan(tmp_path).notes
    assert "profiles of your own in place of migplan's: prices/s3-standard-storage" in notes
    assert "profiles of your own beside migplan's: hosts/box" in notes


def test_a_price_that_nothing_uses_is_told_with_the_one_that_may_be_meant(tmp_path):
    price(tmp_path, "s3-standrd-storage")
    told = [note for note in plan(tmp_path).notes if "counts for nothing" in note]
    assert len(told) == 1
    assert told[0].startswith("the price prices/s3-standrd-storage counts for nothing, since no charge")
    assert "did you mean 's3-standard-storage'" in told[0]
    counts, warnings = check_folder(tmp_path, DAY)
    assert warnings == tuple(told)
    assert f"{len(load().prices) + 1} prices" in counts


def test_a_price_of_a_charge_of_the_same_overlay_is_used(tmp_path):
    price(tmp_path, "our-license")
    (tmp_path / "movers").mkdir()
    ours = (own_folder() / "movers" / "robocopy.toml").read_text(encoding="utf-8")
    charge = '\n[[charges]]\nitem = "License"\nprice = "our-license"\nper = "once"\n'
    (tmp_path / "movers" / "robocopy.toml").write_text(ours + charge, encoding="utf-8")
    assert not [note for note in overlay_notes(load([tmp_path])) if "counts for nothing" in note]


@pytest.mark.parametrize("name", ["fsx-windows-hdd-multi-az", "managed-ad-standard"])
def test_a_price_that_a_configuration_or_what_users_need_names_is_used(tmp_path, name):
    price(tmp_path, name)
    assert not [note for note in overlay_notes(load([tmp_path])) if "counts for nothing" in note]


def test_a_price_of_what_leaves_a_cloud_is_used(tmp_path):
    (tmp_path / "clouds").mkdir()
    (tmp_path / "clouds" / "ours.toml").write_text(
        'name = "Ours"\nsource = "assumption: ours"\nas_of = 2026-10-01\n[regions]\nhere = ["Here"]\n'
        '[[leaving]]\nitem = "Data that leaves Ours"\nprice = "ours-out"\n', encoding="utf-8"
    )  # fmt: skip
    price(tmp_path, "ours-out")
    assert not [note for note in overlay_notes(load([tmp_path])) if "counts for nothing" in note]


def test_many_names_are_counted(tmp_path):
    for number in range(15):
        price(tmp_path, f"price-{number:02d}")
    assert overlay_notes(load([tmp_path]))[0].endswith("prices/price-11 and 3 more")


def test_a_date_in_the_future_is_a_warning_of_the_check_alone(tmp_path):
    price(tmp_path, "s3-standard-storage", day="2999-01-01")
    assert check_folder(tmp_path, DAY)[1] == (
        "prices/s3-standard-storage.any is as of 2999-01-01, which lies in the future; today is 2026-11-29",
    )
    assert plan(tmp_path).options


def test_our_own_profiles_give_no_warning_today():
    assert check_folder(None, dt.date.today())[1] == check_folder(own_folder(), dt.date.today())[1] == ()


def test_one_assumption_can_be_changed_by_a_file_of_another_name(tmp_path):
    assumptions(tmp_path, "ours", share=0.5)
    assert plan(tmp_path).workload["share"].value == 0.5


def test_a_file_that_leaves_out_assumptions_is_refused(tmp_path):
    assumptions(tmp_path, "workload", share=0.5)
    with pytest.raises(MigplanError, match=r"assumptions: facts.loss: is stated by no file"):
        load([tmp_path])


def test_a_use_and_a_configuration_of_ones_own_count(tmp_path):
    (tmp_path / "uses").mkdir()
    text = (own_folder() / "uses" / "archive.toml").read_text(encoding="utf-8")
    (tmp_path / "uses" / "scans.toml").write_text(text.replace('"Archive"', '"Scans"'), encoding="utf-8")
    found = migplan.plan(volume="1 TB", link="1 Gbps", use="scans", samples=0, profiles=[tmp_path], today=DAY)
    assert found.workload["cold"].value == 0.98
    assert "uses/scans.cold" in {fact.id for fact in found.facts}


def test_more_throughput_than_a_target_gives_is_told():
    found = migplan.plan(volume="1 TB", link="1 Gbps", throughput="90 GB/s", samples=0, today=DAY)
    told = {t.id: [c.text for c in t.cautions if c.code == "short-of-throughput"] for t in found.targets}
    assert told["fsx-windows"] == [
        "does not give the 90,000 MB/s that users need: 750 MB/s for each TiB of SSD make 750 MB/s"
    ]
    assert told["fsx-ontap"] == ["does not give the 90,000 MB/s that users need, however much is bought"]
    assert not told["s3"], "of which no limit is known"
