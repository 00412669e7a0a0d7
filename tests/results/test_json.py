import json
import math

import pytest

from migplan.engine.targets import Reason
from migplan.errors import MigplanError
from migplan.results.json import read_results, results_from_dict
from migplan.results.model import (
    CostResult,
    InputResult,
    LedgerLine,
    OptionResult,
    PhaseResult,
    Plan,
    Recommendation,
    TargetResult,
)


def small():
    row = LedgerLine("Data", "x", math.nan, "GB", None, None, False, "", "", "unknown", False, "", "")
    way = OptionResult(
        "a/b/c", "online", "online:a", "a", "b", None, "c", True, True, (Reason("x", "y"),), None, 12.5, None, None,
        None, None, None, None, None, "link", 0, 1, 2, None, (PhaseResult("copy", 0.0, 12.5, "link"),),
        CostResult(None, 5.0, None, False, (row,), 12.0), {"kept": ("dacl",), "lost": ()}, ("note",), (), 1, "A",
        ((10.0, 0.5),),
    )  # fmt: skip
    advice = Recommendation("a/b/c", "c", False, ("why",), math.inf, ({"option": "d"},), ({"field": "link"},))
    target = TargetResult("c", "C", True, True, 1, 1e12, None, None, False, (), ())
    inputs = {"start": InputResult("2026-12-01", "", "2026-12-01", "given", "")}
    return Plan("2026-11-23", inputs, advice, (way,), (target,), (), ())


def test_what_was_written_is_read_back():
    again = results_from_dict(json.loads(small().to_json()))
    assert again.to_json() == small().to_json()
    assert again.workload["start"].value.isoformat() == "2026-12-01"
    assert again.options[0].fidelity == {"kept": ("dacl",), "lost": ()}
    assert again.options[0].done_by == ((10.0, 0.5),)
    assert math.isnan(again.recommendation.misses_by_days)
    assert math.isnan(again.options[0].cost_usd.lines[0].quantity)


def test_whole_numbers_are_numbers_again():
    again = results_from_dict(json.loads(small().to_json()))
    assert isinstance(again.options[0].phases[0].start_days, float)
    assert isinstance(again.options[0].passes, int)


def test_keys_of_a_later_version_are_left_out():
    plain = json.loads(small().to_json())
    plain["options"][0]["later"] = 1
    plain["later"] = 1
    assert results_from_dict(plain).to_json() == small().to_json()


def test_fields_with_a_default_may_be_missing():
    plain = json.loads(small().to_json())
    del plain["options"][0]["done_by"], plain["targets"][0]["kind"], plain["notes"]
    assert results_from_dict(plain).options[0].done_by == ()
    assert results_from_dict(plain).notes == ()


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda p: p.pop("schema"), "schema: is missing; wanted 'migplan.plan/1'"),
        (lambda p: p.update(schema="migplan.plan/9"), "schema: is 'migplan.plan/9'"),
        (lambda p: p.pop("options"), "options: is missing"),
        (lambda p: p.update(options={}), "options: is '{}'; wanted a list"),
        (lambda p: p["options"][0].pop("cost_usd"), "options.0.cost_usd: is missing"),
        (lambda p: p["options"][0].update(passes="2"), "options.0.passes: is '2'; wanted a whole number"),
        (lambda p: p["options"][0].update(usable=1), "options.0.usable: is '1'; wanted true or false"),
        (
            lambda p: p["options"][0].update(duration_days="x"),
            "options.0.duration_days: is 'x'; wanted a number",
        ),
        (
            lambda p: p["options"][0].update(done_by=[[1]]),
            "options.0.done_by.0: has 1 members; wanted 2",
        ),
        (lambda p: p["options"][0].update(fidelity=[]), "options.0.fidelity: is '\\[\\]'; wanted a table"),
        (lambda p: p["workload"]["start"].update(value="soon"), "workload.start.value: 'soon' is not a date"),
        (lambda p: p.update(today=3), "today: is '3'; wanted a text"),
        (
            lambda p: p["workload"].update(files=p["workload"]["start"] | {"text": 3}),
            "workload.files.text: is '3'; wanted a text",
        ),
        (lambda p: p["options"][0]["parts"].update(x=1), "options.0.parts.x: is '1'; wanted a text"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(tmp_path, change, wanted):
    plain = json.loads(small().to_json())
    change(plain)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(MigplanError, match=wanted) as caught:
        read_results(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"3",
        b'"x"',
        b"[" * 100_000,
        b'{"schema": "migplan.plan/1", "x": ' + b"9" * 100_000 + b"}",
        b'{"schema": "migplan.plan/1", "x": 1e999}',
        b'{"schema": "migplan.plan/1", "x": NaN}',
        b'{"schema": "migplan.plan/1", "today": "\\ud800"}',
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(tmp_path, data):
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    with pytest.raises(MigplanError) as caught:
        read_results(path)
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].code == "bad-file"
    assert len(str(caught.value)) < 500


def test_whole_numbers_beyond_64_bits_become_floats(tmp_path):
    plain = json.loads(small().to_json())
    plain["workload"]["start"]["value"] = 2**70
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    again = read_results(path)
    assert again.workload["start"].value == 2.0**70
    assert json.loads(again.to_json())["workload"]["start"]["value"] == 2.0**70


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MigplanError, match="cannot be read: No such file"):
        read_results(tmp_path / "none.json")


def test_half_a_letter_is_told_as_that(tmp_path):
    path = tmp_path / "plan.json"
    written = json.dumps(small().to_dict())
    path.write_text(written.replace('"today": "', '"today": "\\ud800', 1), encoding="utf-8")
    with pytest.raises(
        MigplanError, match=r"plan\.json: has a text that is no Unicode; wanted one that can be"
    ):
        read_results(path)
