"""What somebody begins with: a first scenario, the form of the files that people write, and what files say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import check_outputs, format_of, write_result
from migplan.inputs.fields import SCENARIO_FILE
from migplan.inputs.scenario import given_fields
from migplan.language import ENGLISH

if TYPE_CHECKING:
    from migplan.results.model import Plan

Scenario = Path | str | Mapping[str, Any] | None
"""A scenario file (.toml), a plan (.json) whose inputs are taken again, or fields as texts."""


def _fields_of(scenario: Scenario, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The fields of a scenario or of a plan, with others over them."""
    if isinstance(scenario, (Path, str)) and Path(scenario).suffix.lower() == ".json":
        from migplan.results.json import given_again

        scenario = given_again(read_plan(scenario))
    return given_fields(scenario, fields or {})


def _language_of(scenario: Scenario, lang: str | None) -> str:
    """The language that is asked for, else that of a scenario, else English."""
    return lang or (None if scenario is None else _fields_of(scenario).get("lang")) or ENGLISH


def write_scenario(path: Path | str, *, force: bool = False, **fields: Any) -> tuple[Path, Path]:
    """Write a scenario file to begin with, and beside it the schema by which editors complete and check it.

    Parameters
    ----------
    path : path
        The file, which ends in ``.toml``. A device or a pipe gets the text alone.
    force : bool, optional
        Replace a file that is there.
    **fields
        What it says, as for `plan`; other fields that matter stand in it as comments. With none of them it says what
        an example says.

    Returns
    -------
    tuple of path
        The scenario and its schema.

    Raises
    ------
    MigplanError
        With every fault of the fields; or a file is there already or could not be written.
    """
    from migplan.inputs.fields import SCHEMA_FILE
    from migplan.inputs.schema import schema_text

    path = Path(path)
    check_outputs((), [path], force)
    format_of(path, None, ("toml",))
    beside = {SCHEMA_FILE: schema_text(schema())}
    write_result(path, scenario_text(path.name, **fields), "toml", beside, force=force)
    return path, path.with_name(SCHEMA_FILE)


def scenario_text(name: str = SCENARIO_FILE, /, **fields: Any) -> str:
    """The text of a scenario file to begin with: what `write_scenario` writes.

    Parameters
    ----------
    name : str, optional
        What the file is called in the command that it shows.
    **fields
        As for `write_scenario`.

    Raises
    ------
    MigplanError
        With every fault of the fields.

    Examples
    --------
    >>> [line for line in scenario_text(volume="20 TB").splitlines() if line.startswith("volume")]
    ['volume = "20 TB"']
    """
    from migplan.analyses.plan import check_fields
    from migplan.facts import load
    from migplan.inputs.fields import BY_NAME, SHOWN
    from migplan.inputs.template import scenario_template

    said = {key: value for key, value in fields.items() if value is not None}
    shown = {key: BY_NAME[key].example for key in SHOWN if not said or key == "volume"} | said
    check_fields(shown)
    return scenario_template(shown, load().assumptions, name)


def schema(kind: str = "") -> dict[str, Any]:
    """JSON Schema of a scenario, or of the profiles of a kind.

    Parameters
    ----------
    kind : str, optional
        A folder of the profiles, such as ``"prices"``; a scenario where it is empty.

    Raises
    ------
    MigplanError
        There is no such kind.

    Examples
    --------
    >>> schema()["type"], schema("prices")["title"]
    ('object', 'Price')
    """
    if not kind:
        from migplan.inputs.schema import scenario_schema

        return scenario_schema()
    from migplan.facts.schema import MODELS, json_schema
    from migplan.text import did_you_mean

    if kind not in MODELS:
        wanted = did_you_mean(kind, list(MODELS), f"wanted one of {', '.join(MODELS)}")
        raise MigplanError(Fault("bad-choice", "kind", f"{shorten(kind)} is not known; {wanted}"))
    return {"$id": f"urn:migplan:profile:{kind}", **json_schema(kind)}


def read_plan(path: Path | str) -> Plan:
    """Read a plan from the JSON that ``Plan.to_json`` gives and the command line writes.

    Raises
    ------
    MigplanError
        The file cannot be read, is not JSON, or is no plan.
    """
    from migplan.results.json import read_results

    return read_results(Path(path))
