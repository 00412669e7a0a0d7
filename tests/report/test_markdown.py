import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from msgspec import Struct, structs
from pymarkdown.api import PyMarkdownApi

from migplan.analyses.plan import make_plan
from migplan.analyses.sweep import Axis, Sweep
from migplan.engine.targets import Reason
from migplan.inputs.scenario import read_scenario
from migplan.report.charts import draw
from migplan.report.markdown import render_markdown
from migplan.report.terminal import render
from migplan.report.view import MOST_COMPARED
from migplan.results.json import results_from_dict
from migplan.results.model import InputResult, PhaseResult

PARSER = MarkdownIt("commonmark").enable("table")
SCENARIOS = sorted((Path(__file__).parents[2] / "reports").glob("*.toml"))
DECIDING = ["Recommendation", "Options like for like", "Risks and levers", "Preparation and cutover"]
BEHIND = [
    "Appendix A: Inputs",
    "Appendix B: Runbook of the cutover",
    "Appendix C: Cost ledger",
    "Appendix D: Network and design checks",
    "Appendix E: Facts used",
]
FULL = [
    "Appendix F: All options, and what is ruled out",
    "Appendix G: Targets compared",
    "Appendix H: What survives",
    "Appendix I: Method in ten lines",
]
TITLES = [*DECIDING, *BEHIND, *FULL, "Sources"]
SECOND = "robocopy/vpn/fsx-windows"
EVIL = "a|b `c` <script>alert(1)</script>\n## Forged\n\u202e[x](javascript:y) ![p](q)"


def in_full(plan, **more):
    """The full report."""
    return render_markdown(plan, full=True, **more)


def section(markdown, title):
    """The text of one section."""
    return re.split(rf"\n## (?:Appendix \w: )?{re.escape(title)}\n", markdown, maxsplit=1)[1].split(
        "\n## ", 1
    )[0]


def tables(markdown):
    """Each table as its header and its rows, the cells as they are shown."""
    found, row = [], []
    for token in PARSER.parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            row = []
            found[-1].append(row)
        elif token.type == "inline" and found and row is not None:
            row.append("".join(child.content for child in token.children))
        elif token.type == "table_close":
            row = []
    return found


OURS = ("status", "kind", "severity", "usable", "as_of")


def hostile(plan):
    """The plan with a hostile text wherever somebody else writes one."""

    def poison(value):
        if isinstance(value, str):
            return EVIL
        if isinstance(value, tuple):
            return tuple(poison(item) for item in value)
        if isinstance(value, dict):
            return {key: poison(item) for key, item in value.items()}
        if isinstance(value, Struct):
            names = [name for name in value.__struct_fields__ if name not in OURS]
            return structs.replace(value, **{name: poison(getattr(value, name)) for name in names})
        return value

    return poison(plan)


def test_sections_come_in_the_order_in_which_a_reader_decides(plan):
    for told, titles in ((render_markdown(plan), [*DECIDING, *BEHIND, "Sources"]), (in_full(plan), TITLES)):
        assert re.findall(r"^## (.+)$", told, re.MULTILINE) == titles


def test_all_that_is_asked_for_is_a_full_report(plan):
    told = render_markdown(plan, everything=True)
    assert re.findall(r"^## (.+)$", told, re.MULTILINE) == TITLES


def test_the_method_has_ten_lines(plan):
    lines = re.findall(r"^\d+\. ", section(in_full(plan), "Method in ten lines"), re.MULTILINE)
    assert lines == [f"{number}. " for number in range(1, 11)]


@pytest.mark.slow
@pytest.mark.parametrize("everything", [False, True])
def test_markdown_passes_a_linter(any_plan, everything):
    told = render_markdown(any_plan, everything, pictures=draw(any_plan, everything))
    # Rows of tables are long by nature; all other rules hold.
    found = PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(told)
    assert found.scan_failures == []
    assert found.critical_errors == []


@pytest.mark.parametrize("everything", [False, True])
def test_hostile_text_passes_a_linter_and_breaks_no_table(plan, everything):
    told = render_markdown(hostile(plan), everything, title=EVIL)
    found = PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(told)
    assert found.scan_failures == []
    headings = re.findall(r"^## (.+)$", told, re.MULTILINE)
    assert [title for title in headings if title in TITLES] == headings
    kinds = {token.type for token in PARSER.parse(told)}
    assert "html_block" not in kinds
    inner = {child.type for token in PARSER.parse(told) if token.type == "inline" for child in token.children}
    assert inner <= {"text", "text_special", "strong_open", "strong_close", "code_inline", "softbreak"}


@pytest.mark.parametrize("everything", [False, True])
def test_every_row_has_as_many_cells_as_its_header(plan, everything):
    for case in (plan, hostile(plan)):
        told = render_markdown(case, everything)
        piped = [line for line in told.splitlines() if line.startswith("|")]
        cells = [row for found in tables(told) for row in found]
        # A rule below each header is the only piped line that is no row.
        assert len(piped) == len(cells) + len(tables(told))
        for found in tables(told):
            assert {len(row) for row in found} == {len(found[0])}


def number(text):
    return float(text.replace(",", ""))


def rebuilt(markdown):
    """One-off and all monthly sums out of the ledger's quantities and unit prices, held against what it prints."""
    told = section(markdown, "Cost ledger")
    once = monthly = 0.0
    for part in re.split(r"^### ", told, flags=re.MULTILINE)[1:]:
        total = 0.0
        for header, *rows in tables(part):
            place = [header.index(name) for name in ("Quantity", "Unit price (USD)", "Amount (USD)")]
            for quantity, price, amount in ([row[index] for index in place] for row in rows):
                if price == "unknown":
                    assert amount == "unknown"
                    continue
                assert number(quantity) * number(price) == pytest.approx(number(amount), abs=0.0051)
                total += number(quantity) * number(price)
        printed = re.search(r"^(?:Sum: \*\*(?:at least )?|Nothing: )([\d,.]+) USD", part, re.MULTILINE)
        assert number(printed[1]) == pytest.approx(total, abs=0.01)
        if part.startswith("Each month"):
            monthly += total
        else:
            once = total
    last = re.search(r"Total over ([\d.]+) months: .* = \*\*(?:at least )?([\d,.]+) USD", told)
    assert number(last[2]) == pytest.approx(once + float(last[1]) * monthly, abs=0.01)
    return once, monthly


def test_the_total_is_rebuilt_from_the_markdown_alone(plan):
    once, monthly = rebuilt(in_full(plan))
    # The builder's own numbers: 161970.287671 x 0.0125 + 40e6 x 5e-6, and the two monthly lines.
    assert once == pytest.approx(2024.6286 + 200.0, abs=0.001)
    assert monthly == pytest.approx(2811.117 + 50.0, abs=0.001)
    assert "= **at least " in section(render_markdown(plan), "Cost ledger")


@pytest.mark.slow
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_real_plans_are_whole_and_rebuilt_from_their_markdown(path):
    day = dt.date(2024, 6, 1) if path.stem.startswith("history") else dt.date(2026, 11, 23)
    real = make_plan(read_scenario(path), today=day, samples=50)
    told = in_full(real)
    once, monthly = rebuilt(told)
    cost = real.chosen.cost_usd
    assert once == pytest.approx(cost.one_off, abs=0.01)
    assert monthly == pytest.approx(cost.monthly + cost.running, abs=0.01)
    for found in tables(told):
        assert {len(row) for row in found} == {len(found[0])}
    assert PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(told).scan_failures == []
    assert in_full(results_from_dict(json.loads(real.to_json()))) == told


def test_an_unknown_price_is_never_a_zero(plan):
    told = section(render_markdown(plan), "Cost ledger")
    row = next(line for line in told.splitlines() if line.startswith("| Throughput while loading"))
    assert row.count("unknown") == 3
    assert "| 0" not in row
    assert "**≥ " in section(render_markdown(plan), "Recommendation")


def test_a_plan_read_back_from_its_json_gives_the_same_report(any_plan):
    again = results_from_dict(json.loads(any_plan.to_json()))
    assert render_markdown(again, True) == render_markdown(any_plan, True)


def test_prices_come_oldest_first(plan):
    header, *rows = tables(section(in_full(plan), "Facts used"))[0]
    assert [row[header.index("As of")] for row in rows] == ["2024-01-05", "2025-06-01", "2026-11-01"]
    assert rows[0][header.index("Status")] == "confirmed, ask again"


def test_facts_of_other_ways_and_of_replaced_assumptions_are_left_out(plan):
    told = section(in_full(plan), "Facts used")
    assert "movers/datasync-basic" in told
    assert "movers/robocopy" not in told
    assert "workload.share" in told
    given = {**plan.workload, "share": structs.replace(plan.workload["share"], status="given")}
    assert "workload.share" not in section(in_full(structs.replace(plan, workload=given)), "Facts used")
    assert "movers/robocopy" in section(render_markdown(plan, everything=True), "Facts used")


def test_options_are_the_best_of_each_family_unless_all_are_wanted(plan):
    told = section(render_markdown(plan), "Options like for like")
    assert re.findall(r"^- \d: `(.+?)`", told, re.MULTILINE) == [way.id for way in plan.options if way.usable]
    assert "Closed to new customers: snowball-edge-80tb" in section(render_markdown(plan), "Risks and levers")


def test_what_cannot_be_used_says_why_with_its_source(plan):
    told = section(in_full(plan), "All options, and what is ruled out")
    rows = tables(told.split("### What cannot be used, and why")[1])[0][1:]
    assert rows[0][:2] == ["snowball-edge-80tb", "Snowball is closed to new customers since 2025-11-07"]
    assert rows[0][2].startswith("S")


def test_with_all_what_shares_a_reason_stands_in_one_row(plan):
    closed = plan.options[3]
    twice = (*plan.options, structs.replace(closed, id="snowball-edge-80tb/efs", rank=5))
    told = section(
        in_full(structs.replace(plan, options=twice), everything=True),
        "All options, and what is ruled out",
    )
    rows = tables(told.split("### What cannot be used, and why")[1])[0][1:]
    assert [row[0] for row in rows] == ["snowball-edge-80tb/s3, snowball-edge-80tb/efs"]


def test_a_source_has_one_number_throughout(plan):
    told = in_full(plan)
    numbered = dict(re.findall(r"^- (S\d+): <(.+)>$", told, re.MULTILINE))
    assert len(set(numbered.values())) == len(numbered)
    for number, address in re.findall(r"\[(S\d+)\]\(([^)]+)\)", told):
        assert numbered[number] == address


def test_a_note_on_the_inputs_is_told_once_also_where_nothing_can_be_used(any_plan):
    noted = structs.replace(any_plan, notes=("the start is over",))
    assert render_markdown(noted).count("- The start is over") == 1
    none = structs.replace(noted.recommendation, option=None, levers=())
    for told in (structs.replace(noted.recommendation, levers=()), none):
        table = render(structs.replace(noted, recommendation=told), False, False)
        assert table.count("the start is over") == 1


def test_levers_stand_where_nothing_meets(build):
    told = section(render_markdown(build.hopeless()), "Risks and levers")
    assert "| link | 1 Gbps | 3 Gbps |" in told


def test_typical_values_alone_promise_no_chance(build):
    told = render_markdown(build.typical())
    assert "P80" not in section(told, "Options like for like")
    assert "no chance can be given" in told


@pytest.mark.parametrize("left", [{"p_deadline": 0.3}, {"p_deadline": None, "done_by": ((40.0, 0.3),)}])
def test_what_never_ends_in_half_of_all_cases_was_drawn_all_the_same(plan, left):
    never = dict.fromkeys(("p50_days", "p80_days", "p95_days", "finish_p80"))
    first = structs.replace(plan.options[0], **{**never, "done_by": (), **left})
    made = structs.replace(plan, options=(first, *plan.options[1:]))
    told = render_markdown(made)
    assert "In half of all cases or more it never ends." in section(told, "Recommendation")
    assert "| after | never | never | never |" in section(told, "Recommendation")
    assert "In 1 of 5 cases or more it never ends." in section(told, "Risks and levers")
    assert "no chance can be given" not in told
    assert "Typically done" not in told
    assert "<td>never</td>" in made._repr_html_()


def test_the_deadline_is_the_last_day_that_counts(plan):
    # 60 days from midnight of 1 December 2026 end with the 29th of January 2027.
    assert "The deadline is the end of 2027-01-29; the chance of keeping it is 90 %." in render_markdown(plan)


def test_the_timeline_is_a_mermaid_gantt_with_dates(plan):
    block = re.search(r"```mermaid\n(.+?)```", render_markdown(plan), re.DOTALL)[1].splitlines()
    assert block[0] == "gantt"
    tasks = [line for line in block if ":20" in line]
    assert tasks[0].strip() == "Set up :2026-12-01T00:00, 2026-12-01T12:00"
    assert len(tasks) == len(plan.options[0].phases)


def test_the_title_is_ours_or_the_one_that_was_asked_for(plan):
    assert render_markdown(plan).startswith("# Migration plan: finance shares\n")
    assert render_markdown(plan, title="For the board").startswith("# For the board\n")


def test_charts_stand_in_their_sections(plan):
    pictures = draw(plan, stem="my plan", full=True)
    told = in_full(plan, pictures=pictures)
    assert "](my%20plan-chance.svg)" in section(told, "Recommendation")
    assert "](my%20plan-options.svg)" in section(told, "Options like for like")
    assert "](my%20plan-time.svg)" in section(told, "All options, and what is ruled out")


def test_reasons_of_a_target_are_all_told(plan):
    told = section(in_full(plan), "Targets compared")
    assert "does not serve SMB clients" in told
    assert "3 file systems: join them by DFS" in told


def test_fidelity_marks_what_must_be_kept(plan):
    header, *rows = tables(section(in_full(plan), "What survives"))[0]
    assert header[:3] == ["What", "Must be kept", "Option 1"]
    assert rows[0] == ["NTFS permissions (DACLs)", "yes", "kept", "kept", "kept"]
    assert ["alternate data streams", "no", "lost", "lost", "lost"] in rows
    assert ["extended attributes", "no", "not known", "not known", "not known"] in rows


def test_requirements_that_two_things_share_are_told_once(plan):
    twice = (*plan.options[0].requires, Reason("active-directory", "Again.", ""))
    ways = (structs.replace(plan.options[0], requires=twice), *plan.options[1:])
    told = section(render_markdown(structs.replace(plan, options=ways)), "Preparation and cutover")
    assert told.count("Active Directory") + told.count("Again") == 1


def test_the_fourth_page_says_what_has_to_be_ordered_by_when(build):
    new = "robocopy/direct-connect-hosted-10g/fsx-ontap"
    ordered = (PhaseResult("order", 0.0, 14.0, "lead time"), *build.phases(27.3)[1:])
    plan = build.make()
    way = structs.replace(
        plan.options[0], id=new, route="direct-connect-hosted-10g", mover="robocopy", phases=ordered
    )
    lead = build.fact(
        "routes/direct-connect-hosted-10g.lead_time", 14.0, "day", low=7.0, high=28.0, status="unconfirmed"
    )
    advice = structs.replace(plan.recommendation, option=new)
    later = structs.replace(
        plan, options=(way, *plan.options[1:]), recommendation=advice, facts=(*plan.facts, lead)
    )
    rows = tables(section(render_markdown(later), "Preparation and cutover"))[0]
    assert rows[1] == [
        "2026-12-01",
        "Order direct-connect-hosted-10g; ready on 2026-12-15 (anything from 7 days to 28 days; unconfirmed)",
        "14.0 d",
    ]
    # The move begins with its earliest phase, whatever else is under way: half a day after the start.
    assert rows[2][:2] == ["2026-12-01", "Everything above is there: the move begins"]
    assert rows[3][:2] == [
        "2026-12-27",
        "The steps before the cutover (appendix B) are done: its window opens",
    ]


def test_the_first_page_has_the_verdict_dates_and_money(plan):
    told = section(render_markdown(plan), "Recommendation")
    assert told.strip().startswith(f"**{plan.options[0].name}** meets all you asked.")
    assert "Likely done by 2026-12-31; 80 % sure by 2027-01-08, three weeks before the deadline." in told
    header, on, after = tables(told)[0]
    assert header == ["Done", "Likely (P50)", "80 % sure (P80)", "95 % sure (P95)", "Deadline"]
    assert on == ["on", "2026-12-31", "2027-01-08", "2027-01-21", "2027-01-29"]
    assert after == ["after", "30.0 d", "38.2 d", "51.9 d", "60.0 d"]
    assert tables(told)[1][0] == ["Item", "One-off USD", "USD a month", "Price"]
    assert ["Throughput while loading", "unknown", "", "unknown"] in tables(told)[1]
    assert "**≥ 36,600 USD over 12 months**: ≥ 2,220 once, 2,860 a month for the target." in told
    assert "Users cannot write for 6.5 h at the cutover; the window is 8 hours." in told
    assert "- Lost: alternate data streams.\n" in told
    assert (
        "To settle first: 1 required design check (appendix D) and 3 prices to confirm (appendix C)." in told
    )


def test_the_third_page_has_the_risks(plan):
    told = section(render_markdown(plan), "Risks and levers")
    assert "In 1 of 5 cases it takes longer than 38.2 d (P80), in 1 of 20 longer than 51.9 d (P95)." in told
    assert "Not known, and not in the total: the price of Throughput while loading." in told
    assert "Not confirmed: the price of Data copied (2026-11-01)." in told
    assert "Read long ago: 1 price of 5, the oldest on 2024-01-05 (appendix C)." in told
    assert tables(told)[0] == [
        ["Input", "What it is", "Assumed", "Could be"],
        ["share", "Part of the line that the migration may use", "80 %", "50 to 95 %"],
    ]
    assert "Also assumed: horizon 12 months." in told


@pytest.mark.parametrize(
    ("p80", "p95", "told"),
    [
        (38.2, None, "In 1 of 5 cases it takes longer than 38.2 d (P80); in 1 of 20 or more it never ends."),
        (None, None, "In 1 of 5 cases or more it never ends."),
    ],
)
def test_what_never_ends_is_no_number_of_days(plan, p80, p95, told):
    ways = (structs.replace(plan.options[0], p80_days=p80, p95_days=p95), *plan.options[1:])
    text = render_markdown(structs.replace(plan, options=ways))
    assert told in text
    assert "than never" not in text


def test_the_fourth_page_has_needs_and_dates(plan):
    told = section(render_markdown(plan), "Preparation and cutover")
    assert re.findall(r"^### (.+)$", told, re.MULTILINE) == [
        "What must be there first", "Orders and dates", "Timeline", "Cutover",
    ]  # fmt: skip
    assert "- Design checks (appendix D): Ports for SMB\n" in told


def test_where_nothing_meets_the_first_page_says_what_is_missed_and_what_would_meet(plan):
    advice = structs.replace(
        plan.recommendation, meets=False, verdict="nothing-meets",
        misses=({"wish": "cutover_window", "wanted": "8 hours", "got": "23 hours", "by": "15 hours"},),
        levers=({"field": "link", "now": "1 Gbps", "needed": "3 Gbps", "option": SECOND, "smallest": True},),
    )  # fmt: skip
    ways = tuple(structs.replace(way, meets=False) for way in plan.options)
    told = section(
        render_markdown(structs.replace(plan, recommendation=advice, options=ways)), "Recommendation"
    )
    assert "meets all you asked" not in told.replace("Nothing meets all you asked", "")
    assert told.strip().startswith("**Nothing meets")
    assert "23 hours instead of 8 hours" in told
    assert "a line of at least 3 Gbps instead of 1 Gbps" in told


def test_the_second_page_says_why_it_is_not_the_next_one(plan):
    told = section(render_markdown(plan), "Options like for like")
    assert "Why 1 and not the next: 2 costs 400,000 USD more." in told


def test_what_the_short_report_leaves_out_it_says(plan):
    many = (
        *plan.facts,
        *(structs.replace(plan.facts[1], id=f"assumptions/workload.x{n}") for n in range(30)),
    )
    told = render_markdown(structs.replace(plan, facts=many))
    assert "… and 18 more facts: `migplan report --full`." in section(told, "Facts used")
    assert "The 3 prices stand in appendix C." in section(told, "Facts used")
    assert "As advice, in full by `migplan report --full`: Above 100 TB." in section(
        told, "Network and design checks"
    )
    assert "`migplan report --full`" in section(told, "Cost ledger")


def test_quantities_are_rounded_in_the_short_ledger_alone_and_words_have_a_plural(plan, build):
    lines = (
        build.line("Port", 142.847386588, "hour", 0.3, False),
        build.line("Site", 1.0, "site", 36.5, True),
    )
    ways = (structs.replace(plan.options[0], cost_usd=build.cost(*lines)), *plan.options[1:])
    one = structs.replace(plan, options=ways)
    short, whole = (tables(section(told, "Cost ledger")) for told in (render_markdown(one), in_full(one)))
    assert short[0][1][1:3] == ["142.8474", "hours"]
    assert whole[0][1][1:3] == ["142.847386588", "hours"]
    assert short[1][1][1:3] == ["1", "site"]


@pytest.mark.parametrize("full", [False, True])
def test_what_sentences_point_to_is_there(plan, full):
    told = render_markdown(plan, full=full)
    letters = set(re.findall(r"appendix ([A-Z])\b", told))
    assert letters
    assert letters <= set(re.findall(r"^## Appendix ([A-Z]): ", told, re.MULTILINE))


@pytest.mark.parametrize("everything", [False, True])
def test_what_is_asked_for_lengthens_the_appendices_alone(plan, everything):
    many = tuple(
        structs.replace(way, id=f"{way.id}-{n}", family=f"{way.family}-{n}")
        for n in range(20)
        for way in plan.options
    )
    told = render_markdown(structs.replace(plan, options=(*plan.options, *many)), everything, full=True)
    assert len(tables(section(told, "Options like for like"))[0]) == 1 + MOST_COMPARED
    rows = tables(section(told, "All options, and what is ruled out"))
    assert len(rows[0]) == len(rows[1]) == 1 + 3 + 60


def test_every_amount_of_the_cost_is_a_line_of_the_ledger(plan):
    told = render_markdown(plan)
    header, *rows = tables(section(told, "Recommendation"))[1]
    amounts = {(row[0], next(cell for cell in row[1:3] if cell)) for row in rows}
    ledger = {
        (row[0], amount if amount == "unknown" else f"{number(amount):,.0f}")
        for head, *lines in tables(section(told, "Cost ledger"))
        for row in lines
        for amount in (row[head.index("Amount (USD)")],)
    }
    assert header == ["Item", "One-off USD", "USD a month", "Price"]
    assert amounts == ledger


def test_gates_are_steps_of_the_cutover(plan):
    told = render_markdown(plan)
    gates = [row[1:] for row in tables(section(told, "Preparation and cutover"))[-1][1:]]
    assert len(gates) == 3
    steps = [[row[1], *row[3:]] for found in tables(section(told, "Runbook of the cutover")) for row in found]
    assert all(gate in steps for gate in gates)


def test_an_assumed_input_has_its_source_among_the_facts(plan):
    told = render_markdown(plan)
    row = next(row for row in tables(section(told, "Inputs"))[0] if row[0] == "share")
    assert row[-1] == "appendix E"
    assert "assumptions/workload.share" in section(told, "Facts used")


def test_it_says_where_typical_values_alone_would_choose_another_way(plan):
    axis = Axis("link", ("100 Mbps", "1 Gbps", "10 Gbps"), np.array([1.25e7, 1.25e8, 1.25e9]))
    names = np.array([plan.options[1].id] * 3, dtype=object)
    days = np.array([30.0, 20.0, 10.0])
    other = Sweep((axis,), names, names, days, days, days, np.ones(3, bool), workload=None)
    told = render_markdown(plan, sweep=other)
    assert f"- 100 Mbps to 10 Gbps: {plan.options[1].name}\n" in told
    assert f"At today's rate typical values alone would choose {plan.options[1].name};" in told
    assert "the recommendation holds in 8 of 10 cases" in told
    late = structs.replace(plan, recommendation=structs.replace(plan.recommendation, meets=False))
    assert "recommendation holds" not in render_markdown(late, sweep=other)
    same = dataclasses.replace(other, option=np.array([plan.options[0].id] * 3, dtype=object))
    assert "typical values alone would choose" not in render_markdown(plan, sweep=same)


def test_a_line_rate_that_stands_alone_is_told_once(plan):
    axis = Axis("link", ("100 Mbps", "1 Gbps"), np.array([1.25e7, 1.25e8]))
    names, days = np.array(["a/b/c", "d/e/f"], dtype=object), np.array([30.0, 20.0])
    sweep = Sweep((axis,), names, names, days, days, days, np.ones(2, bool), workload=None)
    assert "- 100 Mbps: a/b/c\n- 1 Gbps: d/e/f\n" in render_markdown(plan, sweep=sweep)


@pytest.mark.parametrize(
    ("given", "told"),
    [("SMB data that moves.", "SMB data"), ("FSx for ONTAP.", "FSx"), ("Shares.", "shares")],
)
def test_what_a_check_applies_to_keeps_its_capitals(plan, given, told):
    checks = (structs.replace(plan.checks[0], applies=given),)
    text = section(render_markdown(structs.replace(plan, checks=checks)), "Network and design checks")
    assert f"Applies to: {told}" in text


def test_chances_in_tables_are_short(plan):
    ways = tuple(structs.replace(way, p_deadline=0.001) for way in plan.options)
    told = section(render_markdown(structs.replace(plan, options=ways)), "Options like for like")
    assert tables(told)[0][1][5] == "< 1 %"


def test_what_is_one_is_told_as_one(plan):
    cost = structs.replace(plan.options[0].cost_usd, horizon_months=1.0)
    files = structs.replace(plan.workload["files"], value=1.0, text="1")
    one = structs.replace(
        plan,
        options=tuple(structs.replace(option, cost_usd=cost) for option in plan.options),
        workload={**plan.workload, "files": files},
    )
    told = in_full(one)
    assert not re.findall(r"(?<![\d.,])1 (?:months|files|more facts|prices|days|hours)\b", told)
    assert "USD in 1 month" in told
    assert "150 TB in 1 file (SMB)" in told
    assert "; 1 price is old." in told
    assert "Total over 1 month: " in told
    assert "150 TB, 1 file, SMB over" in render(one, False, False)


def test_how_words_were_read_is_nothing_to_prepare(build):
    made = build.make()
    read = InputResult("ap-northeast-1", "", "ap-northeast-1", "given", "'Tokyo' is read as ap-northeast-1")
    plan = structs.replace(
        made,
        workload={**made.workload, "region": read},
        notes=("region: 'Tokyo' is read as ap-northeast-1", "2 tasks"),
    )
    told = section(render_markdown(plan), "Preparation and cutover")
    assert "- 2 tasks" in told
    assert "is read as" not in told
    assert "is read as" in section(render_markdown(plan), "Appendix A: Inputs".partition(": ")[2])


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            "2 agents, 2 tasks, what was sent is verified",
            "It is run with 2 agents and 2 tasks; what was sent is verified.",
        ),
        ("what was sent is verified", "What was sent is verified."),
    ],
)
def test_how_it_is_run_is_a_sentence(build, run, told):
    plan = build.make()
    first = structs.replace(plan.options[0], run_with=run, configuration=None)
    assert told in render_markdown(structs.replace(plan, options=(first, *plan.options[1:])))


def test_an_old_price_says_of_when_it_is(build):
    plan = build.make()
    cost = plan.options[0].cost_usd
    lines = [structs.replace(each, old=True, as_of="2025-09-25") for each in cost.lines]
    first = structs.replace(plan.options[0], cost_usd=structs.replace(cost, lines=tuple(lines)))
    told = render_markdown(structs.replace(plan, options=(first, *plan.options[1:])))
    assert "| confirmed 2025-09, ask again |" in told
    assert ", old" not in told
