"""A row of a batch is the plan of that row."""

import datetime as dt
import random

import pyarrow as pa
import pytest

from migplan.analyses.plan import make_plan
from migplan.errors import MigplanError
from migplan.estate.inspection import lay_out
from migplan.estate.partition import Partition
from migplan.estate.records import Records
from migplan.estate.settings import Settings, check_given
from migplan.inputs.dates import day_after, time_to_deadline
from migplan.inputs.fields import BY_NAME, FIELDS
from migplan.report.terminal import best_of_families

TODAY = dt.date(2026, 11, 23)
# Rows with an inventory, which has a volume of its own, are in test_inventories.
COLUMNS = tuple(field.name for field in FIELDS if not field.scenario_only and field.form != "path")


def spread(low, high, unit, digits=4):
    """What writes amounts over several powers of ten."""
    return lambda dice: f"{10 ** dice.uniform(low, high):.{digits}g} {unit}".strip()


def even(low, high, unit):
    return lambda dice: f"{dice.uniform(low, high):.3g} {unit}"


def one_of(*texts):
    return lambda dice: dice.choice(texts)


WRITERS = {
    "volume": spread(-1, 3, "TB"),
    "files": lambda dice: f"{10 ** dice.uniform(3, 8):.0f}",
    "file_size": spread(0, 4, "kB", 3),
    "largest_file": spread(-1, 2, "GB", 3),
    "link": spread(1.5, 4.3, "Mbps"),
    "share": even(10, 100, "%"),
    "rtt": spread(-0.5, 2.4, "ms", 3),
    "loss": spread(-5, -1, "%", 3),
    "mtu": one_of("1500 B", "9000 B", "1400 B"),
    "source_rate": spread(1.3, 3.5, "MB/s", 3),
    "agents": one_of("1", "3", "8"),
    "change": lambda dice: dice.choice([even(0, 4, "%/day"), spread(0, 3, "GB/day", 3)])(dice),
    "deadline": lambda dice: dice.choice([even(5, 150, "days"), one_of("2027-03-28", "2027-04-02")])(dice),
    "cutover_window": even(1, 60, "hours"),
    "budget": spread(3, 6, "USD"),
    "horizon": one_of("3 months", "2 years"),
    "protocol": one_of("smb", "nfs", "SMB", "CIFS", "NFSv4.1", "local", "object"),
    "keep": one_of("dacl,owner", "timestamps", "none"),
    "app_change": one_of("allowed"),
    "region": one_of("eu-west-1", "us-east-1"),
    "routes": one_of("internet", "internet,vpn"),
    "start": one_of("2026-12-01", "2027-03-15", "2025-03-01"),
    "hours": one_of(
        "Mon-Fri 19:00-07:00, Sat-Sun",
        "Mon-Sun 22:00-06:00, Hol",
        "Mon-Fri 07:00-19:00: 20 %, else 90 %",
        "Sat-Sun: 90 %, Hol: 80 %, Mon-Fri 20:00-24:00 35 %",
    ),
    "holidays": one_of("DE-BY", "JP"),
    "freeze": one_of("2026-12-20..2027-01-06", "2027-03-20..2027-03-29, 2027-10-29..2027-11-02"),
    "timezone": one_of("Europe/Berlin", "America/New_York", "Asia/Tokyo"),
    "cutover_days": one_of("Sat-Sun", "Hol, Sun 00:00-09:00", "2027-03-27..2027-03-28, 2027-04-10"),
    "target": one_of("fsx-ontap", "fsx-windows"),
    "configuration": one_of(
        "multi-zone-hdd", "single-zone-hdd", "single-zone-ssd", "multi-zone-gen2", "standard"
    ),
    "use": one_of("archive", "home-directories", "vdi", "cad", "General"),
    "cold": even(0, 99, "%"),
    "reduction": even(0, 80, "%"),
    "throughput": spread(0, 3.5, "MB/s", 3),
    "iops": spread(1, 6, "", 2),
    "growth": even(0, 60, "%/year"),
    "running_costs": one_of("none", "access,backup", "reads", "directory,reads"),
    "delay_cost": one_of("0 USD/day", "500 USD/day", "20000 USD/day"),
}
"""Field -> what writes a value of it; other fields take one of their choices, or their example."""


def written(field, dice):
    """A value of a field; of a field that nobody thought of here as well."""
    if field.name in WRITERS:
        return WRITERS[field.name](dice)
    return dice.choice(field.choices) if field.form == "choice" else field.example


def some_row(dice):
    """A row as people write them, most cells empty."""
    row = {name: written(BY_NAME[name], dice) for name in COLUMNS}
    often = {"volume": 1.0, "link": 0.9, "files": 0.9, "deadline": 0.9, "cloud": 0.1}
    kept = {name: text for name, text in row.items() if dice.random() < often.get(name, 0.25)}
    if "files" in kept:
        kept.pop("file_size", None)
    if "%" in kept.get("hours", ""):
        kept.pop("share", None)
    if "from_region" in kept:
        kept |= {"from_cloud": "aws", "cloud": "azure"}
    if kept.get("from_cloud", kept.get("cloud", "aws")) == kept.get("cloud", "aws"):
        kept.pop("from_cloud", None)
    if "from_cloud" in kept:
        kept.setdefault("link", row["link"])
    else:
        kept.pop("egress", None)
    if "cloud" in kept and kept["cloud"] != "aws":
        # Regions and targets are those of AWS.
        kept = {
            name: text for name, text in kept.items() if name not in ("region", "target", "configuration")
        }
    if "target" in kept:
        # Which of them it has is a question of both.
        kept.pop("configuration", None)
    return kept


def test_every_field_is_in_the_rows():
    rows = [some_row(random.Random(number)) for number in range(200)]
    assert {name for row in rows for name in row} == set(COLUMNS)


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
        "cost_running_usd": cost.running,
        "cost_horizon_usd": cost.horizon_total,
        "cost_complete": cost.complete,
    }


def same(found, expected):
    for name, value in expected.items():
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, rel=1e-12), name
        else:
            assert (found[name] or None) == (value or None), name


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
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
            assert found["meets"] == (found["reasons"] == "")


@pytest.mark.slow
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


@pytest.mark.slow
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
        {"volume": "1 TB", "share": "50 %", "hours": "Mon-Fri 07:00-19:00: 20 %, else 90 %"},
        {"volume": "1 TB", "hours": "Mon-Fri 07:00-19:00: 20 %, Mon: 90 %"},
        {"volume": "1 TB", "deadline": "2026-01-01", "start": "2026-12-01", "protocol": "ftp"},
        {"volume": "1 TB", "deadline": "2026-01-01"},
        {"volume": "1 TB", "region": "mars-north-1", "target": "nothing"},
        {"volume": "1 TB", "use": "departmntal"},
        {"volume": "1 TB", "use": "nothing", "cold": "120 %", "delay_cost": "x"},
        {"volume": "", "use": "nothing"},
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


@pytest.mark.slow
def test_an_empty_cell_takes_what_its_own_use_says():
    cells = {"cold": "10 %", "reduction": "20 %", "growth": "5 %/year", "throughput": "300 MB/s"}
    rows = [
        {"volume": "30 TB", "link": "1 Gbps", "use": use}
        for use in ("archive", "", "vdi", "HOME-DIRECTORIES")
    ]
    rows += [{**row, name: text} for row in rows[:2] for name, text in cells.items()]
    for some in (rows, rows[:4]):
        _, table = batch(some, given={"use": "cad"})
        assert table.num_rows == len(some)
        for row, found in zip(some, table.to_pylist(), strict=True):
            used = {"use": "cad", **{name: text for name, text in row.items() if text}}
            same(found, told(make_plan(used, today=TODAY, samples=0).chosen))


@pytest.mark.slow
def test_each_row_has_the_configuration_that_is_cheapest_for_it():
    rows = [
        {"volume": f"{volume} TB", "link": "1 Gbps", "target": "fsx-ontap", "cold": cold}
        for volume in ("0.2", "2", "20", "400")
        for cold in ("0 %", "95 %")
    ]
    for what in ("best", "all"):
        _, table = batch(rows, options=what)
        found = table.to_pylist()
        for number, row in enumerate(rows):
            plan = make_plan(row, today=TODAY, samples=0)
            expected = [plan.chosen] if what == "best" else list(plan.options)
            mine = [
                entry
                for entry in found
                if (entry["in_volume"], entry["in_cold"]) == (row["volume"], row["cold"])
            ]
            assert [entry["option"] for entry in mine] == [option.id for option in expected], number
            for entry, option in zip(mine, expected, strict=True):
                if option.usable:
                    same(entry, told(option))


def test_what_set_says_of_a_use_that_nobody_describes_is_refused():
    settings = Settings(today=TODAY, given={"use": "departmntal"})
    with pytest.raises(MigplanError) as error:
        check_given(
            settings,
            lay_out(("volume",), (), settings),
            Partition(lay_out(("volume",), (), Settings()), Settings()).catalogue,
        )
    assert [(fault.code, fault.where) for fault in error.value.faults] == [("bad-choice", "--set use")]
    assert "departmental" in str(error.value)


CHANGES = [
    ("Europe/Berlin", "2027-03-28"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2027-03-14"),
]


def days_around(change, zone, dice):
    """A row whose start, deadline and freeze lie around the day on which a clock is set."""
    day = dt.date.fromisoformat(change)
    begin = day - dt.timedelta(days=dice.randrange(1, 20))
    rest = begin + dt.timedelta(days=dice.randrange(1, 20))
    row = {
        "volume": f"{dice.uniform(5, 60):.6g} TB",
        "link": "1 Gbps",
        "timezone": zone,
        "start": str(begin),
        "deadline": str(day + dt.timedelta(days=dice.randrange(3))),
        "freeze": f"{rest}..{rest + dt.timedelta(days=dice.randrange(4))}",
    }
    return {name: text for name, text in row.items() if name != "freeze" or dice.random() < 0.5}


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_row_is_its_plan_around_the_day_on_which_clocks_are_set(zone, change):
    rows = [days_around(change, zone, random.Random(f"{change}{number}")) for number in range(8)]
    piece, table = batch(rows)
    finishes = []
    for row, found in zip(rows, table.to_pylist(), strict=True):
        plan = make_plan(row, today=TODAY, samples=0)
        same(found, told(plan.chosen))
        finishes.append(
            day_after(plan.chosen.duration_days * 86400, dt.date.fromisoformat(row["start"]), zone)
        )
    assert piece.summary.latest == str(max(finishes))


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [
        {
            "volume": "52.1875 TB",
            "timezone": "Europe/Berlin",
            "start": "2026-10-20",
            "deadline": "2026-10-27",
        },
        {
            "volume": "118.203125 TB",
            "file_size": "10 MB",
            "change": "0.1 %/day",
            "timezone": "Europe/Berlin",
            "start": "2027-03-12",
            "deadline": "2027-03-28",
        },
    ],
)
@pytest.mark.parametrize("way", ["cell", "set"])
def test_the_last_hour_of_a_deadline_counts_as_the_clock_there_has_it(row, way):
    row = {"link": "1 Gbps", **row}
    alone = {"set": ("deadline",), "cell": ()}[way]
    _, table = batch(
        [{name: text for name, text in row.items() if name not in alone}],
        options="all",
        given={name: row[name] for name in alone},
    )
    expected = {option.id: option for option in make_plan(row, today=TODAY, samples=0).options}
    assert {found["option"] for found in table.to_pylist()} == set(expected)
    for found in table.to_pylist():
        same(found, told(expected[found["option"]]))
    due, start = (dt.date.fromisoformat(row[name]) for name in ("deadline", "start"))
    early, late = sorted(time_to_deadline(due, start, zone) for zone in ("", row["timezone"]))
    last = time_to_deadline(due, start, row["timezone"])
    ends = {name: option.duration_days * 86400 for name, option in expected.items() if option.usable}
    for found in table.to_pylist():
        if found["option"] in ends:
            assert ("misses-deadline" in found["reasons"]) == (ends[found["option"]] > last), found["option"]
    # Else this shows nothing: an option ends in the hour that the clock there puts in or leaves out.
    assert any(early < end <= late for end in ends.values())


def test_a_finish_at_p80_is_the_day_there():
    # One of these ends in the hour that the 25th has more than 24.
    start, zone = dt.date(2026, 10, 20), "Europe/Berlin"
    rows = [
        {"volume": f"{18 + step / 20} TB", "link": "1 Gbps", "timezone": zone, "start": str(start)}
        for step in range(200)
    ]
    piece, table = batch(rows, samples=20)
    passed = [found["p80_days"] * 86400 for found in table.to_pylist()]
    expected = [day_after(time, start, zone) for time in passed]
    assert [found["finish_p80"] for found in table.to_pylist()] == expected
    assert expected != [day_after(time, start, "") for time in passed]
    assert piece.summary.latest == str(max(expected))


def test_words_that_contradict_each_other_cost_no_other_row():
    rows = [
        {"volume": "1 TB", "link": "1 Gbps", **more} for more in ({"from_cloud": "aws"}, {"volume": "2 TB"})
    ]
    piece, table = batch(rows)
    (bad,) = piece.bad
    assert (bad.line, bad.fault.where) == (2, "from_cloud")
    assert [row["in_volume"] for row in table.to_pylist()] == ["2 TB"]
