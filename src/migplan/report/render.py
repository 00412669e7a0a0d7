"""Each result as a text in one of its formats; what a format needs is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migplan.language import ENGLISH, speaking

if TYPE_CHECKING:
    from migplan.analyses.backtest import Backtest
    from migplan.analyses.breakeven import Comparison
    from migplan.analyses.diff import PlanDiff
    from migplan.analyses.sweep import Sweep
    from migplan.analyses.tornado import Tornado
    from migplan.results.estate import EstatePlan
    from migplan.results.model import CheckResult, Plan
    from migplan.tracking.model import Track


def render_plan(
    plan: Plan, form: str, everything: bool = False, terminal: bool = False, verbose: bool = False
) -> str:
    """A plan as 'table', 'json', 'markdown' or 'html'; colours are for a terminal, and `verbose` for a table."""
    if form == "json":
        return plan.to_json()
    if form == "table":
        from migplan.report.terminal import render

        return render(plan, everything, terminal, verbose)
    if form == "html":
        from migplan.report.html import render_html

        return render_html(plan, everything)
    from migplan.report.markdown import render_markdown

    return render_markdown(plan, everything)


def render_estate(
    plan: EstatePlan, form: str, width: int = 100, verbose: bool = False, terminal: bool = False
) -> str | bytes:
    """The plan of an estate as 'table', 'json', 'markdown', 'html', 'csv' or 'ics'.

    `verbose` and colours are for a table; 'csv' has a row a share and 'ics' an event a wave.
    """
    if form == "json":
        return plan.to_json()
    if form in ("markdown", "html"):
        from migplan.report.html import estate_files

        return estate_files(plan, "", form)[""]
    if form in ("csv", "ics"):
        from migplan.report.estate import calendar

        return calendar.calendar_csv(plan) if form == "csv" else calendar.calendar_ics(plan)
    from migplan.report.estate.terminal import render

    return render(plan, width, terminal, verbose)


def render_sweep(sweep: Sweep, form: str, width: int = 100) -> str | bytes:
    """A sweep as 'table', 'csv', 'json', 'svg' or 'png'."""
    if form in ("svg", "png"):
        from migplan.report.charts import draw_sweep

        return draw_sweep(sweep, form)
    from migplan.report import sweep as tables

    return tables.render_sweep(sweep, form, width)


def render_breakeven(comparison: Comparison, form: str, width: int = 100) -> str:
    """Break-evens as 'table' or 'json'."""
    from migplan.report import whatif

    return whatif.breakeven_json(comparison) if form == "json" else whatif.breakeven_table(comparison, width)


def render_tornado(tornado: Tornado, form: str, everything: bool = False, width: int = 100) -> str | bytes:
    """A tornado as 'table', 'json', 'svg' or 'png'."""
    if form in ("svg", "png"):
        from migplan.report.charts import draw_tornado

        return draw_tornado(tornado, form, everything)
    from migplan.report import whatif

    if form == "json":
        return whatif.tornado_json(tornado)
    return whatif.tornado_table(tornado, width, everything)


def render_diff(diff: PlanDiff, form: str, everything: bool = False, width: int = 100) -> str:
    """What changed between two plans as 'table', 'markdown' or 'json'."""
    from migplan.report import diff as report

    if form == "json":
        return report.diff_json(diff)
    if form == "markdown":
        return report.diff_markdown(diff, everything)
    return report.diff_table(diff, width, everything)


def render_checks(
    checks: Sequence[CheckResult],
    form: str,
    as_list: bool = False,
    width: int = 100,
    terminal: bool = False,
    lang: str = ENGLISH,
) -> str:
    """Design checks as 'table', 'json' or 'markdown'; as a list they say when they apply and no more."""
    from migplan.report import reference

    with speaking(lang):
        return reference.render_checks(checks, form, as_list, width, terminal)


def render_backtest(backtest: Backtest, form: str, width: int = 100) -> str:
    """A backtest as 'table', 'json' or 'markdown'."""
    from migplan.report import backtest as report

    return report.render(backtest, form, width)


def render_track(
    track: Track, form: str, width: int = 100, terminal: bool = False, lang: str = ENGLISH
) -> str:
    """A running move as 'table', 'json', 'markdown' or 'html'; JSON is in English, whoever asks."""
    if form == "json":
        return track.to_json()
    from migplan.report import track as report

    with speaking(lang):
        if form == "table":
            return report.render_table(track, width, terminal)
        return report.render_html(track) if form == "html" else report.render_markdown(track)
