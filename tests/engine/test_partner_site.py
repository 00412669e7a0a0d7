"""Storage that is carried to a site with a better line, and copied from there."""

import datetime as dt

import numpy as np
import pytest

import migplan
from migplan.engine.case import Case
from migplan.facts import load
from migplan.units import DAY

TODAY = dt.date(2026, 11, 30)
NAS, SERVER = "own-nas-partner", "own-server-moved"
ASKED = {"volume": "80 TB", "file_size": "5 MB", "link": "100 Mbps", "change": "0.5 %/day"}
THERE = {**ASKED, "traits": "partner-site"}


def plan(**fields):
    return migplan.plan(today=TODAY, samples=0, **fields)


def option(finished, name):
    return next(found for found in finished.options if found.id == name)


def codes(found):
    return {reason.code for reason in found.reasons}


def days(found, name):
    return next(phase.days for phase in found.phases if phase.name == name)


def test_it_is_shown_with_its_time_and_planned_with_only_where_there_is_such_a_site():
    found = option(plan(**ASKED), f"{NAS}/fsx-windows")
    assert codes(found) == {"needs-trait"}
    assert found.duration_days > 14
    assert not [o.id for o in plan(**ASKED).options if o.device == NAS and o.kind != "offline"]
    there = option(plan(**THERE), f"{NAS}/fsx-windows")
    assert there.usable
    assert there.duration_days == found.duration_days


def test_a_copied_nas_keeps_what_a_copy_of_windows_files_keeps():
    for target in ("fsx-windows", "fsx-ontap"):
        found = option(plan(**THERE), f"{NAS}/{target}")
        assert {"dacl", "owner", "timestamps"} <= set(found.fidelity["kept"])
        assert not [code for code in codes(found) if code.startswith("drops-")]


def test_what_changes_meanwhile_follows_over_the_line_of_the_site():
    alone, after = (
        option(plan(**THERE), name)
        for name in (f"{NAS}/fsx-windows", f"{NAS}+datasync-basic/internet/fsx-windows")
    )
    assert after.cutover_hours < 24 < alone.cutover_hours
    assert after.duration_days > alone.duration_days


def test_its_times_by_hand():
    found = option(plan(**THERE), f"{NAS}/fsx-windows")
    # 16 million files in 3 ms and 80 TB at 600 MB/s, one after the other, and two days at the partner before.
    assert days(found, "import") == pytest.approx(2 + 80e12 / 600e6 / DAY + 16e6 * 0.003 / DAY)


def test_the_target_bounds_what_arrives_and_is_bought_for_it():
    # 2 TB on HDD: 2,000 GiB bought at the least, or a tenth more than the data, which take 12 MBps for each TiB.
    small = option(plan(**{**THERE, "volume": "3 TB", "use": "departmental"}), f"{NAS}/fsx-windows")
    assert small.configuration == "multi-zone-hdd"
    assert days(small, "import") > 2 + 3e12 / 50e6 / DAY
    loading = [line for line in small.cost_usd.lines if line.item.endswith("while loading")]
    assert len(loading) <= 1
    ontap = option(plan(**THERE), f"{NAS}/fsx-ontap")
    (line,) = [line for line in ontap.cost_usd.lines if line.item.endswith("while loading")]
    assert line.amount > 0


def test_nobody_knows_what_it_costs():
    found = option(plan(**THERE), f"{NAS}/fsx-windows")
    assert not found.cost_usd.complete
    unknown = {line.item for line in found.cost_usd.lines if line.amount is None}
    assert unknown == {
        "Own NAS",
        "Courier, insured",
        "Partner: space, hands, cross connect and connection for the upload",
    }
    chosen = plan(**THERE).chosen
    assert chosen.device is None
    assert chosen.cost_usd.complete


def test_it_is_recommended_where_nothing_else_is_in_time():
    late = {**THERE, "new_circuits": "no", "deadline": "40 days", "cutover_window": "12 hours"}
    chosen = plan(**late).chosen
    assert chosen.device == NAS
    assert chosen.meets


def test_the_box_itself_is_not_loaded_and_its_users_wait():
    finished = plan(**THERE)
    found = option(finished, f"{SERVER}/fsx-windows")
    assert "load" not in {phase.name for phase in found.phases if phase.days}
    # From the hour it is switched off to the end, even if nothing would change.
    still = option(plan(**{**THERE, "change": "0 %/day"}), f"{SERVER}/fsx-windows")
    assert found.cutover_hours == still.cutover_hours
    assert found.cutover_hours / 24 == pytest.approx(found.duration_days - days(found, "order"))
    assert codes(found) == {"not-confirmed"}
    assert not [o for o in finished.options if o.device == SERVER and o.kind != "offline"]


def test_what_is_asked_of_the_target_holds_here_too():
    found = option(plan(**THERE, iops="300000"), f"{NAS}/fsx-ontap")
    assert "short-of-iops" in codes(found)


def test_many_shares_are_planned_like_one():
    case = Case.read(THERE, load(), TODAY)
    assert case.option(f"{NAS}/fsx-windows", "test").device.id == NAS
    rows = np.array([[2e12], [80e12], [300e12]])
    from msgspec import structs

    from migplan.engine.evaluation import evaluate

    w = structs.replace(case.workload, volume=rows, files=rows / 5e6)
    many = evaluate(case.of(w), [case.option(f"{NAS}/fsx-ontap", "test")])
    for place, volume in enumerate(rows[:, 0]):
        one = option(plan(**{**THERE, "volume": f"{volume} B"}), f"{NAS}/fsx-ontap")
        assert many.finish[0, place, 0] / DAY == pytest.approx(one.duration_days)
