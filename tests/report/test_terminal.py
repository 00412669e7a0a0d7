"""What a terminal shows of a plan, to the sign, and that it fits any terminal."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
from msgspec import structs
from rich.cells import cell_len

from migplan.analyses.plan import make_plan
from migplan.inputs.scenario import read_scenario
from migplan.report.markdown import render_markdown
from migplan.report.terminal import render
from migplan.report.view import beside_deadline, view_of
from migplan.report.words import about_usd
from migplan.results.json import read_results
from migplan.results.model import InputResult, Reason

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "terminal"
DAY = dt.date(2026, 11, 23)
SERVER = {"name": "file server", "volume": "150 TB", "files": "40M", "link": "1 Gbps"}
LATE = {"volume": "150 TB", "link": "500 Mbps", "deadline": "20 days", "cutover_window": "8 hours"}
QUESTIONS = {
    "meets": ({**SERVER, "share": "70 %", "region": "eu-central-1", "deadline": "60 days"}, DAY),
    "nothing-meets": ({**LATE, "budget": "100000 USD"}, DAY),
    "on-the-edge": ({**SERVER, "deadline": "33 days"}, DAY),
    "unknown-price": ({**SERVER, "volume": "35 TB", "region": "ap-southeast-6", "deadline": "90 days"}, DAY),
    "offline-wins": (ROOT / "reports" / "history-snowball-2024.toml", dt.date(2024, 6, 1)),
    "verbose": ({**SERVER, "deadline": "60 days"}, DAY),
}
WIDTHS = (60, 80, 100, 140)
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7][0-9;]*m")
LINES = 43
"""Of any plan at 80 columns; about thirty where it meets."""


@pytest.fixture(scope="module")
def plans():
    made = {}

    def plan(name):
        if name not in made:
            question, day = QUESTIONS[name]
            fields = read_scenario(question) if isinstance(question, Path) else question
            made[name] = make_plan(fields, (), day, samples=1000)
        return made[name]

    return plan


@pytest.fixture
def show(monkeypatch):
    def at(plan, width, **settings):
        monkeypatch.setenv("COLUMNS", str(width))
        return render(plan, **{"everything": False, "terminal": False, **settings})

    return at


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_shown_is_what_was_looked_at(plans, show, golden, name):
    golden(GOLDEN / f"{name}.txt", show(plans(name), 80, verbose=name == "verbose"))


@pytest.mark.slow
def test_every_case_is_what_its_name_says(plans):
    verdicts = {name: plans(name).recommendation.verdict for name in QUESTIONS}
    assert verdicts["meets"] == verdicts["offline-wins"] == verdicts["unknown-price"] == "meets"
    assert (verdicts["nothing-meets"], verdicts["on-the-edge"]) == ("nothing-meets", "on-the-edge")
    assert plans("offline-wins").chosen.kind == "offline"
    assert not plans("unknown-price").chosen.cost_usd.complete


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(plans, show, name, width):
    for settings in ({}, {"verbose": True}, {"everything": True}):
        lines = show(plans(name), width, **settings).splitlines()
        assert max(map(cell_len, lines)) <= width, settings


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_list_of_all_has_ids_and_cuts_nothing(plans, show, width):
    lines = rows(show(plans("offline-wins"), width, everything=True))
    assert {"done", "sure", "by", "Cutover", "USD", "all"} <= set(lines[0].split())
    whole = []
    for line in lines[1:]:
        first = line.split()[0]
        # What is broken goes on in lines that are set in.
        whole[-1:] = [whole[-1] + first] if line.startswith(" ") else [*whole[-1:], first]
    assert whole == [option.id for option in plans("offline-wins").options]


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_first_page_is_short(plans, show, name):
    assert len(show(plans(name), 80).splitlines()) <= LINES
    if name == "meets":
        assert len(show(plans(name), 100).splitlines()) <= 31


def rows(shown):
    """The lines of the table of options."""
    lines = shown.splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("Option"))
    return lines[begin : lines.index("", begin)]


def test_the_table_uses_the_width_there_is(made_once, show):
    heads = {width: " ".join(rows(show(made_once, width))[0].split()) for width in WIDTHS}
    assert heads[80] == "Option Target done sure by Cutover USD all"
    assert heads[100] == "Option Target done sure by Cutover USD USD USD all"
    assert heads[140] == "Option Target done sure by Cutover USD USD USD Bottleneck all"


def test_at_most_six_options_are_shown_and_the_others_counted(made_once, show):
    first = made_once.options[0]
    many = tuple(
        structs.replace(first, id=f"mover-{place}", family=f"online:{place}", short_name=f"M{place} → T")
        for place in range(9)
    )
    shown = show(structs.replace(made_once, options=many), 80)
    assert [line.split()[0] for line in rows(shown)[1:]] == ["M0", "M1", "M2", "M3", "M4", "M5", "and"]
    assert "and 3 more with --all" in shown
    other = {"kind": "cheapest", "option": "mover-8", "text": "Cheapest: mover-8; saves 1 USD."}
    advice = structs.replace(made_once.recommendation, alternatives=(other,))
    beside = rows(show(structs.replace(made_once, options=many, recommendation=advice), 80))
    # What is told of in a sentence stands in the table as well.
    assert [line.split()[0] for line in beside[1:]] == ["M8", "M0", "M1", "M2", "M3", "M4", "and"]
    whole = show(structs.replace(made_once, options=many), 140, everything=True)
    assert [line.split()[0] for line in rows(whole)[1:]] == [f"mover-{place}" for place in range(9)]


def test_wide_signs_count_as_the_cells_that_they_take(made_once, show):
    names = ("東京本社のファイルサーバー移行 · 専用線 → FSx for Windows", "DataSync · internet → 大阪")
    options = tuple(
        structs.replace(option, short_name=name, name=name)
        for option, name in zip(made_once.options, names, strict=False)
    )
    wide = structs.replace(made_once, options=options)
    for width in WIDTHS:
        shown = show(wide, width)
        assert max(map(cell_len, shown.splitlines())) <= width
        ends = {cell_len(line) for line in rows(shown) if line.endswith(("all", "yes"))}
        assert len(ends) == 1, shown


def test_colour_is_for_terminals_and_never_alone(made_once, show, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain, coloured = show(made_once, 80), show(made_once, 80, terminal=True)
    assert "\x1b" not in plain
    assert COLOUR.search(coloured)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not COLOUR.search(show(made_once, 80, terminal=True))


def test_the_verdict_has_dates_and_the_way_to_the_deadline(made_once, show):
    shown = " ".join(show(made_once, 100).split())
    assert "80 % sure by" in shown
    assert "before the deadline (29 Jan 2027)" in shown or "after the deadline (29 Jan 2027)" in shown


@pytest.mark.parametrize(
    ("p50", "told"),
    [
        (None, "In half of all cases or more it never ends; it does not keep the deadline (29 Jan 2027)."),
        (27.3, "Likely done 28 Dec; in 2 of 10 cases or more it never ends; it does not keep the deadline"),
    ],
)
def test_what_may_never_end_has_no_date(made_once, show, p50, told):
    option = structs.replace(made_once.chosen, p50_days=p50, p80_days=None, finish_p80=None)
    plan = structs.replace(made_once, options=(option,))
    assert told in " ".join(show(plan, 100).split())


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (7.2, "six days before"),  # 6 to 12 December, though 6.8 days are left
        (12.5, "a day before"),
        (13.9, "on the day of"),
        (14.2, "a day after"),
        (0.3, "13 days before"),
        (39.2, "26 days after"),
    ],
)
def test_days_before_the_deadline_are_those_between_the_dates_as_printed(made_once, end, told):
    start = InputResult(dt.date(2026, 11, 29), "", "2026-11-29", "given", "")
    workload = {
        **made_once.workload,
        "start": start,
        "deadline": InputResult(14 * 86400.0, "s", "", "given", ""),
    }
    view = view_of(structs.replace(made_once, workload=workload))
    assert beside_deadline(view, end) == told


def test_amounts_have_a_blank_before_their_unit(show):
    made = make_plan({"volume": "35TB", "link": "1Gbps", "files": "2M"}, (), DAY, samples=0)
    assert " 35 TB, 2M files, SMB over 1 Gbps " in " ".join(show(made, 100).split())
    assert ": 35 TB in 2M files (SMB)" in render_markdown(made)
    assert "over a line of 1 Gbps (" in render_markdown(made)


def test_where_no_price_of_the_target_is_known_there_is_no_total(plans, show):
    first = plans("unknown-price").chosen.cost_usd
    assert all(line.amount is None for line in first.lines if line.monthly and not line.running)
    shown = " ".join(show(plans("unknown-price"), 80).split())
    guide = about_usd(first.guide_total)
    other = f"by the dearest price of other Regions it would be about {guide} USD"
    assert f"No total: no price of FSx for Windows is known here; {other}." in shown
    assert f" By{other[2:]}." in render_markdown(plans("unknown-price"))
    # Half of the bound, which takes twice the dearest price, and no part of any sum.
    assert first.known_total is None
    known = sum((line.amount or 0.0) * (12 if line.monthly else 1) for line in first.lines)
    assert first.guide_total - known == pytest.approx((first.upper_bound - known) / 2.0)


def test_what_is_known_of_a_sum_does_not_make_a_target_without_prices_look_cheap(made_once, show):
    option = made_once.chosen
    lines = option.cost_usd.lines
    rent = tuple(structs.replace(line, amount=None if line.monthly else 5.0) for line in lines)
    cost = structs.replace(option.cost_usd, one_off=15.0, monthly=0.0, horizon_total=15.0, lines=rent)
    plan = structs.replace(made_once, options=(structs.replace(option, cost_usd=cost),))
    shown = show(plan, 100)
    assert rows(shown)[1].split()[-4:] == ["15", "unknown", "unknown", "yes"]
    assert "No total: no price of fsx-ontap is known here." in shown
    report = render_markdown(plan, full=True)
    assert "**unknown USD over 12 months**: 15 once, " in report
    assert report.count("| unknown | yes |") == 2, "in the comparison, and in the costs of each"
    assert "costs unknown USD with 12 months of the target, >= 15 USD of it once" in repr(plan)


@pytest.mark.slow
def test_columns_of_money_add_up(plans, show):
    line = rows(show(plans("meets"), 100))[1]
    once, monthly, total = (float(cell.replace(",", "")) for cell in line.split()[-4:-1])
    assert once + 12 * monthly == pytest.approx(total, rel=0.01)


def test_names_and_no_ids_stand_in_what_people_read(plans, show):
    for name in ("meets", "nothing-meets", "on-the-edge"):
        shown = show(plans(name), 100)
        assert not re.search(r"[a-z]+(?:-[a-z0-9]+)*/[a-z]+(?:-[a-z0-9]+)*/[a-z]", shown), name
    assert "datasync-basic/internet/fsx-ontap" in show(plans("verbose"), 100, verbose=True)


def test_nothing_that_can_be_used_says_why_at_once(made_once, show):
    ruled = tuple(
        structs.replace(option, usable=False, meets=False, reasons=made_once.options[-1].reasons)
        for option in made_once.options
    )
    advice = structs.replace(made_once.recommendation, option=None, target=None, meets=False)
    shown = show(structs.replace(made_once, options=ruled, recommendation=advice), 80)
    assert "Nothing can be used: every option is ruled out." in shown
    assert "Closed to new customers: " in shown


CARRIED = {
    "volume": "2 PB", "files": "300M", "link": "1 Gbps", "share": "80 %", "protocol": "smb", "source": "windows",
    "region": "us-east-1", "use": "departmental", "change": "0.1 %/day", "deadline": "180 days",
    "cutover_window": "48 hours", "traits": "partner-site",
}  # fmt: skip


@pytest.fixture(scope="module")
def carried():
    return make_plan(CARRIED, (), dt.date(2026, 11, 29), samples=0)


def first_of(shown):
    """Date and task of each line of what is to do first."""
    part = shown.partition("To do first\n")[2].partition("\n\n")[0]
    return re.findall(r"^ +(\d+ [A-Z]\w+(?: \d{4})?)  (.+)$", part, re.M)


@pytest.mark.parametrize("kind", ["split", "hybrid", "online"])
def test_what_is_to_do_first_is_told_by_date_for_devices_and_the_line(carried, show, kind):
    option = next(option for option in carried.options if option.kind == kind and option.usable)
    advice = structs.replace(carried.recommendation, option=option.id)
    rows = first_of(show(structs.replace(carried, recommendation=advice), 120))
    whole = [day if day[-4:].isdigit() else f"{day} 2026" for day, _ in rows]
    dates = [dt.datetime.strptime(day, "%d %b %Y").replace(tzinfo=dt.UTC) for day in whole]
    assert dates == sorted(dates)
    told = [what for _, what in rows]
    assert "29 Nov" in {day for day, what in rows if what.startswith(f"Set up {option.parts['mover']}, ")}
    if kind != "online":
        assert any(what.startswith(f"Provide {option.devices} × own NAS carried") for what in told)
        assert any(what.startswith("Set up the devices on site") for what in told)


def test_devices_of_unknown_price_make_no_sum_that_looks_cheap(carried, show):
    option = next(option for option in carried.options if option.kind == "split" and option.usable)
    advice = structs.replace(carried.recommendation, option=option.id)
    shown = show(structs.replace(carried, recommendation=advice), 140)
    assert f" (without {option.devices} × own NAS and 2 more items: their prices are unknown)." in re.sub(
        r"\s+", " ", shown
    )
    row = next(line for line in shown.splitlines() if line.startswith("Own NAS to a partner and"))
    assert "unknown" in row


def test_dates_of_another_year_have_it(plans, show):
    shown = show(plans("meets"), 100)
    assert "(21 Jan 2027)" in " ".join(shown.split()), "the last of 60 days from 23 Nov on"
    rows = first_of(shown)
    assert rows
    assert all(re.fullmatch(r"\d+ Nov", day) for day, _ in rows)


UNIX = {"volume": "60 TB", "protocol": "nfs", "link": "1 Gbps", "region": "us-east-1"}


@pytest.fixture(scope="module")
def unix():
    return make_plan(UNIX, (), DAY, samples=0)


def test_what_follows_from_the_use_is_told_as_assumed(unix, show):
    told = " ".join(show(unix, 120).split())
    assert "Assumed: multi-zone, 120 MB/s and 300 IOPS for general use, " in told
    reasons = [reason.text for target in unix.targets for reason in target.reasons]
    assert any("multi-zone is assumed for general use" in text for text in reasons)
    assert not any("is wanted" in text for text in reasons)
    given = {"availability": "multi-zone", "throughput": "500 MB/s", "iops": "1000"}
    made = make_plan({**UNIX, **given}, (), DAY, samples=0)
    assert "for general use" not in show(made, 120)
    reasons = [reason.text for target in made.targets for reason in target.reasons]
    assert any("multi-zone is wanted" in text for text in reasons)


def test_owners_of_unix_files_are_their_ids(unix, show):
    assert "owner" in unix.chosen.fidelity["partial"]
    shown = show(unix, 100)
    assert "Keeps modification times and POSIX ids and modes; " in shown
    assert "file owners" not in " ".join(shown.split())
    for report in (render_markdown(unix), render_markdown(unix, full=True)):
        assert "file owners" not in report
    kept = structs.replace(unix.workload["keep"], value=("owner", "posix"), text="owner, posix")
    asked = structs.replace(unix, workload={**unix.workload, "keep": kept})
    assert "file owners" in " ".join(show(asked, 100).split()), "who asks for them is told"


@pytest.mark.parametrize(("cold", "tier"), [("80 %", True), ("0 %", False)])
def test_a_target_without_cold_data_is_not_said_to_have_a_cold_tier(cold, tier):
    made = make_plan({**UNIX, "cold": cold}, (), DAY, samples=0)
    names = [option.name for option in made.options]
    names += [own.short_name for target in made.targets for own in target.configurations]
    assert any("cold" in name for name in names) == tier


def test_passes_that_go_on_until_the_window_opens_are_no_wait(show):
    fields = {**UNIX, "change": "2 %/day", "cutover_days": "Sat", "cutover_window": "24 hours"}
    made = make_plan(fields, (), DAY, samples=0)
    assert any(phase.name == "wait for window" for phase in made.chosen.phases)
    shown = show(made, 100, verbose=True)
    assert "passes until the window opens" in shown
    assert "wait for window" not in shown
    still = make_plan({**fields, "change": "0 %/day"}, (), DAY, samples=0)
    assert "passes until the window opens" not in show(still, 100, verbose=True)


def test_a_timeline_that_ends_on_another_day_than_the_likely_date_says_why(made_once, show):
    told = "The timeline shows typical values and ends"
    later = structs.replace(made_once.chosen, p50_days=made_once.chosen.duration_days + 4.0)
    options = [later if option is made_once.chosen else option for option in made_once.options]
    shown = show(structs.replace(made_once, options=tuple(options)), 100, verbose=True)
    assert f"{told} four days before the likely date" in " ".join(shown.split())
    near = structs.replace(made_once.chosen, p50_days=made_once.chosen.duration_days + 0.5)
    options = [near if option is made_once.chosen else option for option in made_once.options]
    assert told not in show(structs.replace(made_once, options=tuple(options)), 100, verbose=True)


def test_a_plan_of_an_older_version_is_shown_with_what_it_says(show, tmp_path):
    path = tmp_path / "plan.json"
    kept = ROOT / "tests" / "data" / "plans" / "file-server-150tb.json.gz"
    path.write_bytes(gzip.decompress(kept.read_bytes()))
    old = read_results(path)
    assert not old.chosen.short_name
    for settings in ({}, {"verbose": True}, {"everything": True}):
        shown = show(old, 80, **settings)
        assert "Recommended: AWS DataSync, Basic mode over Internet to Amazon FSx" in shown
        assert max(map(cell_len, shown.splitlines())) <= 80


@pytest.mark.parametrize(("current", "told"), [(None, False), ("90000 USD/month", True)])
def test_a_terminal_says_what_the_old_system_costs_where_somebody_says(current, told):
    given = {**SERVER, **({} if current is None else {"current_cost": current})}
    shown = " ".join(render(make_plan(given, (), DAY, samples=0), False, False).split())
    assert ("the old system costs" in shown) == told
    assert bool(re.search(r"each month costs [\d,]+ USD less", shown)) == told


def test_an_end_that_nobody_plans_for_has_no_date_in_the_table(made_once, show):
    near, far = (structs.replace(made_once.chosen, p50_days=end, p80_days=end) for end in (3649.0, 182_000.0))
    assert "2036" in show(structs.replace(made_once, options=(near,)), 120)
    assert show(structs.replace(made_once, options=(far,)), 120).count("after years") == 2


def test_notes_on_targets_are_joined_as_one_sentence(made_once, show):
    first = made_once.targets[0]
    reasons = tuple(Reason("several", text) for text in ("Each is one.", "does not give it"))
    target = structs.replace(first, fit=True, cautions=reasons)
    shown = show(structs.replace(made_once, targets=(target,)), 120, everything=False, verbose=True)
    assert "Each is one; does not give it" in " ".join(shown.split())
