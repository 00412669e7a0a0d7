"""Sweeps: every cell is the plan of its inputs."""

import csv
import datetime as dt
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from migplan.analyses.plan import make_plan
from migplan.analyses.sweep import read_axis, run_sweep
from migplan.cli import main
from migplan.errors import MigplanError
from migplan.report.charts.canvas import to_svg
from migplan.report.charts.sweep import families_chart
from migplan.report.sweep import render_sweep

TODAY = dt.date(2026, 11, 23)
IDEAL = Path(__file__).parents[1] / "data" / "ideal"
SERVER = {
    "volume": "150 TB", "files": "40M", "protocol": "smb", "source": "windows", "link": "1 Gbps", "share": "70 %",
    "rtt": "12 ms", "deadline": "60 days", "cutover_window": "24 hours",
}  # fmt: skip
LINE = {
    "volume": "100 TB", "file_size": "1 GB", "protocol": "nfs", "link": "1 Gbps", "share": "70 %", "rtt": "1 ms",
    "change": "0 GB/day", "source_rate": "100 GB/s", "target": "ideal-store", "routes": "ideal-line",
}  # fmt: skip


def swept(fields, *axes, profiles=(), samples=0):
    return run_sweep(fields, [read_axis(axis) for axis in axes], profiles, TODAY, samples)


def single(fields, **cell):
    plan = make_plan({**fields, **cell}, (), TODAY, samples=0)
    return plan.recommendation, plan.chosen


@pytest.mark.slow
def test_a_hundred_by_a_hundred_cells_are_the_plans_of_their_inputs():
    sweep = swept(SERVER, "volume=10TB..1PB:100", "link=100Mbps..10Gbps:100")
    down, across = sweep.axes
    assert sweep.option.shape == (100, 100)
    rng = np.random.default_rng(6)
    for row, column in [*rng.integers(0, 100, (12, 2)).tolist(), [0, 0], [99, 99]]:
        advice, chosen = single(SERVER, volume=down.texts[row], link=across.texts[column])
        place = (row, column)
        assert sweep.option[place] == advice.option
        assert sweep.meets[place] == advice.meets
        # Times come from powers as well; a power of one number and of many may differ in the last bit.
        assert sweep.days[place] == pytest.approx(chosen.duration_days, rel=1e-13)
        assert sweep.cost[place] == pytest.approx(chosen.cost_usd.horizon_total, rel=1e-13)
        assert sweep.complete[place] == chosen.cost_usd.complete


def test_cells_equal_plans_to_the_last_bit_where_nothing_but_arithmetic_is_done():
    sweep = swept(LINE, "volume=10TB..1PB:25", "link=100Mbps..10Gbps:25", profiles=(IDEAL,))
    down, across = sweep.axes
    for row, column in np.random.default_rng(7).integers(0, 25, (12, 2)).tolist():
        cell = {"volume": down.texts[row], "link": across.texts[column]}
        plan = make_plan({**LINE, **cell}, (IDEAL,), TODAY, samples=0)
        assert sweep.option[row, column] == plan.recommendation.option
        assert sweep.days[row, column] == plan.chosen.duration_days
        assert sweep.cost[row, column] == plan.chosen.cost_usd.horizon_total


EDGES = {
    "deadline": ({"deadline": "30 days"}, "link=600Mbps..2Gbps:7"),
    "window": ({"cutover_window": "5 hours"}, "volume=20TB..300TB:6"),
    "nothing": ({"deadline": "3 days", "new_circuits": "no"}, "link=100Mbps..400Mbps:3"),
    "sooner": ({"optimize": "time"}, "link=100Mbps..10Gbps:4"),
    "surer": ({"optimize": "risk", "deadline": "30 days"}, "link=600Mbps..2Gbps:4"),
    "budget": ({"budget": "200000 USD"}, "volume=50TB..150TB:5"),
    "words": ({"deadline": "20 days"}, "protocol=smb,nfs"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EDGES)
def test_a_sweep_and_a_plan_never_contradict_each_other(name):
    """By the same draws a cell is the plan of its inputs: what is recommended, and whether it meets."""
    given, axis = EDGES[name]
    fields = {**SERVER, **given}
    sweep = swept(fields, axis, samples=200)
    for place, text in enumerate(sweep.axes[0].texts):
        plan = make_plan({**fields, sweep.axes[0].field: text}, (), TODAY, samples=200)
        advice, chosen = plan.recommendation, plan.chosen
        assert (sweep.option[place], sweep.meets[place]) == (advice.option, advice.meets), text
        cell = sweep.cells()[place]
        found = [cell[key] for key in ("duration_days", "p50_days", "p80_days", "cost_horizon_usd")]
        wanted = [chosen.duration_days, chosen.p50_days, chosen.p80_days, chosen.cost_usd.horizon_total]
        assert found == [None if value is None else pytest.approx(value, rel=1e-12) for value in wanted]


def test_an_edge_is_crossed_in_the_sweeps_that_are_held_against_plans():
    """Otherwise they would agree on everything that is easy."""
    for name in ("deadline", "window", "budget"):
        given, axis = EDGES[name]
        assert {*swept({**SERVER, **given}, axis, samples=50).meets.tolist()} == {True, False}, name


def test_draws_decide_where_typical_values_would_decide_otherwise():
    """Typically this line is fast enough; in 2 of 10 cases it is not."""
    fields, axis = {**SERVER, "deadline": "30 days"}, "link=1 Gbps,1.01 Gbps"
    assert swept(fields, axis).meets.all()
    assert not swept(fields, axis, samples=100).meets.any()


def test_a_sweep_of_many_cells_makes_no_draws_unasked(monkeypatch):
    import migplan.analyses.sweep as module

    monkeypatch.setattr(module, "MOST_DRAWN", 2)
    few, many = (swept(SERVER, axis, samples=None) for axis in ("link=1Gbps..2Gbps:2", "link=1Gbps..2Gbps:3"))
    assert (few.samples, many.samples) == (1000, 0)
    assert "Judged at P80 of 1,000 draws, as a plan." in render_sweep(few, "table", 100)
    told = render_sweep(many, "table", 100)
    assert "Judged at typical values; a plan judges at P80." in told
    assert "P80 " not in told.partition("\n")[0]


def test_words_are_swept_too():
    sweep = swept(SERVER, "target=fsx-windows,fsx-ontap", "link=1Gbps,2Gbps")
    assert {name.rpartition("/")[2] for name in sweep.option[0]} == {"fsx-windows"}
    assert {name.rpartition("/")[2] for name in sweep.option[1]} == {"fsx-ontap"}
    advice, chosen = single(SERVER, target="fsx-windows", link="2Gbps")
    assert sweep.option[0, 1] == advice.option
    assert sweep.days[0, 1] == pytest.approx(chosen.duration_days, rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("axis", "name", "value"),
    [
        ("change=0.2 %/day..2 %/day:3", "change", "0.6325 %/day"),
        ("change=50 GB/day..500 GB/day:3", "change", "158.1 GB/day"),
        ("deadline=10 days..90 days:3lin", "deadline", "50 days"),
        ("hours=always,Mon-Fri 19:00-07:00", "hours", "Mon-Fri 19:00-07:00"),
        ("start=2026-12-01,2027-01-15", "start", "2027-01-15"),
        ("files=1M..100M:3", "files", "10000000"),
        ("file_size=100kB..10MB:3", "file_size", "1 MB"),
        ("share=40%..80%:3lin", "share", "60 %"),
        ("agents=1..4:3", "agents", "2"),
        ("rtt=1ms..100ms:3", "rtt", "10 ms"),
        ("cutover_window=4h..100h:3", "cutover_window", "20 hours"),
    ],
)
def test_any_input_can_be_swept(axis, name, value):
    sweep = swept(SERVER, axis)
    assert value in sweep.axes[0].texts
    place = sweep.axes[0].texts.index(value)
    fields = {key: text for key, text in SERVER.items() if name != "file_size" or key != "files"}
    advice, chosen = single(fields, **{name: value})
    assert sweep.option[place] == advice.option
    assert sweep.days[place] == pytest.approx(chosen.duration_days, rel=1e-13)
    assert sweep.meets[place] == advice.meets


def test_a_part_that_changes_goes_with_a_volume_that_is_swept():
    sweep = swept({**SERVER, "change": "1 %/day"}, "volume=50TB,150TB")
    for place, text in enumerate(sweep.axes[0].texts):
        _, chosen = single({**SERVER, "change": "1 %/day"}, volume=text)
        assert sweep.days[place] == pytest.approx(chosen.duration_days, rel=1e-13)


def test_a_cell_that_a_plan_would_refuse_has_no_winner():
    sweep = swept({**SERVER, "largest_file": "20 TB"}, "volume=10TB,40TB")
    assert sweep.option.tolist()[0] == ""
    assert np.isnan(sweep.days[0])
    assert sweep.option.tolist()[1]


def test_values_are_what_their_texts_say():
    for text in ("volume=10TB..1PB:100", "link=100Mbps..10Gbps:300", "share=10%..90%:41lin"):
        axis = read_axis(text)
        assert read_axis(f"{axis.field}={','.join(axis.texts)}").values.tolist() == axis.values.tolist()
        assert (np.diff(axis.values) > 0).all()


def test_ranges_are_even_on_the_scale_that_was_asked_for():
    assert read_axis("volume=1TB..100TB:3").texts == ("1 TB", "10 TB", "100 TB")
    assert read_axis("volume=1TB..101TB:3lin").texts == ("1 TB", "51 TB", "101 TB")
    assert read_axis("agents=1..8:30").texts == ("1", "2", "3", "4", "5", "6", "7", "8")


@pytest.mark.parametrize(
    ("axis", "told"),
    [
        ("xyzzy=1..2:3", "wanted FIELD=LOW..HIGH:STEPS"),
        ("speed=1..2:3", "'speed' is no input field; did you mean 'link'?"),
        ("lnk=1..2:3", "did you mean 'link'?"),
        ("volume", "wanted FIELD=LOW..HIGH:STEPS"),
        ("sizes=1..2:3", "wanted FIELD=LOW..HIGH:STEPS"),
        ("volume=", "no values"),
        ("volume=10TB..1TB:5", "wanted a low value, a higher one"),
        ("volume=1TB..10TB:1", "wanted a low value, a higher one"),
        ("volume=1TB..10TB:9999999", "wanted a low value, a higher one"),
        ("volume=1..10:3", "has no unit"),
        ("change=1 %/day..10 GB/day:3", "is no range of amounts"),
        ("deadline=2026-12-01..2027-01-01:3", "is no range of amounts"),
        ("link=1Gbps..1.0000000000001Gbps:50", "too many steps between values so close"),
        ("share=50%..150%:3", "is out of range"),
        ("protocol=smb..nfs:3", "is not known"),
    ],
)
def test_axes_that_cannot_be_read_are_told_in_one_line(axis, told):
    with pytest.raises(MigplanError) as caught:
        read_axis(axis)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "axes",
    [
        (),
        ("link=1Gbps,2Gbps", "share=50%,60%", "rtt=1ms,2ms"),
        ("volume=1TB..1PB:2000", "link=1Mbps..1Gbps:2000"),
        ("link=1Gbps,2Gbps", "link=3Gbps,4Gbps"),
    ],
    ids=["none", "three", "too many cells", "one twice"],
)
def test_one_or_two_axes_and_not_too_many_cells(axes):
    with pytest.raises(MigplanError, match="wanted one input or two different ones"):
        swept(SERVER, *axes)


def test_families_along_one_input_hold_the_winner():
    sweep = swept(SERVER, "link=100Mbps..10Gbps:12")
    assert sweep.families
    least = np.nanmin(np.stack(list(sweep.families.values())), axis=0)
    assert (least <= sweep.days * (1 + 1e-12)).all()
    assert not swept(SERVER, "link=1Gbps,2Gbps", "share=50%,60%").families


@pytest.mark.slow
def test_the_chart_of_families_is_the_same_every_time():
    sweep = swept(SERVER, "link=100Mbps..10Gbps:12")
    chart = families_chart(sweep, to_svg)
    assert chart == families_chart(sweep, to_svg)
    assert chart.startswith("<?xml")
    assert "Link [Gbps]" in chart


# What people and scripts read


def test_csv_and_json_have_every_cell():
    sweep = swept(SERVER, "volume=50TB,150TB,450TB", "link=1Gbps,2Gbps", samples=50)
    rows = list(csv.DictReader(io.StringIO(render_sweep(sweep, "csv", 100))))
    plain = json.loads(render_sweep(sweep, "json", 100))
    assert len(rows) == len(plain["cells"]) == 6
    assert (rows[3]["volume"], rows[3]["link"]) == ("150TB", "2Gbps")
    assert plain["cells"][3]["option"] == rows[3]["option"] == sweep.option[1, 1]
    assert plain["cells"][3]["duration_days"] == sweep.days[1, 1]
    assert plain["cells"][3]["p50_days"] == sweep.p50[1, 1]


def test_tables_fit_their_width():
    for axes in (("link=100Mbps..10Gbps:5",), ("volume=10TB..1PB:40", "link=100Mbps..10Gbps:40")):
        told = render_sweep(swept(SERVER, *axes), "table", 100)
        assert max(map(len, told.splitlines())) <= 100
        assert "FSx for" in told


@pytest.mark.parametrize("form", ["table", "csv", "json", "svg"])
def test_the_command_writes_each_format(tmp_path, capsys, monkeypatch, form):
    output = tmp_path / "sweep"
    flags = [part for name, text in SERVER.items() for part in (f"--{name.replace('_', '-')}", text)]
    arguments = ["sweep", *flags, "--over", "link=500Mbps..2Gbps:3", "--format", form, "--samples", "20"]
    monkeypatch.setattr(sys, "argv", ["migplan", *arguments, "--today", str(TODAY), "-o", str(output)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert capsys.readouterr() == ("", "")
    assert output.read_text(encoding="utf-8")


def test_a_range_without_steps_is_told_what_it_lacks():
    with pytest.raises(
        MigplanError, match=r"'100Mbps\.\.10Gbps' has no steps; wanted such as '100Mbps\.\.10Gbps:10'"
    ):
        read_axis("link=100Mbps..10Gbps")


def test_a_sweep_over_words_alone():
    found = swept({"volume": "40 TB", "link": "1 Gbps"}, "protocol=smb,nfs")
    rows = list(csv.DictReader(io.StringIO(render_sweep(found, "csv", 100))))
    assert [row["protocol"] for row in rows] == ["smb", "nfs"]
    assert "Judged at typical values" in render_sweep(found, "table", 80)


def test_cells_of_two_inputs_that_miss_a_wish_are_marked():
    missing = swept({**SERVER, "deadline": "40 days"}, "volume=10TB,500TB", "link=300Mbps..400Mbps:2")
    assert missing.meets.tolist() == [[True, True], [False, False]]
    first, second = (line for line in render_sweep(missing, "table", 100).splitlines() if "TB " in line)
    assert ("!" in first, second.count("!")) == (False, 2)
    assert "!  does not meet all you asked" in render_sweep(missing, "table", 100)
    met = swept(SERVER, "volume=10TB,20TB", "link=1Gbps..2Gbps:2")
    assert "!" not in render_sweep(met, "table", 100)


def test_what_is_missed_is_said_in_its_row():
    given = {**SERVER, "deadline": "20 days", "cutover_window": "1 hour"}
    found = swept(given, "link=200Mbps,100Gbps", samples=50)
    rows = found.cells()
    assert rows[0]["misses"] == "misses-deadline; misses-cutover-window"
    told = render_sweep(found, "table", 80).splitlines()
    assert told[0].split("  ")[-1].strip() == "Best"
    assert "no: deadline, cutover window" in told[1]
    assert swept(SERVER, "link=1Gbps,2Gbps").cells()[0]["misses"] == ""


def test_names_stand_in_the_rows_where_there_is_room_and_else_below_them():
    found = swept(SERVER, "link=1Gbps,2Gbps", samples=50)
    name = found.names[found.option[0]]
    wide, narrow = (render_sweep(found, "table", width).splitlines() for width in (140, 60))
    assert name in wide[1]
    assert narrow[1].endswith("A")
    assert f"A  {name}" in narrow


def test_a_map_loses_columns_and_never_its_marks():
    found = swept({**SERVER, "deadline": "20 days"}, "link=100Mbps..1Gbps:3", "volume=10TB..900TB:12")
    for width in (60, 80, 140):
        told = render_sweep(found, "table", width).splitlines()
        assert max(map(len, told)) <= width
        cells = re.findall(r"[A-Z] [\d.]+ [dh]!?", " ".join(told[2:5]))
        assert len(cells) == 3 * (len(re.findall(r"\d [TP]B", told[1])))
        # The first row ends with the largest volume over the slowest line.
        assert told[2].endswith("!")


def test_what_is_missed_takes_more_lines_before_a_number_is_cut():
    given = {**SERVER, "deadline": "9 days", "cutover_window": "10 min", "budget": "1000 USD"}
    found = swept(given, "change=1 %/day..20 %/day:3", samples=50)
    told = render_sweep(found, "table", 70)
    assert "no: deadline, cutover window, budget" in render_sweep(found, "table", 140)
    assert max(map(len, told.splitlines())) <= 70
    assert all(amount in told for amount in ("1 %/day", "4.47 %/day", "20 %/day"))
    assert "window" in told
    assert "budget" in told


def test_steps_that_are_no_number_are_told_with_the_range_alone():
    with pytest.raises(MigplanError, match=r"has '1e9' steps; wanted such as '1Gbps\.\.2Gbps:10'"):
        read_axis("link=1Gbps..2Gbps:1e9")
