"""The schema of a scenario: what can be planned fits it, and a slip does not."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from migplan.errors import UnitError
from migplan.facts import own_folder
from migplan.facts.keys import KINDS
from migplan.facts.schema import json_schema
from migplan.inputs.fields import BY_NAME, FIELDS
from migplan.inputs.readers import READERS
from migplan.inputs.schema import scenario_schema

jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "reports").glob("*.toml"))
CHECK = jsonschema.Draft202012Validator(scenario_schema())


def plain(value):
    """A scenario as editors see it: JSON has no dates."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_of_the_reports_fit(path):
    given = plain(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [error.message for error in CHECK.iter_errors(given)] == []
    wrong = {**given, "vlume": given["volume"]}
    assert "'vlume' was unexpected" in next(CHECK.iter_errors(wrong)).message


@pytest.mark.parametrize("field", [field for field in FIELDS if field.example], ids=lambda field: field.name)
def test_an_example_fits(field):
    assert CHECK.is_valid({"volume": "1 TB", field.name: field.example})


@pytest.mark.parametrize("field", [field for field in FIELDS if field.form == "choice"], ids=lambda f: f.name)
def test_a_choice_fits_in_every_form_that_is_read(field):
    for word in (*field.choices, *(also for also, _ in field.also)):
        for text in (word, word.upper(), f" {word} ", word.title(), word.replace("smb", "SMB v")):
            try:
                READERS["choice"](field, text)
            except UnitError:
                continue
            assert CHECK.is_valid({"volume": "1 TB", field.name: text}), text
    assert not CHECK.is_valid({"volume": "1 TB", field.name: "someword"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("volume", 150),
        ("volume", "150"),
        ("link", "fast"),
        ("deadline", 30),
        ("keep", ["acl"]),
        ("sizes", []),
        ("sizes", [{"size": "1 MB"}]),
        ("changed", [{"days": 1, "volume": "1 GB", "more": 1}]),
    ],
)
def test_what_cannot_be_read_does_not_fit(name, value):
    with pytest.raises(UnitError):
        READERS[BY_NAME[name].form](BY_NAME[name], value)
    assert not CHECK.is_valid({"volume": "1 TB", name: value})


def test_histories_and_histograms_fit():
    given = {
        "volume": "1 TB",
        "sizes": [{"size": "1 MB", "files": "1M"}],
        "changed": [{"days": 1, "volume": "1 GB"}],
    }
    assert CHECK.is_valid(given)


@pytest.mark.parametrize("kind", KINDS)
def test_our_profiles_fit_their_schema(kind):
    check = jsonschema.Draft202012Validator(json_schema(kind))
    for path in sorted((own_folder() / kind).glob("*.toml"))[:20]:
        given = plain(tomllib.loads(path.read_text(encoding="utf-8")))
        assert [f"{path.stem}: {error.message}" for error in check.iter_errors(given)] == []
