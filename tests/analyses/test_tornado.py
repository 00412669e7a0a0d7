"""What matters: one input at a time from its P10 to its P90."""

import datetime as dt
import json
import math
import re
import sys
from pathlib import Path

import pytest

from migplan.analyses.plan import make_plan
from migplan.analyses.tornado import LINE_RATE, RATE, find_tornado
from migplan.cli import main
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.formulas.statistics import pert_quantile
from migplan.report.charts.canvas import to_svg
from migplan.report.charts.tornado import tornado_chart
from migplan.report.whatif import name_of, tornado_json, tornado_table

TODAY = dt.date(2026, 11, 23)
IDEAL = Path(__file__).parents[1] / "data" / "ideal"
SERVER = {"volume": "20 TB", "files": "6M", "link": "200 Mbps", "protocol": "smb", "target": "fsx-ontap"}
SHIPPED = {
    "volume": "120 TB", "file_size": "1 GB", "protocol": "nfs", "link": "1 Gbps", "share": "70 %", "rtt": "1 ms",
    "change": "0 GB/day", "source_rate": "100 GB/s", "target": "ideal-store", "routes": "ideal-line",
    "knowledge": "measured",
}  # fmt: skip
DEVICE = "ideal-device/ideal-store"


def shipped(option=DEVICE):
    return find_tornado(SHIPPED, option, (IDEAL,), TODAY)


def test_the_middle_is_the_plan_and_the_largest_swing_comes_first():
    tornado = find_tornado(SERVER, "", (), TODAY)
    plan = make_plan(SERVER, (), TODAY)
    assert tornado.option == plan.recommendation.option
    assert tornado.typical == pytest.approx(plan.chosen.duration_days, rel=1e-12)
    swings = [bar.swing for bar in tornado.bars]
    assert swings == sorted(swings, reverse=True)
    assert min(swings) > 0


@pytest.mark.parametrize(("name", "ends"), [("share", ("low", "high")), ("change", ("low", "high"))])
def test_a_bar_is_the_plan_with_that_input_there(name, ends):
    tornado = find_tornado(SERVER, "", (), TODAY)
    bar = next(bar for bar in tornado.bars if bar.name == name)
    fact = load().assumptions[name]
    unit = {"share": ("%", 100.0), "change": ("%/day", 100.0 * 86400.0)}[name]
    for level, end in zip((0.1, 0.9), ends, strict=True):
        value = float(pert_quantile(fact.low, fact.value, fact.high, level))
        plan = make_plan({**SERVER, name: f"{value * unit[1]:.12f} {unit[0]}"}, (), TODAY, samples=0)
        option = next(option for option in plan.options if option.id == tornado.option)
        assert getattr(bar, end) == pytest.approx(option.duration_days, rel=1e-8)


def test_bars_by_hand():
    tornado = shipped()
    bars = {bar.name: bar for bar in tornado.bars}
    # 8 + 3 + 120 / 25 + 3 + 120 / 50 + 2 / 24.
    assert tornado.typical == pytest.approx(21.2 + 2 / 24)
    order = bars["devices/ideal-device.order_time"]
    ends = [float(pert_quantile(6.0, 8.0, 12.0, level)) for level in (0.1, 0.9)]
    assert (order.low, order.high) == pytest.approx(tuple(tornado.typical - 8 + end for end in ends))
    assert order.typical_text == "8 days"
    # The load alone strays from the forecast: exp(0.35 * 1.2816) = 1.566 times as long, or 1 / 1.566.
    sigma = load().assumptions["sigma_measured"].value
    longer = math.exp(sigma * 1.2815515655)
    assert bars[RATE].low == pytest.approx(tornado.typical + 4.8 * (longer - 1))
    assert bars[RATE].high == pytest.approx(tornado.typical + 4.8 * (1 / longer - 1))
    assert bars[RATE].low_text == f"{100 / longer:.0f} %"
    assert tornado.still > 0


def test_inputs_that_were_given_are_no_bars():
    names = {bar.name for bar in shipped("ideal-copy/ideal-line/ideal-store").bars}
    assert not names & {"share", "change", "rtt", "source_rate", "file_size"}
    assert LINE_RATE in names


def test_what_the_line_bounds_strays_by_the_error_of_the_line_and_never_beats_it():
    tornado = shipped("ideal-copy/ideal-line/ideal-store")
    bars = {bar.name: bar for bar in tornado.bars}
    # All but the 2 hours of the cutover is the line: exp(0.2 * 1.2816) = 1.292 times as long at P10 of its rate.
    sigma = min(load().assumptions[f"sigma_{name}"].value for name in ("line", "measured"))
    longer = math.exp(sigma * 1.2815515655)
    copy = tornado.typical - 2 / 24
    assert bars[LINE_RATE].low == pytest.approx(tornado.typical + copy * (longer - 1))
    assert bars[LINE_RATE].high == pytest.approx(tornado.typical)
    assert RATE not in bars


@pytest.mark.parametrize(
    ("option", "told"), [("x", "no option 'x' for this workload"), ("ideal-copy", "no option 'ideal-copy'")]
)
def test_options_that_are_not_there_are_told(option, told):
    with pytest.raises(MigplanError, match=told):
        shipped(option)


def test_a_way_that_never_ends_has_no_tornado():
    fields = {**SHIPPED, "link": "1 Mbps", "change": "10 TB/day"}
    with pytest.raises(MigplanError, match="never ends"):
        find_tornado(fields, "ideal-copy/ideal-line/ideal-store", (IDEAL,), TODAY)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("share", "share"),
        ("file_size", "file size"),
        (RATE, "real rate against the forecast"),
        (LINE_RATE, "real rate of the line against the forecast"),
        ("movers/robocopy.per_file_time", "per file time, Robocopy"),
        ("assumptions/workload.cutover_fixed_time", "cutover fixed time"),
    ],
)
def test_names_are_words(name, told):
    assert name_of(name) == told


def test_list_json_and_chart():
    tornado = shipped()
    told = tornado_table(tornado, 100, everything=False)
    assert max(map(len, told.splitlines())) <= 100
    assert "order time, ideal-device" in told
    plain = json.loads(tornado_json(tornado))
    assert plain["schema"] == "migplan.tornado/1"
    assert plain["inputs"][0]["input"] == tornado.bars[0].name
    chart = tornado_chart(tornado, to_svg)
    assert chart == tornado_chart(tornado, to_svg)
    assert "order time, ideal-device" in chart


@pytest.mark.parametrize("form", ["table", "json", "svg"])
def test_the_command_writes_each_format(tmp_path, capsys, monkeypatch, form):
    output = tmp_path / "tornado"
    flags = [part for name, text in SERVER.items() for part in (f"--{name.replace('_', '-')}", text)]
    arguments = ["tornado", *flags, "--format", form, "--today", str(TODAY), "-o", str(output)]
    monkeypatch.setattr(sys, "argv", ["migplan", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert capsys.readouterr() == ("", "")
    assert output.read_text(encoding="utf-8")


def test_units_of_inputs_have_a_plural():
    tornado = find_tornado({"volume": "20 TB", "link": "1 Gbps"}, today=dt.date(2026, 11, 29))
    texts = [text for bar in tornado.bars for text in (bar.low_text, bar.typical_text, bar.high_text)]
    assert any(text.endswith(" hours") for text in texts)
    assert not any(re.search(r"(?<!^1) (hour|day)$", text) for text in texts)
