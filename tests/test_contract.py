"""What other people's scripts rely on: whatever was there on 2026-11-23 is there today, and more may be.

`data/contract.json` and `data/plans/` were written by the version of that day. They are never written anew.
"""

import csv
import gzip
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from migplan.cli import cli
from migplan.facts.keys import KEYS
from migplan.facts.schema import MODELS
from migplan.inputs.fields import FIELDS
from migplan.results.json import read_results

DATA = Path(__file__).parent / "data"
CONTRACT = json.loads((DATA / "contract.json").read_text(encoding="utf-8"))
PLANS = ("file-server-150tb", "history-snowball-2024")
DAY = ("--today", "2026-11-23")
READ_BY_NOTHING = {"devices.hosts", "devices.weight", "targets.lifecycle_days"}
"""Facts that no formula read, and that are refused now: what seems to count must count."""
DECIDED_BY_MONEY = {"assumptions.cost_tie", "assumptions.time_tie", "assumptions.bearable_cutover"}
"""Assumptions of a decision by steps, which went on purpose: one sum of money, with work and delay in it, tells
nearly equal options apart, so that no tie and no cutover that is borne unasked is left to be assumed."""
TAKES_ALL = ("--use", "archive")
"""What was not asked on that day: a server in one zone and objects behind a gateway were taken like all targets."""
ROWS = b"volume,link,deadline\n10 TB,1 Gbps,30 days\n1 TB,fast,\n"


def places(plain, place=""):
    """Every key of a JSON by the keys that lead to it; whatever stands in a list is one place."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield f"{place}.{key}"
            yield from places(value, f"{place}.{key}")
    elif isinstance(plain, list):
        for item in plain:
            yield from places(item, f"{place}[]")


@pytest.fixture(scope="module", params=PLANS)
def kept(request, tmp_path_factory):
    """A plan of that day in a file."""
    path = tmp_path_factory.mktemp("kept") / f"{request.param}.json"
    path.write_bytes(gzip.decompress((DATA / "plans" / f"{path.name}.gz").read_bytes()))
    return path


@pytest.fixture(scope="module")
def now(kept):
    """The answer to the same question now, in a file."""
    path = kept.with_name("now.json")
    question = DATA / "plans" / f"{kept.stem}.toml"
    done = CliRunner().invoke(
        cli, ["plan", str(question), *DAY, *TAKES_ALL, "--format", "json", "-o", str(path)]
    )
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="module")
def both(kept, now):
    """What was answered then, and what is now."""
    return json.loads(kept.read_bytes()), json.loads(now.read_bytes())


def test_a_plan_of_that_day_is_read_and_nothing_of_it_is_lost(kept):
    plain, read = json.loads(kept.read_bytes()), read_results(kept).to_dict()

    def lost(old, new, place):
        if isinstance(old, dict):
            return [
                fault for key in old for fault in lost(old[key], new.get(key, "absent"), f"{place}.{key}")
            ]
        if isinstance(old, list):
            assert len(old) == len(new), place
            return [fault for pair in zip(old, new, strict=True) for fault in lost(*pair, f"{place}[]")]
        return [] if old == new else [f"{place}: {old!r} became {new!r}"]

    assert not lost(plain, read, "")


@pytest.mark.slow
def test_a_plan_of_that_day_is_compared_with_one_of_now(kept, now, call):
    status, out, err = call("diff", kept, now, "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out)["schema"] == "migplan.diff/1"
    status, out, _ = call("diff", kept, kept)
    assert (status, out.splitlines()[-1]) == (0, "Nothing changed.")


@pytest.mark.slow
def test_a_plan_of_that_day_becomes_a_report(kept, call, tmp_path):
    status, _, err = call("report", kept, "-o", tmp_path / "answer.html")
    assert (status, err) == (0, "")
    assert "<svg" in (tmp_path / "answer.html").read_text(encoding="utf-8")


def test_keys_and_their_order_are_those_of_that_day(both):
    then, now = both
    assert then["schema"] == now["schema"]
    assert not {*places(then)} - {*places(now)}
    for old, new in (
        (then, now),
        (then["options"][0], now["options"][0]),
        (then["facts"][0], now["facts"][0]),
    ):
        assert [key for key in new if key in old] == list(old)


def test_ids_and_codes_are_those_of_that_day(both):
    then, now = both
    for part in ("options", "targets", "checks"):
        assert not {item["id"] for item in then[part]} - {item["id"] for item in now[part]}, part
    codes = [
        {(option["id"], reason["code"]) for option in plan["options"] for reason in option["reasons"]}
        for plan in both
    ]
    assert not codes[0] - codes[1]
    units = [
        {name: (field["unit"], field["status"]) for name, field in plan["workload"].items()} for plan in both
    ]
    assert units[0].items() <= units[1].items()


def test_facts_are_called_as_on_that_day(both):
    """But for those of paths, which were called by the place of the path in a list and have names now."""
    then, now = ({fact["id"]: fact["unit"] for fact in plan["facts"]} for plan in both)
    named = {name for name in then if ".paths." not in name}
    assert len(named & now.keys()) > 0.9 * len(named), "a plan tells the facts that it used"
    assert all(now[name] == then[name] for name in named & now.keys())


def commands(name, command):
    """Every command by its words, with what it takes."""
    yield (
        name,
        {word for one in command.params for word in (*one.opts, *one.secondary_opts)}
        | {one.human_readable_name for one in command.params if isinstance(one, click.Argument)},
    )
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            yield from commands(f"{name} {inner}".strip(), command.get_command(context, inner))


def test_commands_and_flags_are_those_of_that_day():
    now = dict(commands("", cli))
    assert {
        name: {*flags} - now[name] for name, flags in CONTRACT["flags"].items() if {*flags} - now[name]
    } == {}


def test_scenario_keys_are_those_of_that_day():
    assert {*CONTRACT["fields"]} <= {field.name for field in FIELDS}


def test_profiles_may_say_what_they_could_on_that_day():
    for kind, forms in CONTRACT["profiles"].items():
        schema = MODELS[kind].model_json_schema()
        now = {"": schema, **schema.get("$defs", {})}
        for name, keys in forms.items():
            assert {*keys} <= {*now[name]["properties"]}, (kind, name)
    missing = {
        f"{kind}.{key}" for kind, keys in CONTRACT["facts"].items() for key in keys if key not in KEYS[kind]
    }
    assert missing <= READ_BY_NOTHING | DECIDED_BY_MONEY


def test_columns_of_a_batch_are_those_of_that_day(call, tmp_path):
    (tmp_path / "in.csv").write_bytes(ROWS)
    status, _, _ = call(
        "batch", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--samples", "20", "--percentiles", *DAY
    )
    assert status == 1
    for name in ("out.csv", "out.errors.csv"):
        with open(tmp_path / name, encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        wanted = CONTRACT["columns"][name]
        assert [column for column in header if column in wanted] == wanted


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("plan", "--volume", "10 TB", "--link", "1 Gbps"), 0),
        (("plan", "--volume", "10 TB", "--link", "1 Gbps", "-o", "nowhere/plan.json"), 1),
        (("plan", "--volume", "10"), 2),
        (("plan", "--volume", "10 TB", "--link", "1 Mbps", "--deadline", "1 hour", "--fail-if-late"), 3),
    ],
)
def test_exit_statuses_are_those_of_that_day(call, monkeypatch, tmp_path, words, status):
    monkeypatch.chdir(tmp_path)
    assert call(*words, "--samples", "0", *DAY)[0] == status
