"""A row of a batch is the plan of that row."""

import datetime as dt
import random

import pyarrow as pa
import pytest

from migplan.analyses.plan import make_plan
from migplan.errors import MigplanError
from migplan.estate.partition import Partition
from migplan.estate.records import Records
from migplan.estate.settings import Settings, lay_out
from migplan.report.terminal import best_of_families

TODAY = dt.date(2026, 11, 23)
COLUMNS = (
    "name", "volume", "files", "file_size", "largest_file", "link", "share", "rtt", "change", "deadline",
    "cutover_window", "budget", "protocol", "source", "keep", "app_change", "region", "routes", "customer", "support",
    "start", "hours", "optimize", "encryption", "target", "verify",
)  # fmt: skip


def some_row(dice):
    """A row as people write them, most cells empty."""
    row = {
        "name": "x",
        "volume": f"{10 ** dice.uniform(-1, 3):.4g} TB",
        "files": f"{10 ** dice.uniform(3, 8):.0f}",
        "file_size": f"{10 ** dice.uniform(0, 4):.3g} kB",
        "largest_file": f"{10 ** dice.uniform(-1, 2):.3g} GB",
        "link": f"{10 ** dice.uniform(1.5, 4.3):.4g} Mbps",
        "share": f"{dice.uniform(10, 100):.3g} %",
        "rtt": f"{10 ** dice.uniform(-0.5, 2.4):.3g} ms",
        "change": dice.choice([f"{dice.uniform(0, 4):.3g} %/day", f"{10 ** dice.uniform(0, 3):.3g} GB/day"]),
        "deadline": dice.choice([f"{dice.uniform(5, 150):.4g} days", "2027-03-01"]),
        "cutover_window": f"{dice.uniform(1, 60):.3g} hours",
        "budget": f"{10 ** dice.uniform(3, 6):.4g} USD",
        "protocol": dice.choice(["smb", "nfs", "SMB", "CIFS", "NFSv4.1"]),
        "source": dice.choice(["windows", "ontap", "linux"]),
        "keep": dice.choice(["dacl,owner", "timestamps", "none"]),
        "app_change": "allowed",
        "region": dice.choice(["eu-west-1", "us-east-1"]),
        "routes": dice.choice(["internet", "internet,vpn"]),
        "customer": "existing",
        "support": "enterprise",
        "start": dice.choice(["2026-12-01", "2025-03-01"]),
        "hours": "Mon-Fri 19:00-07:00, Sat-Sun",
        "optimize": dice.choice(["time", "cost"]),
        "encryption": "required",
        "target": dice.choice(["fsx-ontap", "fsx-windows"]),
        "verify": dice.choice(["none", "all"]),
    }
    often = {"volume", "link", "files", "deadline"}
    kept = {name: text for name, text in row.items() if dice.random() < (0.9 if name in often else 0.25)}
    kept["volume"] = row["volume"]
    if "files" in kept:
        kept.pop("file_size", None)
    if kept.get("hours") and kept.get("customer"):
        del kept["hours"]
    return kept


def batch(rows, **options):
    settings = Settings(today=TODAY, **options)
    table = pa.table({name: pa.array([row.get(name, "") for row in rows]) for name in COLUMNS})
    partition = Partition(lay_out(COLUMNS, (), settings), settings)
    records = Records(table, _lines=range(2, len(rows) + 2))
    piece = partition.plan(records)
    return piece, piece.table.rename_columns(
        [f"in_{name}" for name in COLUMNS] + list(partition.layout.results)
    )


def told(option):
    """What a batch tells of an option of a plan."""
    cost = option.cost_usd
    return {
        "option": option.id,
        "target": option.target,
        "usable": option.usable,
        "meets": option.meets,
        "duration_days": option.duration_days,
        "cutover_hours": option.cutover_hours,
        "bottleneck": option.bottleneck,
        "cost_one_off_usd": cost.one_off,
        "cost_monthly_usd": cost.monthly,
        "cost_horizon_usd": cost.horizon_total,
        "cost_complete": cost.complete,
    }


def same(found, expected):
    for name, value in expected.items():
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, rel=1e-12), name
        else:
            assert (found[name] or None) == (value or None), name


@pytest.mark.parametrize("seed", range(3))
def test_the_best_option_of_a_row_is_that_of_its_plan(seed):
    rows = [some_row(random.Random(1000 * seed + number)) for number in range(12)]
    piece, table = batch(rows)
    assert not piece.bad
    for row, found in zip(rows, table.to_pylist(), strict=True):
        plan = make_plan(dict(row), today=TODAY, samples=0)
        if plan.recommendation.option is None:
            assert (found["option"], found["usable"], found["meets"]) == (None, False, False)
            assert found["reasons"]
        else:
            same(found, told(plan.chosen))
            assert found["meets"] == (found["reasons"] in ("", "fidelity-not-sure"))


@pytest.mark.parametrize("what", ["families", "all"])
def test_the_other_options_come_in_the_order_of_the_plan(what):
    rows = [some_row(random.Random(77 + number)) for number in range(4)]
    _, table = batch(rows, options=what)
    for number, row in enumerate(rows):
        name = f"{number}"
        plan = make_plan(row, today=TODAY, samples=0)
        expected = best_of_families(plan) if what == "families" else list(plan.options)
        _, one = batch([{**row, "name": name}], options=what)
        found = one.to_pylist()
        assert [entry["rank"] for entry in found] == list(range(1, len(found) + 1))
        if expected:
            assert [entry["option"] for entry in found] == [option.id for option in expected]
            for entry, option in zip(found, expected, strict=True):
                codes = [reason.code for reason in option.reasons]
                assert option.usable or entry["reasons"].split("; ") == list(dict.fromkeys(codes))
                if option.usable:
                    same(entry, told(option))
        else:
            assert [entry["option"] for entry in found] == [None]
    assert table.num_rows >= len(rows)


def test_percentiles_rank_as_those_of_the_plan():
    rows = [some_row(random.Random(500 + number)) for number in range(5)]
    _, table = batch(rows, samples=200, seed=3)
    for row, found in zip(rows, table.to_pylist(), strict=True):
        plan = make_plan(row, today=TODAY, samples=200, seed=3)
        chosen = plan.chosen
        if chosen is None:
            assert found["option"] is None
            continue
        same(found, told(chosen))
        same(found, {name: getattr(chosen, name) for name in ("p50_days", "p80_days", "p95_days")})
        assert (str(found["finish_p80"]) if found["finish_p80"] else None) == chosen.finish_p80


def test_every_row_is_the_same_alone_and_among_others():
    rows = [some_row(random.Random(900 + number)) for number in range(30)]
    _, table = batch(rows)
    for row, found in zip(rows, table.to_pylist(), strict=True):
        _, one = batch([row])
        assert one.to_pylist() == [found]


@pytest.mark.parametrize(
    "row",
    [
        {"volume": "x", "link": "1 TB", "share": "170 %"},
        {"volume": ""},
        {"volume": "1 TB", "files": "10", "file_size": "1 MB"},
        {"volume": "1 TB", "file_size": "2 TB", "largest_file": "3 TB"},
        {"volume": "1 TB", "files": "0.5"},
        {"volume": "1 TB", "deadline": "2026-01-01", "start": "2026-12-01", "protocol": "ftp"},
        {"volume": "1 TB", "deadline": "2026-01-01"},
        {"volume": "1 TB", "region": "mars-north-1", "target": "nothing"},
        {"volume": "1 TB", "hours": "Noday 25:00-26:00"},
        {"volume": "-1 TB", "budget": "1e400 USD", "files": "9**9**9", "start": "2026-02-30"},
    ],
)
def test_a_bad_row_has_the_faults_of_its_plan(row):
    piece, table = batch([row, {"volume": "1 TB", "link": "1 Gbps"}])
    with pytest.raises(MigplanError) as error:
        make_plan({name: text for name, text in row.items() if text}, today=TODAY, samples=0)
    expected = sorted((fault.code, fault.where, fault.message) for fault in error.value.faults)
    assert sorted((bad.fault.code, bad.fault.where, bad.fault.message) for bad in piece.bad) == expected
    assert {bad.line for bad in piece.bad} == {2}
    assert table.num_rows == 1


def test_what_set_says_stands_in_for_empty_cells_alone():
    rows = [{"volume": "5 TB", "region": "eu-west-1"}, {"volume": "5 TB"}]
    settings = {"region": "us-west-2", "link": "300 Mbps", "deadline": "2027-06-01", "change": "1 %/day"}
    _, table = batch(rows, given=settings)
    assert table.num_rows == len(rows)
    for row, found in zip(rows, table.to_pylist(), strict=True):
        same(found, told(make_plan({**settings, **row}, today=TODAY, samples=0).chosen))
