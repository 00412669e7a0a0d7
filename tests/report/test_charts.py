import dataclasses
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from msgspec import structs

from migplan.analyses.sweep import Axis, Sweep
from migplan.analyses.sweep.segments import segments, spacing
from migplan.report.charts import draw, draw_portfolio, draw_sweep, draw_timeline
from migplan.report.charts.canvas import DASHES, HATCHES, INKS, to_svg
from migplan.report.charts.options import frontier, visible
from migplan.report.charts.sweep import families_chart
from migplan.report.shares import Share
from migplan.report.view import view_of
from migplan.results.model import PhaseResult

SVG = "{http://www.w3.org/2000/svg}"


def words(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def sweep_of(*axes, winners, families=None):
    shape = tuple(len(axis.texts) for axis in axes)
    days = np.linspace(40.0, 5.0, int(np.prod(shape))).reshape(shape)
    names = np.array(winners, dtype=object).reshape(shape)
    return Sweep(
        axes,
        names,
        names,
        days,
        days,
        days * 1000,
        np.ones(shape, bool),
        workload=None,
        families=families or {},
    )


LINK = Axis("link", ("100 Mbps", "1 Gbps", "10 Gbps"), np.array([1.25e7, 1.25e8, 1.25e9]))
VOLUME = Axis("volume", ("10 TB", "100 TB"), np.array([1e13, 1e14]))
PROTOCOL = Axis("protocol", ("smb", "nfs"), None)


@pytest.fixture(scope="module")
def line():
    curves = {
        "online:datasync-basic": np.array([400.0, 22.5, 5.0]),
        "offline:courier": np.array([40.0, 40.0, 40.0]),
        "hybrid:courier": np.array([np.nan, 44.0, 42.0]),
    }
    return sweep_of(LINK, winners=["courier/s3", "datasync/s3", "datasync/s3"], families=curves)


@pytest.fixture(scope="module")
def charts(made_once, line):
    drawn = draw(made_once, sweep=line, full=True)
    assert list(drawn) == ["options", "time", "line", "chance"]
    return {name: picture.svg for name, picture in drawn.items()} | {
        "timeline": draw_timeline(view_of(made_once))
    }


def test_charts_are_svg_with_a_drawing_and_words(charts):
    for svg in charts.values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert len(list(root.iter(f"{SVG}path"))) > 5
        assert root.find(f".//{SVG}image") is None


def test_axes_say_what_they_show_and_in_which_unit(charts):
    assert "Cost of the move and 12 months (USD)" in words(charts["options"])
    assert "Days until done, P80" in words(charts["options"])
    assert "Days from the start, typical" in words(charts["time"])
    assert {"Chance of being done", "80 %", "deadline"} <= set(words(charts["chance"]))
    assert {"Days until done, typical", "Link [Gbps]", "now"} <= set(words(charts["line"]))
    assert {"copy", "switch-over", "80 % sure"} <= set(words(charts["timeline"]))


@pytest.mark.slow
def test_a_way_with_a_price_that_is_not_known_has_no_point_and_the_caption_says_so(made_once):
    assert not made_once.options[0].cost_usd.complete
    picture = draw(made_once)["options"]
    assert picture.alt.endswith("; not shown: 1 option with a price that is not known")
    assert "1" not in words(picture.svg)
    whole = structs.replace(
        made_once.options[0], cost_usd=structs.replace(made_once.options[0].cost_usd, complete=True)
    )
    known = draw(structs.replace(made_once, options=(whole, *made_once.options[1:])))["options"]
    assert "not shown" not in known.alt
    assert "1" in words(known.svg)


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes(plan, line, charts):
    again = draw(plan, sweep=line, full=True)
    assert {name: picture.svg for name, picture in again.items()} == {
        k: v for k, v in charts.items() if k != "timeline"
    }
    for svg in charts.values():
        assert "<dc:date>" not in svg
        assert "Matplotlib v" not in svg


@pytest.mark.slow
def test_bytes_do_not_depend_on_the_process(tmp_path, plan):
    path = tmp_path / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    code = (
        "import sys, pathlib; from migplan.results.json import read_results; from migplan.report.charts import draw;"
        "print(''.join(p.svg for p in draw(read_results(pathlib.Path(sys.argv[1]))).values()), end='')"
    )
    command = [sys.executable, "-c", code, str(path)]
    runs = {
        subprocess.run(
            command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {"".join(picture.svg for picture in draw(plan).values()).encode()}


def test_without_data_there_is_no_chart(build):
    assert draw(build.hopeless()) == {}
    assert draw_timeline(view_of(build.hopeless())) == ""
    assert "chance" not in draw(build.typical())
    assert "Days until done, typical" in words(draw(build.typical())["options"].svg)


def test_hostile_names_stay_words_of_the_drawing(plan):
    evil = "$\\frac{x}{<script>&日本\n\u202e" * 9
    ways = tuple(structs.replace(way, id=f"{evil}{way.rank}") for way in plan.options)
    advice = structs.replace(plan.recommendation, option=ways[0].id)
    for picture in draw(structs.replace(plan, options=ways, recommendation=advice)).values():
        root = ET.fromstring(picture.svg)
        assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_series_differ_without_colour():
    assert len(set(HATCHES)) == len(HATCHES) >= 10
    assert len(set(map(str, DASHES))) == len(DASHES) >= 5
    assert len(set(INKS)) == len(INKS)


def test_bars_in_black_and_white_have_hatches(charts):
    # Each phase but the first has a pattern of its own.
    assert len(set(re.findall(r"url\(#(h\w+)\)", charts["time"]))) == 4


def test_the_frontier_is_what_nothing_beats_in_both():
    points = [(5.0, 5.0), (1.0, 9.0), (3.0, 9.0), (4.0, 2.0), (6.0, 1.0), (4.0, 3.0)]
    assert frontier(points) == [(1.0, 9.0), (4.0, 2.0), (6.0, 1.0)]


def test_stacked_parts_add_up_to_the_whole_where_phases_overlap():
    phases = (
        PhaseResult("scan", 1.0, 2.0, ""),
        PhaseResult("copy", 1.0, 10.0, ""),
        PhaseResult("verify", 8.0, 5.0, ""),
        PhaseResult("cutover", 14.0, 1.0, ""),
    )
    parts = [(phase.name, begin, days) for phase, begin, days in visible(phases)]
    # The scan hides behind the copy; two days of the verification are left when the copy has ended on day 11.
    assert parts == [("copy", 1.0, 10.0), ("verify", 11.0, 2.0), ("cutover", 14.0, 1.0)]


def test_break_evens_are_where_the_winner_changes():
    winners = segments(sweep_of(LINK, winners=["a", "b", "b"]))
    assert [(part.first, part.last, part.option) for part in winners] == [(0, 0, "a"), (1, 2, "b")]


def test_spread_values_are_drawn_by_their_logarithm():
    assert spacing(LINK) == "log"
    assert spacing(dataclasses.replace(LINK, values=np.array([1.0, 2.0, 3.0]))) == "linear"
    assert spacing(PROTOCOL) == "linear"


@pytest.mark.parametrize(
    ("axes", "winners"),
    [
        ((LINK,), ["a", "b", ""]),
        ((PROTOCOL,), ["a", ""]),
        ((LINK, VOLUME), ["a", "a", "b", "a", "b", ""]),
        ((PROTOCOL, LINK), ["a", "b", "c", "a", "a", "a"]),
        ((VOLUME, PROTOCOL), ["a", "a", "a", "a"]),
    ],
)
def test_every_kind_of_sweep_is_drawn(axes, winners):
    sweep = sweep_of(*axes, winners=winners)
    sweep.days[sweep.option == ""] = np.nan
    told = words(draw_sweep(sweep))
    for index, name in enumerate(dict.fromkeys(winners)):
        assert f"{'ABC'[index]} {name or 'no option'}" in [" ".join(text.split()) for text in told]


@pytest.mark.parametrize("axes", [(LINK,), (LINK, VOLUME)])
def test_the_legend_of_a_sweep_has_names(axes):
    sweep = sweep_of(*axes, winners=["a"] * 3 if len(axes) == 1 else ["a"] * 6)
    told = spoken(draw_sweep(dataclasses.replace(sweep, names={"a": "DataSync · internet"})))
    assert "A DataSync · internet" in told


MISSED = "does not meet all you asked"


@pytest.mark.parametrize(
    ("axes", "form"), [((LINK,), "line"), ((PROTOCOL,), "bars"), ((LINK, VOLUME), "map")]
)
def test_what_misses_a_wish_is_marked_and_not_by_colour(axes, form):
    count = int(np.prod([len(axis.texts) for axis in axes]))
    met = sweep_of(*axes, winners=["a"] * count)
    meets = met.meets.copy()
    meets.flat[0] = False
    missed = dataclasses.replace(met, meets=meets)
    assert MISSED not in spoken(draw_sweep(met))
    assert MISSED in spoken(draw_sweep(missed))
    marks = "<pattern" if form == "map" else "<use"
    assert draw_sweep(missed).count(marks) > draw_sweep(met).count(marks)


def test_curves_of_families_mark_what_misses_a_wish(line):
    assert MISSED not in spoken(families_chart(line, to_svg))
    late = dataclasses.replace(line, meets=np.array([False, True, True]), samples=100)
    told = spoken(families_chart(late, to_svg))
    assert MISSED in told
    assert "best at each value" in told


def test_each_part_of_a_region_has_its_letter():
    sweep = sweep_of(LINK, VOLUME, winners=["a", "a", "b", "b", "a", "a"])
    told = words(draw_sweep(sweep))
    assert (told.count("A"), told.count("B")) == (2, 1)


def test_a_sweep_without_any_answer_is_drawn_too():
    sweep = sweep_of(LINK, winners=["", "", ""])
    sweep.days[:] = np.nan
    assert any("no option" in text for text in words(draw_sweep(sweep)))


def spoken(svg):
    return [" ".join(text.split()) for text in words(svg)]


def test_the_line_chart_has_a_curve_for_each_family_and_marks_the_recommended_way(charts):
    told = spoken(charts["line"])
    for curve in ("A datasync-basic, over the line", "B courier, by device", "C courier, device, then line"):
        assert curve in told
    assert {"now", "the recommended option", "best at each value, by typical values"} <= set(told)
    # Each letter stands once in the key and once on its curve.
    assert [told.count(letter) for letter in "ABC"] == [1, 1, 1]


def test_without_a_present_value_nothing_is_marked(line):
    told = spoken(families_chart(line, to_svg))
    assert "now" not in told
    assert "the recommended option" not in told
    assert "best at each value, by typical values" in told


def test_wanted_families_and_every_kind_have_a_curve(line):
    curves = {f"online:mover-{n}": np.full(3, 10.0 + n) for n in range(20)}
    curves |= {"offline:courier": np.full(3, 50.0), "online:slow (new circuit)": np.full(3, 90.0)}
    told = spoken(families_chart(dataclasses.replace(line, families=curves), to_svg, wanted=("online:slow",)))
    named = [text for text in told if text.endswith(("over the line", "by device", "over a new circuit"))]
    assert len(named) == 8
    assert "G courier, by device" in named
    assert "H slow, over a new circuit" in named


def share(number, **more):
    plain = {
        "option": "a/b/c", "target": "fsx-ontap", "usable": "true", "meets": "true", "duration_days": str(number + 0.5),
        "finish_p80": f"2027-01-{number % 28 + 1:02}", "cost_one_off_usd": "100", "cost_monthly_usd": "10",
        "cost_horizon_usd": "220", "cost_complete": "true",
    }  # fmt: skip
    return Share({"name": f"share {number}"}, {**plain, **more})


def test_an_estate_is_drawn_by_finish_and_by_cost():
    lost = {"option": "", "usable": "false", "meets": "false", "finish_p80": "", "cost_horizon_usd": ""}
    shares = [
        share(1),
        share(2, meets="false"),
        share(3, target="efs", cost_complete="false"),
        share(4, **lost),
    ]
    drawn = draw_portfolio(shares, "my estate")
    assert [picture.file for picture in drawn.values()] == ["my%20estate-finish.svg", "my%20estate-cost.svg"]
    finish, cost = (spoken(picture.svg) for picture in drawn.values())
    assert {"1 share 1", "3 share 3", "meets what was asked", "does not"} <= set(finish)
    assert "4 share 4" not in finish
    assert "Done at P80 (date; 1 without an end)" in finish
    assert {"440, 2 shares", "Cost over the horizon (USD)"} <= set(cost)
    assert not [told for told in cost if "≥" in told or "1 share" in told]
    assert drawn["cost"].alt.endswith("; not shown: 1 share with a price that is not known")
    assert drawn == draw_portfolio(shares, "my estate")


def test_typical_days_are_drawn_where_there_are_no_percentiles():
    drawn = draw_portfolio([share(n, finish_p80="") for n in range(5)])
    assert "Done typically (days from the start)" in words(drawn["finish"].svg)


def test_shares_of_a_large_estate_are_counted():
    told = words(draw_portfolio([share(n) for n in range(41)])["finish"].svg)
    assert "Shares done" in told
    assert not [text for text in told if "share 1" in text]


def test_an_estate_without_numbers_has_no_charts():
    empty = {"finish_p80": "", "duration_days": "", "cost_horizon_usd": ""}
    assert draw_portfolio([share(n, **empty) for n in range(3)]) == {}


@pytest.mark.parametrize(("days", "anchor"), [(3.0, "start"), (60.0, "end")])
def test_the_word_at_the_deadline_stands_inside_the_chart(build, days, anchor):
    inputs = build.workload(deadline=structs.replace(build.workload()["deadline"], value=days * 86400.0))
    root = ET.fromstring(draw(build.make(workload=inputs))["chance"].svg)
    word = next(element for element in root.iter(f"{SVG}text") if element.text == "deadline")
    assert (f"text-anchor: {anchor}" in word.get("style")) or (
        anchor == "start" and "anchor" not in word.get("style")
    )


def test_costs_that_are_whole_are_told_as_such(build):
    plan = build.make()
    ways = tuple(structs.replace(way, cost_usd=plan.options[1].cost_usd) for way in plan.options)
    told = words(draw(build.make(options=ways))["options"].svg)
    assert "Cost of the move and 12 months (USD)" in told
