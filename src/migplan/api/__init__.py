"""What programs call, and the command line too: a function for each command, re-exported by `migplan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.api.beginning import Scenario, _fields_of, _language_of
from migplan.api.beginning import read_plan as read_plan
from migplan.api.beginning import scenario_text as scenario_text
from migplan.api.beginning import schema as schema
from migplan.api.beginning import write_scenario as write_scenario
from migplan.api.comparing import diff as diff
from migplan.api.counting import take_inventory as take_inventory
from migplan.api.estates import plan_estate as plan_estate
from migplan.api.pricing import price_lists as price_lists
from migplan.api.pricing import refresh_prices as refresh_prices
from migplan.api.settings import Day, _day_of, _settings_of, _whole
from migplan.api.tracking import track as track
from migplan.errors import Fault, MigplanError
from migplan.files import check_outputs, format_of, is_stream, shown, write_result
from migplan.language import ENGLISH, speaking
from migplan.progress import tell

if TYPE_CHECKING:
    import pandas as pd

    from migplan.analyses.backtest import Backtest
    from migplan.analyses.breakeven import Comparison
    from migplan.analyses.sweep import Sweep
    from migplan.analyses.tornado import Tornado
    from migplan.facts import Catalogue
    from migplan.results.estate import EstatePlan
    from migplan.results.model import CheckResult, Plan

_REPORTED = "wanted a scenario (.toml), a plan (.json) or the table of a batch (.csv)"


def plan(
    scenario: Scenario = None,
    /,
    *,
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    samples: int = 1000,
    seed: int = 0,
    pilot: Path | str | None = None,
    **fields: Any,
) -> Plan:
    """Plan one migration.

    Parameters
    ----------
    scenario : path or mapping, optional
        A scenario (.toml), a plan (.json) whose inputs are planned again, or fields.
    profiles : sequence of path, optional
        Folders of your own profiles, laid over those of migplan by id.
    today : date or ISO text, optional
        The day to plan for; the current day where it is absent.
    samples : int, optional
        Draws for the percentiles; 0 leaves typical values alone, by which options are ranked then.
    seed : int, optional
        Random seed of the draws.
    pilot : path, optional
        A pilot file, whose measurements stand in for what the profiles say.
    **fields
        Input fields, as texts with units, over those of the scenario: ``volume="150 TB"``, ``link="1 Gbps"``,
        ``keep=["dacl", "owner"]``.

    Returns
    -------
    Plan
        A frozen record; ``to_dict()`` gives what the command line writes as JSON.

    Raises
    ------
    MigplanError
        With every fault of the input.

    Examples
    --------
    >>> plan(volume="150 TB", link="1 Gbps", samples=0).options[0].line_rate_days > 17
    True
    """
    from migplan.analyses.clouds import make_any_plan

    return make_any_plan(
        _fields_of(scenario, fields), profiles, *_settings_of(today, samples, seed), _path(pilot)
    )


def sweep(
    scenario: Scenario = None,
    /,
    *,
    over: str | Sequence[str],
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    samples: int | None = None,
    seed: int = 0,
    pilot: Path | str | None = None,
    **fields: Any,
) -> Sweep:
    """Find the winner for every value of an input, or of two.

    Parameters
    ----------
    scenario : path or mapping, optional
        As for `plan`, as are the parameters that are not named here.
    over : str or sequence of str
        One or two axes such as ``"link=100Mbps..10Gbps:25"`` or ``"protocol=smb,nfs"``.
    samples : int, optional
        Draws, by which each cell is judged as by a plan; 0 goes by typical values. As many as a plan has where it is
        absent, and none for more than 400 cells.

    Raises
    ------
    MigplanError
        With every fault of the scenario or of an axis.
    """
    from migplan.analyses.sweep import read_axis, run_sweep

    axes = [read_axis(text) for text in ([over] if isinstance(over, str) else over)]
    return run_sweep(
        _fields_of(scenario, fields), axes, profiles, *_settings_of(today, samples, seed), _path(pilot)
    )


def breakeven(
    scenario: Scenario = None,
    /,
    *,
    between: Sequence[str] | None = None,
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    pilot: Path | str | None = None,
    **fields: Any,
) -> Comparison:
    """Find the volume and the line rate at which two options take the same time, and cost the same.

    Parameters
    ----------
    scenario : path or mapping, optional
        As for `plan`, as are the parameters that are not named here.
    between : sequence of str, optional
        Two ids of options; without it the best over a line of the site and the best by device.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    from migplan.analyses.breakeven import find_breakevens

    return find_breakevens(
        _fields_of(scenario, fields), between or (), profiles, _day_of(today), _path(pilot)
    )


def tornado(
    scenario: Scenario = None,
    /,
    *,
    option: str = "",
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    pilot: Path | str | None = None,
    **fields: Any,
) -> Tornado:
    """Rank the uncertain inputs of one option by how far they move its finish.

    Parameters
    ----------
    scenario : path or mapping, optional
        As for `plan`, as are the parameters that are not named here.
    option : str, optional
        Its id; the recommended one where it is empty.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    from migplan.analyses.tornado import find_tornado

    return find_tornado(_fields_of(scenario, fields), option, profiles, _day_of(today), _path(pilot))


def batch(
    table: pd.DataFrame | Path | str,
    *,
    options: str = "best",
    samples: int = 0,
    seed: int = 0,
    today: Day = None,
    profiles: Sequence[Path | str] = (),
    pilot: Path | str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Plan every row of a table.

    Parameters
    ----------
    table : DataFrame or path
        Columns are read by their headers as ``migplan batch`` reads them; all others pass through as they are.
    options : str, optional
        ``"best"``, ``"families"`` or ``"all"``: the rows that come out for one that goes in.
    samples : int, optional
        Draws for the percentiles; 0 ranks by typical values and leaves them out.
    seed, today, profiles, pilot
        As for `plan`.
    **settings
        How the table is written, ``maps={"Used": "volume:GB"}``, ``units={"T": "TiB"}``, ``empty=["n/a"]``,
        ``decimal``, ``thousands``, ``encoding``, ``delimiter``, ``nested``; and input fields for rows that do not say
        them: ``link="1 Gbps"``.

    Returns
    -------
    DataFrame
        Every row of the table in its order and with its index (the line, of a file), then the columns of the results,
        and `errors`: what is wrong with a row that has no plan; missing where nothing is. With ``"families"`` or
        ``"all"`` a row is there once for each option. What was assumed, and of how many rows, is in ``attrs["notes"]``.

    Raises
    ------
    MigplanError
        The file, its columns or the settings are wrong. A bad row raises nothing.
    """
    from migplan.estate.frames import plan_frame

    return plan_frame(
        table,
        options=options,
        samples=_whole("samples", samples),
        seed=_whole("seed", seed),
        today=_day_of(today),
        profiles=profiles,
        pilot=pilot,
        **settings,
    )


def check(
    scenario: Scenario = None,
    /,
    *,
    routes: Sequence[str] = (),
    traits: Sequence[str] = (),
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    pilot: Path | str | None = None,
    lang: str | None = None,
) -> tuple[CheckResult, ...]:
    """Hold design checks against a scenario and the option that its plan recommends, or against routes and traits.

    Parameters
    ----------
    scenario : path or mapping, optional
        As for `plan`, as are the parameters that are not named here. Without it, and without routes and traits, all
        checks are listed.
    routes : sequence of str, optional
        Routes to check, in place of the recommended one.
    traits : sequence of str, optional
        What applications depend on, besides what the scenario says.
    lang : str, optional
        The language of their texts, such as "ja"; that of the scenario, or English, where it is absent.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    from migplan.analyses.checks import all_checks, checks_of

    if scenario is not None:
        from migplan.analyses.plan import scenario_checks

        fields = {**_fields_of(scenario), "lang": _language_of(scenario, lang)}
        return scenario_checks(fields, routes, traits, profiles, _day_of(today), _path(pilot))
    with speaking(lang or ENGLISH):
        known = _day_of(today)
        return checks_of(routes, traits, profiles, known) if routes or traits else all_checks(profiles)


def backtest(
    cases: Path | str,
    *,
    profiles: Sequence[Path | str] = (),
    leave_one_source_out: bool = False,
    leave_one_class_out: bool = False,
    half_history: bool = False,
    samples: int = 1000,
    seed: int = 0,
) -> Backtest:
    """Forecast completed migrations from their inputs alone, beside what was measured.

    Parameters
    ----------
    cases : path
        A CSV with an id, a tool, what else is known, and a duration or a throughput.
    leave_one_source_out : bool, optional
        Forecast each source with constants fitted on the others.
    leave_one_class_out : bool, optional
        Forecast each class of tools with constants fitted on the others.
    half_history : bool, optional
        Leave one source out, and each half of a source of four cases or more after the other half was learned from.

    Raises
    ------
    MigplanError
        With every fault of every line.
    """
    from migplan.analyses.backtest import read_cases, run

    return run(
        read_cases(Path(cases)),
        profiles,
        leave_one_source_out,
        _whole("samples", samples),
        _whole("seed", seed),
        half_history,
        leave_one_class_out,
    )


def write_overlay(
    cases: Path | str,
    folder: Path | str,
    *,
    profiles: Sequence[Path | str] = (),
    from_priors: bool = False,
    force: bool = False,
) -> list[Path]:
    """Write profiles whose constants are drawn towards completed migrations.

    Parameters
    ----------
    cases : path
        As for `backtest`.
    folder : path
        Where the profiles go.
    from_priors : bool, optional
        Begin at what documents say, and not at the profiles as they are.
    force : bool, optional
        Replace files that migplan did not write.

    Returns
    -------
    list of path
        The files that were written.

    Raises
    ------
    MigplanError
        With every fault of every line, or a file that could not be written.
    """
    from migplan.analyses.backtest import learn, read_cases

    return learn(read_cases(Path(cases)), Path(folder), profiles, from_priors, force=force)


def write_report(
    source: Plan | EstatePlan | Scenario,
    path: Path | str,
    *,
    form: str | None = None,
    title: str = "",
    everything: bool = False,
    full: bool = False,
    force: bool = False,
    **settings: Any,
) -> tuple[Path, ...]:
    """Write a report: Markdown with its charts as SVG files beside it, or one HTML file.

    Parameters
    ----------
    source : Plan, EstatePlan, path or mapping
        A plan; a scenario (.toml), the JSON of a plan or an estate, or the CSV of a batch; or the fields of a scenario.
    path : path
        The report. A device or a pipe gets the text without charts.
    form : str, optional
        'markdown' or 'html'; by the suffix of the path where it is absent.
    title : str, optional
        Heading; the name of the plan where it is empty.
    everything : bool, optional
        Show every option and fact; the report is full then.
    full : bool, optional
        Complete appendices: else four pages to decide on and what the recommended option rests on.
    force : bool, optional
        Replace files that migplan did not write.
    **settings
        profiles, today, samples, seed and pilot as for `plan`, for a scenario.

    Returns
    -------
    tuple of path
        What was written: the report, and then the charts beside it.

    Raises
    ------
    MigplanError
        With every fault of the input; or a file would destroy another one or could not be written.
    """
    path = Path(path)
    inputs = [Path(each) for each in (source, *settings.get("profiles", ())) if isinstance(each, (Path, str))]
    if settings.get("pilot") is not None:
        from migplan.inputs.pilot_file import files_of

        inputs += files_of(Path(settings["pilot"]))
    check_outputs(inputs, [path], force)
    form = format_of(path, form, ("markdown", "html"))
    style = {"form": form, "everything": everything, "title": title, "full": full or everything}
    files = _report_files(source, "" if is_stream(path) else path.name, style, settings)
    *beside, (_, text) = files.items()
    write_result(path, text, form, dict(beside), inputs, force)
    return path, *(path.with_name(name) for name, _ in beside if not is_stream(path))


def _report_files(
    source: Any, name: str, style: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, str]:
    """The files of a report by name, the report itself last; without a name it stands alone."""
    from migplan.report.html import estate_files, portfolio_files, report_files
    from migplan.results.estate import EstatePlan
    from migplan.results.json import read_either

    tell("reading")
    kind = Path(source).suffix.lower() if isinstance(source, (Path, str)) else ".toml"
    if kind == ".csv":
        _refuse_to_translate(None, settings)
        from migplan.report.shares import read_shares, read_unplanned

        unplanned = read_unplanned(Path(source))
        return portfolio_files(
            read_shares(Path(source)), name, style["form"], style["title"], unplanned, style["full"]
        )
    if kind == ".json":
        source = read_either(Path(source))
        _refuse_to_translate(None if isinstance(source, EstatePlan) else source, settings)
    elif kind != ".toml":
        found = f"ends in {kind!r}" if kind else "has no suffix"
        raise MigplanError(Fault("bad-choice", shown(source), f"{found}; {_REPORTED}"))
    if source is None or isinstance(source, (Path, str, Mapping)):
        from migplan.analyses.sweep import sweep_line

        given = _fields_of(source)
        tell("planning")
        made = plan(given, **settings)
        asked: dict[str, Any] = {key: settings[key] for key in ("profiles", "pilot") if key in settings}
        asked["today"] = _day_of(settings.get("today"))
        tell("sweeping line rates")
        swept = sweep_line(given, made, **asked)
        tell("writing the report")
        return report_files(made, name, sweep=swept, **style)
    tell("writing the report")
    if isinstance(source, EstatePlan):
        return estate_files(source, name, style["form"], style["title"])
    return report_files(source, name, **style)


def _refuse_to_translate(made: Plan | None, settings: Mapping[str, Any]) -> None:
    """What is planned already has its sentences, and what is told of many shares is in English alone."""
    from migplan.report.view import language_of

    had, wanted = ENGLISH if made is None else language_of(made), settings.get("lang") or ENGLISH
    if "lang" in settings and settings["lang"] and had != wanted:
        told = f"what is planned already is told in {had!r}; wanted a scenario (.toml), or that language"
        raise MigplanError(Fault("bad-choice", "lang", told))


def load_facts(profiles: Sequence[Path | str] = ()) -> Catalogue:
    """Read the facts that plans rest on, with your own profiles over those of migplan by id.

    Raises
    ------
    MigplanError
        With every fault of every profile.
    """
    from migplan.facts import load

    return load(profiles)


def _path(path: Path | str | None) -> Path | None:
    return None if path is None else Path(path)
