"""`migplan track`: a move that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import (
    Choice,
    HelpCommand,
    completed,
    lang_option,
    pilot_option,
    profiles_option,
    samples_options,
)
from migplan.cli.output import Output, announce_written, paths_of
from migplan.inputs.fields import BY_NAME
from migplan.language import ENGLISH

FORMS = ("table", "json", "markdown", "html")


@click.command("track", cls=HelpCommand)
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN.json")
@click.argument("progress", nargs=-1, type=click.Path(path_type=Path), metavar="PROGRESS...")
@click.option("-o", "--output", "state", type=click.Path(path_type=Path), metavar="STATE.json",
    help="Keep samples and forecasts here; what is here already counts.")  # fmt: skip
@click.option(
    "--format",
    "form",
    type=Choice(FORMS),
    default="table",
    help="Format on standard output.  [default: table]",
)
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the report here too.")
@click.option("--force", is_flag=True, help="Replace a report that migplan did not write.")
@click.option(
    "--at",
    metavar="TIME",
    help="Moment to report for, such as '2026-11-28T09:00+01:00'.  [default: the newest known]",
)
@click.option(
    "--option",
    default="",
    metavar="ID",
    help="The option that is run.  [default: the recommended one]",
    shell_complete=completed("complete_planned"),
)
@click.option(
    "--zone",
    default="",
    metavar="ZONE",
    help="Time zone of logs that name none.  [default: the plan's]",
    shell_complete=completed("complete_field", BY_NAME["timezone"]),
)
@click.option("--trust", is_flag=True, help="Take logs though they look like those of another move.")
@click.option(
    "--finish",
    type=click.Path(path_type=Path),
    metavar="CASES.csv",
    help="Add the finished move to these cases.",
)
@lang_option
@samples_options(1)
@profiles_option
@pilot_option
def track(
    plan: Path,
    progress: tuple[Path, ...],
    form: str,
    report: Path | None,
    force: bool,
    lang: str | None,
    **said: Any,
) -> None:
    """Follow a move that runs: how far it is, when it ends, and why that is not as planned.

    PLAN.json is the plan that is followed. PROGRESS is what tools say: DataSync describe-task-execution, logs of
    robocopy, rclone and rsync, JSON of azcopy, job runs of Storage Mover, operations of Storage Transfer, or a CSV with
    time, bytes and files. Several jobs of one move add up.
    """
    from migplan import api
    from migplan.files import check_outputs, format_of, write_result
    from migplan.report.render import render_track

    inputs, made = (*paths_of({**said, "read": (plan, *progress)}),), format_of(report, None, FORMS)
    if report is not None:
        check_outputs(inputs, [report], force)
    found, told = api.track(plan, *progress, **said), lang or ENGLISH
    if report is not None:
        write_result(report, render_track(found, made, lang=told), made, inputs=inputs, force=force)
        announce_written(report)
    output = Output(None, form)
    output.write(render_track(found, form, output.width, output.terminal, told))
