"""The plan of an estate as people look at it, and its JSON there and back."""

import csv
import dataclasses
import datetime as dt
import io
import json
import math
import re
from pathlib import Path

import icalendar
import pytest
from pymarkdown.api import PyMarkdownApi
from tests.report.estate_example import big, empty, example, good

from migplan.api import write_report
from migplan.errors import MigplanError
from migplan.origin import is_ours
from migplan.report.charts import draw_estate
from migplan.report.estate import told
from migplan.report.estate.markdown import FEW_WAVES
from migplan.report.html import estate_files
from migplan.report.render import render_estate
from migplan.results.json import estate_from_dict, read_estate

GOLDEN = Path(__file__).parents[1] / "golden" / "estate"


ALL = {"example": example, "good": good, "empty": empty, "big": big}


@pytest.fixture(params=ALL)
def any_estate(request):
    return ALL[request.param]()


def test_what_was_written_is_read_back(any_estate, tmp_path):
    path = tmp_path / "estate.json"
    path.write_text(render_estate(any_estate, "json"), encoding="utf-8")
    again = read_estate(path)
    assert again == any_estate or again.to_json() == any_estate.to_json()
    assert path.read_text(encoding="utf-8").startswith('{\n"schema": "migplan.estate/1",\n"today"')


def test_json_has_null_for_what_is_not_finite():
    odd = example(gap=math.inf, bound_usd=math.nan, horizon_months=math.nan)
    assert json.loads(odd.to_json())["gap"] is None
    again = estate_from_dict(odd.to_dict())
    assert again.gap is None
    assert math.isnan(again.horizon_months)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda p: p.update(schema="migplan.plan/1"), "schema: is 'migplan.plan/1'; wanted 'migplan.estate/1'"),
        (lambda p: p["shares"][0].pop("site"), "shares.0.site: is missing"),
        (lambda p: p["waves"][1].update(bytes="many"), "waves.1.bytes: is 'many'; wanted a number"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_of_an_estate_is_refused(change, wanted, tmp_path):
    plain = example().to_dict()
    change(plain)
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(MigplanError) as caught:
        read_estate(path)
    assert wanted in str(caught.value)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("verbose", [False, True])
def test_what_the_terminal_shows(golden, width, verbose):
    shown = render_estate(example(), "table", width, verbose)
    golden(GOLDEN / f"table-{width}{'-v' if verbose else ''}.txt", shown)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(any_estate, width, verbose):
    shown = render_estate(any_estate, "table", width, verbose)
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown


@pytest.mark.parametrize("width", [80, 100])
def test_names_of_usual_length_are_not_broken(width):
    shown = render_estate(example(), "table", width, verbose=True)
    for name in [share.name for share in example().shares] + [wave.id for wave in example().waves]:
        assert re.search(rf"(?<!\S){re.escape(name)}(?![\w-])", shown), name


def test_the_default_is_short():
    assert len(render_estate(example(), "table", 100).splitlines()) < 80
    assert len(render_estate(big(), "table", 100).splitlines()) < 130
    assert "and 8 more with -v" in render_estate(big(), "table", 100)


def test_the_verdict_counts():
    assert told.verdict(good()) == "All 13 shares meet what was asked."
    assert told.verdict(example()).startswith("12 of 14 shares meet what was asked, 1 misses it and 1 cannot")
    assert told.verdict(empty()) == "Nothing can be planned: no share can be placed."
    one = dataclasses.replace(good(), shares=good().shares[:1])
    assert told.verdict(one) == "It meets what was asked."


@pytest.mark.parametrize(
    ("status", "gap", "wanted"),
    [
        ("gap", 0.012, "within 1.2 % of the cheapest plan that these options allow"),
        ("gap", 0.00041, "within 0.1 % of the cheapest plan that these options allow"),
        ("gap", 0.0121, "within 1.3 % of the cheapest plan that these options allow"),
        ("gap", 0.25, "within 25 % of the cheapest plan that these options allow"),
        ("optimal", 1e-9, "the cheapest plan that these options allow"),
        ("gap", None, ""),
        ("gap", math.inf, ""),
    ],
)
def test_the_gap_in_words(status, gap, wanted):
    assert told.nearness(example(status=status, gap=gap)) == wanted


def test_dates_are_those_of_the_site():
    plan = example()
    assert told.window(plan, plan.waves[1]) == "Sat 16 Jan 2027 18:00 to Sun 06:00"
    assert told.zone(plan.waves[1]) == "time of Tokyo, UTC+09:00"
    bare = dataclasses.replace(plan.waves[1], start="2027-01-16", end="2027-01-16")
    assert told.window(plan, bare) == "Sat 16 Jan 2027"
    assert told.zone(bare) == "time of Tokyo"


@pytest.mark.parametrize(
    ("likely", "sure", "wanted"),
    [
        ("2027-02-21T02:00", "2027-03-02", "The last is likely done 21 Feb 2027; 80 % sure by 2 Mar 2027."),
        ("2026-12-21", "2026-12-21", "The last is likely done 21 Dec; 80 % sure by the same day."),
        ("2027-02-21T02:00", None, "The last is likely done 21 Feb 2027; in 2 of 10 cases it never is."),
        (None, None, "When the last is done is not known."),
    ],
)
def test_the_end_in_words(likely, sure, wanted):
    assert told.ends(example(finish_p50=likely, finish_p80=sure)) == wanted


def test_what_is_assumed_of_as_many_shares_is_told_at_once():
    entries = (
        {"text": "a", "count": 14},
        {"text": "b", "count": 1},
        {"text": "c", "count": 14},
        {"text": "d"},
    )
    shown = render_estate(example(assumptions=entries), "table")
    assert "  Assumed of all shares: a, c\n  Assumed of 1 share: b\n  Assumed: d\n" in shown
    assert "- Of all shares: a, c\n- Of 1 share: b\n- d\n" in markdown(example(assumptions=entries))


def test_a_name_that_begins_a_sentence_stays_as_it_is():
    odd = dataclasses.replace(example().conflicts[0], text="design cannot keep it", frees=())
    assert "  design cannot keep it. Nothing that was looked at" in render_estate(
        example(conflicts=(odd,)), "table"
    )


def test_ids_that_are_not_long_stay_whole():
    plan = example()
    systems = tuple(
        dataclasses.replace(each, id=f"Frankfurt/fsx-windows-{place}", region="ap-northeast-1", count=2)
        for place, each in enumerate(plan.file_systems)
    )
    for width in (80, 100):
        shown = render_estate(example(file_systems=systems), "table", width)
        assert all(system.id in shown for system in systems)


def test_all_sites_are_the_sum_of_the_sites():
    plan = example()
    sites = (dataclasses.replace(plan.sites[0], shares=3, bytes=1e12), *plan.sites[1:])
    shown = render_estate(example(sites=sites), "table", 100)
    assert re.search(r"All sites +12 +214 TB", shown)


def test_a_share_that_a_conflict_names_is_told_once():
    assert "Misses what was asked" not in render_estate(example(), "table")
    alone = render_estate(example(conflicts=()), "table")
    assert "Misses what was asked\n  legal (Frankfurt, 18.4 TB): is ready on 11 Feb 2027" in alone


def test_unknown_money_is_never_nought():
    shown = render_estate(example(), "table", 100)
    assert re.search(r"Backup of the file systems .* unknown", shown)
    assert re.search(r" VPN connection to the Region .* unknown", shown)
    assert "with unknown prices at an upper bound" in shown
    assert "with unknown prices" not in render_estate(good(), "table", 100)
    assert re.search(r"Tokyo .* ≥ 9,760", shown)
    assert not re.search(r"Frankfurt .* ≥ 4,320", shown)


def test_the_terminal_gets_no_signs_that_steer_it():
    odd = "a\x1b[31mb\u202e\nc"
    plan = example()
    shares = tuple(dataclasses.replace(share, name=odd, owner=odd, reasons=(odd,)) for share in plan.shares)
    waves = tuple(dataclasses.replace(wave, id=odd, owners=(odd,)) for wave in plan.waves)
    sites = tuple(dataclasses.replace(site, name=odd) for site in plan.sites)
    shown = render_estate(
        example(shares=shares, waves=waves, sites=sites, notes=(odd,), bad_rows=(odd,)), "table", verbose=True
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_terminal_gets_colour():
    assert "\x1b[1;31m" in render_estate(example(), "table", terminal=True)
    assert "\x1b[1;32m" in render_estate(good(), "table", terminal=True)


def test_an_earlier_end_has_its_price():
    points = (
        {"finish": "2027-01-31", "total_usd": 512_300.0},
        {"finish": "2027-02-21", "total_usd": 340_000.0},
    )
    shown = render_estate(example(frontier=points), "table")
    assert re.search(r"What an earlier end costs\n.*\n *31 Jan 2027 +512,000\n *21 Feb 2027 +340,000", shown)


def test_the_example_hangs_together():
    """Every wave, file system and site of it has the shares that say so."""
    plan = example()
    assert {share.wave for share in plan.shares if share.wave} == {wave.id for wave in plan.waves}
    assert len(plan.shares) == 14
    assert len(plan.waves) == 5
    assert sum(len(wave.shares) for wave in plan.waves) == 13


def markdown(plan, title=""):
    return estate_files(plan, "estate.md", title=title)["estate.md"]


def headings(text):
    return [line.lstrip("# ") for line in text.splitlines() if line.startswith("## ")]


def test_the_report(golden):
    golden(GOLDEN / "report.md", markdown(example()))


def test_it_passes_a_linter(any_estate):
    found = PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(markdown(any_estate))
    assert found.scan_failures == []


def test_every_table_has_whole_rows(any_estate):
    blocks = [block for block in markdown(any_estate).split("\n\n") if block.startswith("|")]
    assert bool(blocks) == bool(any_estate.waves)
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_each_wave_has_its_appendix_in_the_order_of_dates():
    assert headings(markdown(example())) == [
        "What happens when",
        "Money, orders and what is open",
        "Appendix for wave ohio-1",
        "Appendix for wave tokyo-1",
        "Appendix for wave frankfurt-1",
        "Appendix for wave tokyo-2",
        "Appendix for wave frankfurt-2",
        "Appendix: what the plan rests on",
    ]


def test_an_appendix_has_its_shares_and_its_checks():
    _, _, told_ = markdown(example()).partition("## Appendix for wave tokyo-2\n")
    told_ = told_.partition("\n## ")[0]
    assert "**Sat 6 Feb 2027 18:00 to Sun 06:00** (time of Tokyo, UTC+09:00)." in told_
    assert "Likely over 7 Feb 2027 00:30, 80 % sure by 7 Feb 2027 03:30, 82 % sure" in told_
    assert "Cut over together: finance-jp and finance-archive." in told_
    row = "| finance-jp | Finance | 21 TB | 21 Dec 2026 | 29 Jan | Sat 18:00 | 6 h | fs-tokyo-1 | 14 Feb, 88 % |"
    assert row in told_
    assert (
        "| Every share is ready; design-masters is the last, planned for 3 Feb 2027 05:00. | ☐ | ☐ |" in told_
    )
    assert "finance-archive with 6.5 h in 8 of 10 cases" in told_
    assert "legal" not in told_


def test_what_has_no_room_is_told_and_stands_behind():
    told_ = markdown(big())
    front, _, behind = told_.partition("## Appendix")
    assert f"{20 - FEW_WAVES} more waves are in the appendices." in front
    assert "74 more shared things are in the last appendix." in front
    assert "and 7 more in the last appendix" in front
    assert behind.count("The line of Frankfurt cannot carry") == 9
    assert behind.count("| VPN connection to the Region |") == 6
    assert all(f"| fs-{number} |" in behind for number in range(10))


def test_where_nothing_has_a_place_there_is_one_page():
    assert headings(markdown(empty())) == ["What happens when"]
    assert "share 2 (Ohio, 24 TB): no line and no device" in markdown(empty())
    assert "USD" not in markdown(empty())


def test_names_of_others_become_no_markup():
    odd = "a|b `c` <b>x</b> [d](http://e)\n# forged"
    plan = example()
    shares = tuple(dataclasses.replace(share, name=odd, owner=odd, reasons=(odd,)) for share in plan.shares)
    waves = tuple(dataclasses.replace(wave, site=odd, owners=(odd,)) for wave in plan.waves)
    systems = tuple(dataclasses.replace(system, target_name=odd) for system in plan.file_systems)
    orders = tuple({**order, "what": odd, "site": odd} for order in plan.orders)
    lines = tuple({**line, "item": odd, "site": odd} for line in plan.cost_usd.lines)
    conflicts = tuple(dataclasses.replace(each, text=odd, frees=(odd,)) for each in plan.conflicts)
    plan = dataclasses.replace(
        plan, shares=shares, waves=waves, file_systems=systems, orders=orders, conflicts=conflicts, notes=(odd,),
        bad_rows=(odd,), cost_usd=dataclasses.replace(plan.cost_usd, lines=lines),
        assumptions=({"text": odd, "count": 1},),
    )  # fmt: skip
    page = render_estate(plan, "html")
    assert "<b>" not in page
    assert "<a " not in page
    assert "<h1>forged" not in page
    assert headings(markdown(plan)) == headings(markdown(example()))


def test_the_files_of_a_report():
    files = estate_files(example(), "plan.md")
    assert [*files] == ["plan-gantt.svg", "plan-lines.svg", "plan.md"]
    assert "](plan-gantt.svg)" in files["plan.md"]
    assert [*estate_files(example(), "plan.html", "html")] == ["plan.html"]
    assert "](" not in render_estate(example(), "markdown")


def test_the_page_has_its_drawings_inside():
    page = render_estate(example(), "html")
    assert page.count("<svg ") == 2
    assert page.count('<h2 class="page">') == 7
    assert "<img" not in page
    assert "<title>Migration plan of an estate</title>" in page


def test_charts_are_the_same_for_the_same_plan():
    first, again = draw_estate(example()), draw_estate(example())
    assert {name: picture.svg for name, picture in first.items()} == {
        name: picture.svg for name, picture in again.items()
    }


def test_what_the_charts_say():
    drawn = draw_estate(example())
    for word in (
        "Tokyo",
        "frankfurt-2",
        "first copy, until all are ready",
        "cutover window",
        "first deadline",
    ):
        assert f">{word}<" in drawn["gantt"].svg, word
    for word in ("Tokyo", "500 Mbps", "used on the day"):
        assert f">{word}<" in drawn["lines"].svg, word


def test_the_legend_names_no_deadline_that_lies_beyond_the_chart():
    plan = example()
    late = tuple(
        dataclasses.replace(share, deadline=share.deadline and "2031-01-01") for share in plan.shares
    )
    assert ">first deadline<" not in draw_estate(dataclasses.replace(plan, shares=late))["gantt"].svg


def test_of_many_waves_a_row_is_a_site():
    drawn = draw_estate(big())["gantt"].svg
    assert ">Site 10<" in drawn
    assert ">wave 7<" not in drawn


def test_charts_tell_the_time_of_each_site():
    plan = example()

    def bare(record, *names):
        plain = {
            name: getattr(record, name) and re.sub(r"[+-]\d\d:\d\d$", "", getattr(record, name))
            for name in names
        }
        return dataclasses.replace(record, **plain)

    without = dataclasses.replace(
        plan,
        shares=tuple(bare(share, "copy_start", "ready") for share in plan.shares),
        waves=tuple(bare(wave, "start", "end") for wave in plan.waves),
    )
    assert draw_estate(without)["gantt"] == draw_estate(plan)["gantt"]


def test_no_chart_without_data():
    assert draw_estate(empty()) == {}
    plan = example()
    sites = tuple(dataclasses.replace(site, line_load=()) for site in plan.sites)
    assert [*draw_estate(dataclasses.replace(plan, sites=sites))] == ["gantt"]


def test_sites_that_have_no_room_are_counted():
    drawn = draw_estate(big(sites=20))
    assert drawn["lines"].alt.endswith("; not shown: 10 more sites")
    assert drawn["gantt"].alt.endswith("; not shown: 5 more sites")
    assert ">Site 15<" in drawn["gantt"].svg
    assert ">Site 16<" not in drawn["gantt"].svg


def rows(plan):
    return list(csv.DictReader(io.StringIO(render_estate(plan, "csv"), newline="")))


def events(plan):
    return icalendar.Calendar.from_ical(render_estate(plan, "ics")).walk("VEVENT")


def test_the_calendar(golden):
    golden(GOLDEN / "calendar.csv", render_estate(example(), "csv"))
    # Versions of the library fold lines at other places.
    unfolded = render_estate(example(), "ics").decode().replace("\r\n ", "").replace("\r\n", "\n")
    golden(GOLDEN / "calendar.ics", unfolded)


def test_a_row_has_all_fields_of_its_share(any_estate):
    found = rows(any_estate)
    assert len(found) == len(any_estate.shares)
    for row, share in zip(found, any_estate.shares, strict=True):
        assert row["name"] == share.name
        assert float(row["volume_bytes"]) == share.volume_bytes
        assert row["meets"] == str(share.meets).lower()
        assert (row["p_deadline"] or None) == (None if share.p_deadline is None else str(share.p_deadline))
        assert {entry.name for entry in dataclasses.fields(share)} < set(row)
        assert bool(row["wave_start"]) == bool(share.wave)


@pytest.mark.parametrize(
    "odd", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", ' =cmd|" /C calc"!A0']
)
def test_no_cell_is_a_formula(odd):
    plan = example()
    shares = tuple(
        dataclasses.replace(share, name=odd, owner=odd, group=odd, server=odd, reasons=(odd,))
        for share in plan.shares
    )
    for row in csv.reader(io.StringIO(render_estate(example(shares=shares), "csv"), newline="")):
        for cell in row:
            assert not re.match(r"[=+\-@\t\r\n]", cell), cell


def test_an_event_has_the_window_of_its_wave():
    plan, found = example(), events(example())
    assert len(found) == len(plan.waves)
    first, second = found[:2]
    assert first["summary"] == "Cutover ohio-1, Ohio: 3 shares, 45.3 TB"
    assert second.start == dt.datetime(2027, 1, 16, 9, tzinfo=dt.UTC)
    assert second.end == dt.datetime(2027, 1, 16, 21, tzinfo=dt.UTC)
    assert second["location"] == "Tokyo"
    assert "Sat 16 Jan 2027 18:00 to Sun 06:00 (time of Tokyo, UTC+09:00)" in second["description"]
    assert "- homes-tokyo: 4.2 TB, to fs-tokyo-1" in second["description"]
    assert {event.DTSTAMP for event in found} == {dt.datetime(2026, 11, 29, tzinfo=dt.UTC)}
    assert b"VALARM" not in render_estate(plan, "ics")


def window_of(start, end):
    plan = example()
    return example(waves=(dataclasses.replace(plan.waves[0], start=start, end=end),))


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2027-01-16T18:00", "2027-01-17T06:00", ("DTSTART:20270116T180000", "DTEND:20270117T060000")),
        ("2027-01-16", "2027-01-16", ("DTSTART;VALUE=DATE:20270116", "DTEND;VALUE=DATE:20270117")),
        ("2027-01-16", "2027-01-17", ("DTSTART;VALUE=DATE:20270116", "DTEND;VALUE=DATE:20270118")),
        ("2027-07-16T18:00+02:00", "2027-07-16T18:00+02:00", ("DTSTART:20270716T160000Z", "DTSTAMP")),
        ("2027-07-16T18:00+02:00", "", ("DTSTART:20270716T160000Z", "DTSTAMP")),
    ],
)
def test_times_are_floating_without_a_zone_and_days_without_a_time(start, end, wanted):
    lines = render_estate(window_of(start, end), "ics").decode().splitlines()
    assert all(any(line.startswith(each) for line in lines) for each in wanted)
    assert sum(line.startswith("DTEND") for line in lines) == wanted[1].startswith("DTEND")


def test_a_wave_without_a_date_is_no_event():
    assert events(window_of("", "")) == []
    assert events(empty()) == []


def test_events_of_a_later_plan_replace_those_of_the_first():
    plan = example()
    waves = [
        dataclasses.replace(wave, start="2027-05-01T20:00", end="2027-05-02T06:00", shares=())
        for wave in plan.waves
    ]
    later = dataclasses.replace(plan, today="2026-12-10", waves=tuple(waves), shares=plan.shares[:3])
    ids = [event["uid"] for event in events(plan)]
    assert sorted(ids) == sorted(event["uid"] for event in events(later))
    assert len({*ids}) == 5
    elsewhere = dataclasses.replace(plan, sites=plan.sites[:2])
    assert not {*ids} & {event["uid"] for event in events(elsewhere)}


def test_the_calendar_is_by_the_rules(any_estate):
    made = render_estate(any_estate, "ics")
    lines = made.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert made == render_estate(any_estate, "ics")


def test_what_others_wrote_ends_no_event():
    odd = "x\r\nEND:VEVENT\r\nBEGIN:VALARM;,\\ \u65e5\u672c" * 20
    plan = example()
    shares = tuple(dataclasses.replace(share, name=odd) for share in plan.shares)
    waves = tuple(dataclasses.replace(wave, site=odd, owners=(odd,)) for wave in plan.waves)
    made = render_estate(dataclasses.replace(plan, shares=shares, waves=waves), "ics")
    assert made.count(b"\r\nEND:VEVENT\r\n") == 5
    assert b"\r\nBEGIN:VALARM" not in made


@pytest.mark.parametrize("form", ["csv", "ics", "json"])
def test_what_was_written_is_known_as_ours(form, tmp_path):
    path = tmp_path / f"estate.{form}"
    made = render_estate(example(), form)
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    assert is_ours(path)
    path.write_text("BEGIN:VCALENDAR\nPRODID:-//Mozilla.org//\n" if form == "ics" else "name,site\na,b\n")
    assert not is_ours(path)


def test_a_report_of_what_was_written(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.json").write_text(render_estate(example(), "json"), encoding="utf-8")
    status, _, err = call("report", "estate.json", "-o", "estate.html", "--title", "Three sites")
    assert status == 0, err
    assert "<h1>Three sites</h1>" in (tmp_path / "estate.html").read_text(encoding="utf-8")
    made = write_report(example(), tmp_path / "estate.md")
    assert [path.name for path in made] == ["estate.md", "estate-gantt.svg", "estate-lines.svg"]
    assert (tmp_path / "estate.md").read_text(encoding="utf-8").startswith(markdown(example()))
    assert write_report(tmp_path / "estate.json", tmp_path / "estate.md") == made


def test_a_report_of_what_is_neither_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"schema": "migplan.estate/9"}', encoding="utf-8")
    with pytest.raises(MigplanError, match=r"schema: is 'migplan\.estate/9'; wanted 'migplan\.plan/1'"):
        write_report(path, tmp_path / "x.md")
