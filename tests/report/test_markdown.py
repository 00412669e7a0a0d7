import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pymarkdown.api import PyMarkdownApi

from migplan.planner import make_plan
from migplan.report.charts import draw
from migplan.report.markdown import render_markdown
from migplan.results_json import results_from_dict
from migplan.scenario import read_scenario
from migplan.targets import Reason

PARSER = MarkdownIt("commonmark").enable("table")
SCENARIOS = sorted((Path(__file__).parents[2] / "reports").glob("*.toml"))
TITLES = [
    "Summary",
    "Recommended plan",
    "Options side by side",
    "Cost ledger",
    "Time breakdown and bottleneck",
    "Targets compared",
    "What survives",
    "Cutover plan",
    "Network and design checks",
    "Risks, and what would change the answer",
    "Inputs",
    "Facts used",
    "Method in ten lines",
    "What cannot be used, and why",
    "Sources",
]
EVIL = "a|b `c` <script>alert(1)</script>\n## Forged\n\u202e[x](javascript:y) ![p](q)"


def section(markdown, title):
    """The text of one section."""
    return markdown.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


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
        if dataclasses.is_dataclass(value):
            names = [field.name for field in dataclasses.fields(value) if field.name not in OURS]
            return dataclasses.replace(value, **{name: poison(getattr(value, name)) for name in names})
        return value

    return poison(plan)


def test_sections_come_in_the_order_in_which_a_reader_decides(plan):
    headings = re.findall(r"^## (.+)$", render_markdown(plan), re.MULTILINE)
    assert headings == TITLES


def test_the_summary_has_five_lines(any_plan):
    lines = [line for line in section(render_markdown(any_plan), "Summary").splitlines() if line]
    assert [line.split(".")[0] for line in lines] == ["1", "2", "3", "4", "5"]


def test_the_method_has_ten_lines(plan):
    lines = re.findall(r"^\d+\. ", section(render_markdown(plan), "Method in ten lines"), re.MULTILINE)
    assert lines == [f"{number}. " for number in range(1, 11)]


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
    """One-off and monthly sums out of the ledger's quantities and unit prices, held against what it prints."""
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
            monthly = total
        else:
            once = total
    last = re.search(r"Total over ([\d.]+) months: .* = \*\*(?:at least )?([\d,.]+) USD", told)
    assert number(last[2]) == pytest.approx(once + float(last[1]) * monthly, abs=0.01)
    return once, monthly


def test_the_total_is_rebuilt_from_the_markdown_alone(plan):
    once, monthly = rebuilt(render_markdown(plan))
    # The builder's own numbers: 161970.287671 x 0.0125 + 40e6 x 5e-6, and the two monthly lines.
    assert once == pytest.approx(2024.6286 + 200.0, abs=0.001)
    assert monthly == pytest.approx(2811.117 + 50.0, abs=0.001)
    assert "= **at least " in section(render_markdown(plan), "Cost ledger")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_real_plans_are_whole_and_rebuilt_from_their_markdown(path):
    day = dt.date(2024, 6, 1) if path.stem.startswith("history") else dt.date(2026, 11, 23)
    real = make_plan(read_scenario(path), today=day, samples=50)
    told = render_markdown(real)
    once, monthly = rebuilt(told)
    cost = real.chosen.cost_usd
    assert once == pytest.approx(cost.one_off, abs=0.01)
    assert monthly == pytest.approx(cost.monthly, abs=0.01)
    for found in tables(told):
        assert {len(row) for row in found} == {len(found[0])}
    assert PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(told).scan_failures == []
    assert render_markdown(results_from_dict(json.loads(real.to_json()))) == told


def test_an_unknown_price_is_never_a_zero(plan):
    told = section(render_markdown(plan), "Cost ledger")
    row = next(line for line in told.splitlines() if line.startswith("| Throughput while loading"))
    assert row.count("unknown") == 3
    assert "| 0" not in row
    assert "at least" in section(render_markdown(plan), "Summary")


def test_a_plan_read_back_from_its_json_gives_the_same_report(any_plan):
    again = results_from_dict(json.loads(any_plan.to_json()))
    assert render_markdown(again, True) == render_markdown(any_plan, True)


def test_prices_come_oldest_first(plan):
    header, *rows = tables(section(render_markdown(plan), "Facts used"))[0]
    assert [row[header.index("As of")] for row in rows] == ["2024-01-05", "2025-06-01", "2026-11-01"]
    assert rows[0][header.index("Status")] == "confirmed, old"


def test_facts_of_other_ways_and_of_replaced_assumptions_are_left_out(plan):
    told = section(render_markdown(plan), "Facts used")
    assert "movers/datasync-basic" in told
    assert "movers/robocopy" not in told
    assert "workload.share" in told
    given = {**plan.workload, "share": dataclasses.replace(plan.workload["share"], status="given")}
    assert "workload.share" not in section(
        render_markdown(dataclasses.replace(plan, workload=given)), "Facts used"
    )
    assert "movers/robocopy" in section(render_markdown(plan, everything=True), "Facts used")


def test_options_are_the_best_of_each_family_unless_all_are_wanted(plan):
    told = section(render_markdown(plan), "Options side by side")
    assert [row[1] for row in tables(told)[0][1:]] == [way.id for way in plan.options if way.usable]
    assert "Closed to new customers: snowball-edge-80tb" in told


def test_what_cannot_be_used_says_why_with_its_source(plan):
    rows = tables(section(render_markdown(plan), "What cannot be used, and why"))[0][1:]
    assert rows[0][:2] == ["snowball-edge-80tb", "Snowball is closed to new customers since 2025-11-07"]
    assert rows[0][2].startswith("S")


def test_a_source_has_one_number_throughout(plan):
    told = render_markdown(plan)
    numbered = dict(re.findall(r"^- (S\d+): <(.+)>$", told, re.MULTILINE))
    assert len(set(numbered.values())) == len(numbered)
    for number, address in re.findall(r"\[(S\d+)\]\(([^)]+)\)", told):
        assert numbered[number] == address


def test_levers_stand_where_nothing_meets(build):
    told = section(render_markdown(build.hopeless()), "Risks, and what would change the answer")
    assert "| link | 1 Gbps | 3 Gbps |" in told


def test_typical_values_alone_promise_no_chance(build):
    told = render_markdown(build.typical())
    assert "P80" not in section(told, "Options side by side")
    assert "no chance can be told" in told


def test_the_deadline_is_the_last_day_that_counts(plan):
    # 60 days from midnight of 1 December 2026 end with the 29th of January 2027.
    assert "The deadline is the end of 2027-01-29; the chance to keep it is 90 %." in render_markdown(plan)


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
    pictures = draw(plan, stem="my plan")
    told = render_markdown(plan, pictures=pictures)
    assert "](my%20plan-options.svg)" in section(told, "Options side by side")
    assert "](my%20plan-time.svg)" in section(told, "Time breakdown and bottleneck")
    assert "](my%20plan-chance.svg)" in section(told, "Risks, and what would change the answer")


def test_reasons_of_a_target_are_all_told(plan):
    told = section(render_markdown(plan), "Targets compared")
    assert "does not serve SMB clients" in told
    assert "3 file systems: join them by DFS" in told


def test_fidelity_marks_what_must_be_kept(plan):
    header, *rows = tables(section(render_markdown(plan), "What survives"))[0]
    assert header[:3] == ["What", "Must be kept", "Option 1"]
    assert rows[0] == ["NTFS permissions (DACLs)", "yes", "kept", "kept", "kept"]
    assert ["alternate data streams", "no", "lost", "lost", "lost"] in rows
    assert ["extended attributes", "no", "not known", "not known", "not known"] in rows


def test_requirements_that_two_things_share_are_told_once(plan):
    twice = (*plan.options[0].requires, Reason("active-directory", "Again.", ""))
    ways = (dataclasses.replace(plan.options[0], requires=twice), *plan.options[1:])
    told = section(render_markdown(dataclasses.replace(plan, options=ways)), "Recommended plan")
    assert told.count("Active Directory") + told.count("Again") == 1
