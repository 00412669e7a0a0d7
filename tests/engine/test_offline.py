"""Devices in time and amounts, held against pipelines, splits and terminals worked out by hand."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs
from tests.stacks import outcome_of

from migplan.engine.case import assumed_values
from migplan.engine.clock import Clock, clock_for
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS
from migplan.facts import load
from migplan.inputs.workload import read_workload

DAY, HOUR, TB = 86400.0, 3600.0, 1e12
START = dt.date(2026, 1, 5)
SOURCE = 'source = "assumption: a test"\nas_of = 2026-01-01\n'
KEPT = 'timestamps = "yes"\nposix = "yes"'
BOX = {
    "usable_capacity": (100, "TB"),
    "copy_rate": (25, "TB/day"),
    "import_rate": (50, "TB/day"),
    "order_time": (5, "day"),
    "ship_time": (2, "day"),
    "setup_time": (1, "day"),
    "return_time": (2, "day"),
    "import_fixed_time": (3, "day"),
    "pool": (1, "1"),
}
TERMINAL = {
    "copy_rate": (25, "TB/day"),
    "import_rate": (36, "TB/hour"),
    "order_time": (24, "hour"),
    "visit_time": (6, "hour"),
    "visit_gap": (1, "hour"),
    "setup_time": (3, "day"),
    "return_time": (2, "day"),
}
SMALL_FILES = {
    "per_file_time": (10, "ms"),
    "batched_per_file_time": (1e-6, "ms"),
    "batch_below": (1, "MB"),
    "import_per_file_time": (20, "ms"),
    "files": (40e6, "1"),
}


LINE = {"link": "1 Gbps", "share": "70 %"}


def facts(table):
    return "\n".join(
        f'[facts.{key}]\nvalue = {value}\nunit = "{unit}"\n{SOURCE}' for key, (value, unit) in table.items()
    )


def path(to, read, keeps):
    return f'[[paths]]\nto = ["{to}"]\nread = ["{read}"]\n{SOURCE}[paths.keeps]\n{keeps}\n'


def device(table, behaviour="shipped", keeps=KEPT, life="", ship_days="calendar"):
    return "\n".join(
        (
            f'name = "NAME"\nsummary = "t"\nbehaviour = "{behaviour}"',
            f'ship_days = "{ship_days}"\nencrypted = true\nsecond_hop = ["hop"]\n{life}',
            facts(table),
            path("s3", "nfs", keeps),
        )
    )


def mover(read, to, table):
    return "\n".join(
        (
            'name = "NAME"\nsummary = "t"\nbehaviour = "files"\nphases = "overlapped"\nencrypted = true',
            'verifies = ["none"]\nverifies_by_default = "none"',
            facts(table),
            path(to, read, KEPT),
        )
    )


ROUTE = "\n".join(
    (
        'name = "NAME"\nsummary = "t"\nfamily = "internet"\nline = "site"\nexists = "always"',
        'reaches = ["public"]\nencrypted = true',
        facts({"goodput": (0.9, "1")}),
    )
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles")
    leaving = f"[lifecycle]\navailable_until = 2026-01-18\n{SOURCE}"
    files = {
        "devices/box": device(BOX),
        "devices/pair": device({**BOX, "pool": (2, "1"), "attached": (4, "1")}),
        "devices/endless": device({**BOX, "usable_capacity": (9, "PB"), "pool": (9, "1")}),
        "devices/many": device({**BOX, "usable_capacity": (10, "TB"), "pool": (99, "1")}),
        "devices/amnesia": device(BOX, keeps='timestamps = "no"'),
        "devices/leaving": device(BOX, life=leaving),
        "devices/weekdays": device(BOX, ship_days="business"),
        "devices/packed": device({**BOX, **SMALL_FILES}),
        "devices/room": device(TERMINAL, "terminal"),
        "devices/shelf": device(
            {**TERMINAL, "usable_capacity": (20, "TB"), "attached": (2, "1")}, "terminal"
        ),
        "movers/line-mover": mover("nfs", "s3", {}),
        "movers/hop": mover("object", "efs", {"task_rate": (10, "TB/day")}),
        "routes/line": ROUTE,
    }
    for name, text in files.items():
        file = folder / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace("NAME", f"Test {file.stem}"), encoding="utf-8")
    return load([folder])


def build(catalogue, kind, name, target="s3", hop=False):
    box = catalogue.devices[name]
    online = kind != "offline"
    return Option(
        f"{kind}:{name}/{target}",
        kind,
        catalogue.targets[target],
        mover=catalogue.movers["line-mover"] if online else None,
        route=catalogue.routes["line"] if online else None,
        path=catalogue.movers["line-mover"].paths[0] if online else None,
        device=box,
        seed_path=box.paths[0],
        second_hop=catalogue.movers["hop"] if hop else None,
        second_path=catalogue.movers["hop"].paths[0] if hop else None,
    )


def run(catalogue, options, change=0.0, source_rate=np.inf, dated=False, **given):
    fields = {
        "volume": "100 TB", "file_size": "1 TB", "protocol": "nfs", "loss": "0 %", "agents": "1", **given
    }  # fmt: skip
    w = read_workload(fields, catalogue.assumptions, START)
    w = structs.replace(w, change_rate=change, source_rate=source_rate)
    assumed = structs.replace(
        assumed_values(catalogue), source_file_rate=np.inf, cutover_fixed_time=0.0, overlap=1.0
    )
    if not isinstance(options, list):
        options = [options]
    return outcome_of(options, w, assumed, clock_for(w) if dated else Clock())


def phases(outcome, index=0):
    """Name -> start and end in days."""
    shape = np.shape(outcome.finish)

    def one(values):
        return float(np.broadcast_to(values, shape)[index, 0, 0]) / DAY

    return {p.name: (one(p.start), one(p.start) + one(p.duration)) for p in outcome.phases}


def value(values):
    return float(np.asarray(values).reshape(-1)[0])


# One device, and waves of them.


def test_one_device_by_hand(catalogue):
    # 5 d order, 2 d out, 1 d set-up, 100 TB at 25 TB/d, 2 d back, 3 d queue, 100 TB at 50 TB/d.
    assert phases(run(catalogue, build(catalogue, "offline", "box"))) == {
        "order": (0, 5),
        "ship out": (5, 7),
        "set up": (7, 8),
        "wait to begin": (8, 8),
        "load": (8, pytest.approx(12)),
        "ship back": (pytest.approx(12), pytest.approx(14)),
        "import": (pytest.approx(14), pytest.approx(19)),
        "second hop": (pytest.approx(19), pytest.approx(19)),
        "cutover": (pytest.approx(19), pytest.approx(19)),
    }


def test_a_full_device_and_a_byte_more(catalogue):
    exact = run(catalogue, build(catalogue, "offline", "box"), volume="100 TB")
    more = run(catalogue, build(catalogue, "offline", "box"), volume="100000000000001 B")
    assert (value(exact.devices), value(more.devices)) == (1, 2)


def test_a_second_wave_is_ordered_when_the_first_has_been_imported(catalogue):
    # 100 TB and 50 TB, one at a time: load 8 to 12, back 14, imported 14 + 3 + 2 = 19; then order, ship and set-up
    # once more, 8 d: load 27 to 29, back 31, imported 31 + 3 + 1 = 35.
    outcome = run(catalogue, build(catalogue, "offline", "box"), volume="150 TB")
    assert phases(outcome)["load"] == (8, pytest.approx(29))
    assert value(outcome.finish) / DAY == pytest.approx(35)


def test_devices_of_one_wave_load_side_by_side(catalogue):
    # Two devices at once, 25 TB/d each; the first is filled before the second is begun to be, so 150 TB are as late.
    for volume in ("150 TB", "200 TB"):
        outcome = run(catalogue, build(catalogue, "offline", "pair"), volume=volume)
        assert phases(outcome)["load"] == (8, pytest.approx(12))


def test_attached_devices_share_the_source(catalogue):
    # The source gives 25 TB/d: 150 TB take 6 d, on however many devices.
    outcome = run(catalogue, build(catalogue, "offline", "pair"), volume="150 TB", source_rate=25 * TB / DAY)
    assert phases(outcome)["load"] == (8, pytest.approx(14))
    assert BOUNDS[outcome.bound.item()] == "source"


def test_a_device_alone_has_the_source_for_itself(catalogue):
    # Four could be attached, but there is one.
    outcome = run(catalogue, build(catalogue, "offline", "pair"), volume="100 TB", source_rate=25 * TB / DAY)
    assert phases(outcome)["load"] == (8, pytest.approx(12))


def test_devices_that_wait_for_a_loader_stay_longer(catalogue):
    # Three of 10 TB are there at once and load one after the other: the last leaves after 1 + 3 x 0.4 d.
    outcome = run(catalogue, build(catalogue, "offline", "many"), volume="30 TB")
    assert phases(outcome)["load"] == (8, pytest.approx(9.2))


@pytest.mark.parametrize(("included", "days"), [(6, 0), (5, 0), (4.5, 1), (2, 3)])
def test_days_beyond_the_included_ones_count_for_each_device(catalogue, included, days):
    # Each of two devices is there for 1 d of set-up and 4 d of load.
    box = catalogue.devices["pair"]
    fact = structs.replace(
        box.facts["order_time"], value=included * DAY, low=included * DAY, high=included * DAY
    )
    box = structs.replace(box, facts={**box.facts, "included_days": fact})
    option = structs.replace(build(catalogue, "offline", "pair"), device=box)
    outcome = run(catalogue, option, volume="200 TB")
    assert value(outcome.quantities["device-day"]) == 2 * days
    assert value(outcome.quantities["device"]) == 2
    assert value(outcome.quantities["shipment"]) == 4


def test_the_last_device_stays_only_as_long_as_it_needs(catalogue):
    # One day of set-up; 4 d of load for 100 TB, 2 d for the other 50 TB; two days are included.
    box = catalogue.devices["box"]
    fact = structs.replace(box.facts["order_time"], value=2 * DAY)
    box = structs.replace(box, facts={**box.facts, "included_days": fact})
    option = structs.replace(build(catalogue, "offline", "box"), device=box)
    outcome = run(catalogue, option, volume="150 TB")
    assert value(outcome.quantities["device-day"]) == 3 + 1


# Small files.


def test_one_large_file_does_not_hide_the_small_ones(catalogue):
    # 1 TB in one file and 1 TB in 10 million of 100 kB: the mean of 200 kB would put all into archives, and a mean
    # above 1 MB would put none.
    sizes = [{"size": "1 TB", "files": "1"}, {"size": "2 MB", "files": "500k"}]
    outcome = run(
        catalogue, build(catalogue, "offline", "packed"), volume="2 TB", file_size=None, sizes=sizes
    )
    # Of 2 MB they go one by one: 5,000 s beside the bytes of both.
    start, end = phases(outcome)["load"]
    assert (end - start) * DAY == pytest.approx(2 / 25 * DAY + 5000, rel=1e-4)
    sizes = [{"size": "1 TB", "files": "1"}, {"size": "100 kB", "files": "10M"}]
    outcome = run(
        catalogue, build(catalogue, "offline", "packed"), volume="2 TB", file_size=None, sizes=sizes
    )
    start, end = phases(outcome)["load"]
    assert (end - start) * DAY == pytest.approx(2 / 25 * DAY + 0.01, rel=1e-4)
    # At the import the large file is the only object.
    start, end = phases(outcome)["import"]
    assert (end - start) * DAY == pytest.approx((2 / 50 + 3) * DAY, rel=1e-6)


def test_archives_spare_the_file_limit_and_the_objects_at_the_import(catalogue):
    option = build(catalogue, "offline", "packed")
    # 100 million files: of 2 MB they are objects, three devices of at most 40 million; of 0.5 MB they lie in archives.
    single = run(catalogue, option, volume="200 TB", file_size=None, files="100M")
    packed = run(catalogue, option, volume="50 TB", file_size=None, files="100M")
    assert (value(single.devices), value(packed.devices)) == (3, 1)
    # 40, 40 and 20 million: the last is read in within 20 million x 20 ms, 40 TB at 50 TB/d and 3 d.
    start, end = phases(single)["import"]
    assert (end - start) * DAY == pytest.approx(20e6 * 0.02 + (0.8 + 3) * DAY)
    start, end = phases(packed)["import"]
    assert end - start == pytest.approx(1 + 3)


# Terminals.


def test_a_terminal_copies_twice_and_pauses_between_visits(catalogue):
    # 3 d set-up, 500 TB at 25 TB/d, 2 d on the road; then 500 / 36 = 13.9 h in three visits with two gaps of 1 h.
    outcome = run(catalogue, build(catalogue, "offline", "room"), volume="500 TB")
    found = phases(outcome)
    assert found["load"] == (3, pytest.approx(23))
    assert found["import"] == (pytest.approx(25), pytest.approx(25 + (500 / 36 + 2) / 24))
    assert value(outcome.quantities["visit-hour"]) / HOUR == 14


@pytest.mark.parametrize(("volume", "visits"), [("216 TB", 1), ("216000000000001 B", 2)])
def test_a_visit_that_is_just_long_enough(catalogue, volume, visits):
    # 36 TB/h for 6 h are 216 TB.
    outcome = run(catalogue, build(catalogue, "offline", "room"), volume=volume)
    start, end = phases(outcome)["import"]
    assert (end - start) * 24 == pytest.approx(6 + visits - 1, abs=1e-6)


def test_a_visit_is_booked_while_the_load_runs(catalogue):
    box = catalogue.devices["room"]
    late = structs.replace(box.facts["order_time"], value=30 * DAY)
    box = structs.replace(box, facts={**box.facts, "order_time": late})
    option = structs.replace(build(catalogue, "offline", "room"), device=box)
    # Loaded on day 7 and there on day 9, but not let in before day 30.
    assert phases(run(catalogue, option))["import"][0] == pytest.approx(30)
    early = run(catalogue, build(catalogue, "offline", "room"))
    assert phases(early)["import"][0] == pytest.approx(9)


def test_disks_load_in_as_many_rounds_as_there_are_bays_for(catalogue):
    # Five disks of 20 TB in two bays: three rounds of 0.8 d, then one trip for all.
    outcome = run(catalogue, build(catalogue, "offline", "shelf"))
    assert value(outcome.devices) == 5
    assert phases(outcome)["load"] == (3, pytest.approx(3 + 3 * 0.8))


# Second hop.


def test_a_second_hop_waits_for_the_import_and_pays_for_what_lies_there(catalogue):
    # 100 TB from the bucket by four tasks, each at 10 TB/d.
    outcome = run(catalogue, build(catalogue, "offline", "box", "efs", hop=True))
    assert phases(outcome)["second hop"] == (pytest.approx(19), pytest.approx(21.5))
    assert value(outcome.quantities["byte-stored-temporarily"]) == pytest.approx(100 * TB * 2.5 * DAY)
    assert value(outcome.quantities["hop-byte"]) == pytest.approx(100 * TB)
    assert value(outcome.quantities["byte-sent"]) == pytest.approx(100 * TB)


def test_data_of_an_earlier_wave_lies_there_longer(catalogue):
    # 100 TB imported on day 19 and 50 TB on day 35, hop of 150 TB until day 38.75.
    outcome = run(catalogue, build(catalogue, "offline", "box", "efs", hop=True), volume="150 TB")
    assert value(outcome.quantities["byte-stored-temporarily"]) == pytest.approx(
        (100 * 19.75 + 50 * 3.75) * TB * DAY
    )


def test_an_import_into_the_bucket_itself_writes_to_no_file_system(catalogue):
    outcome = run(catalogue, build(catalogue, "offline", "box"))
    assert value(outcome.quantities["byte-sent"]) == 0
    assert value(outcome.quantities["byte-stored-temporarily"]) == 0
    assert value(outcome.quantities["file-sent"]) == 100


# Dates.


@pytest.mark.parametrize(("volume", "late"), [("100 TB", False), ("100000000000001 B", True)])
def test_the_whole_last_day_counts(catalogue, volume, late):
    # From Monday the 5th, day 14 ends when the 18th does: 5 + 2 + 1 + 4 + 2. Two devices come back much later.
    outcome = run(catalogue, build(catalogue, "offline", "leaving"), volume=volume)
    assert bool(outcome.faults["misses-return-date"].item()) == late


def test_a_return_date_is_held_against_the_longest_preparation(catalogue):
    # An order may take 20 d in place of 5 d, and does so once for each of two devices: back on day 31 + 2 x 15.
    box = catalogue.devices["box"]
    slow = structs.replace(box.facts["order_time"], high=20 * DAY)
    for days, late in ((60, True), (61, False)):
        life = structs.replace(box.lifecycle, available_until=START + dt.timedelta(days=days - 1))
        hurried = structs.replace(box, facts={**box.facts, "order_time": slow}, lifecycle=life)
        option = structs.replace(build(catalogue, "offline", "box"), device=hurried)
        outcome = run(catalogue, option, volume="150 TB")
        assert bool(outcome.faults["misses-return-date"].item()) == late
        assert value(outcome.finish) / DAY == pytest.approx(35)


def frozen(first, last):
    """A freeze of these days from the start on."""
    return [f"{START + dt.timedelta(days=first)}..{START + dt.timedelta(days=last)}"]


@pytest.mark.parametrize(
    ("first", "last", "loaded"),
    [
        # Order, ways and set-up until day 8 go on as they do; so does what follows the load.
        (0, 7, 12),
        (12, 30, 12),
        # Two days in the middle of the load, one day at its beginning, two around its end.
        (10, 11, 14),
        (8, 8, 13),
        (11, 12, 14),
    ],
)
def test_nothing_is_loaded_in_a_freeze(catalogue, first, last, loaded):
    outcome = run(catalogue, build(catalogue, "offline", "box"), dated=True, freeze=frozen(first, last))
    found = phases(outcome)
    # What is begun in the middle of a freeze would be stale before it is full.
    assert found["load"] == (9 if first == 8 else 8, pytest.approx(loaded))
    assert found["wait to begin"] == (8, 9 if first == 8 else 8)
    assert found["ship back"] == (pytest.approx(loaded), pytest.approx(loaded + 2))
    assert found["import"][1] == pytest.approx(loaded + 7)


def test_the_hours_of_the_line_do_not_bind_a_load(catalogue):
    given = {"dated": True, "hours": "Mon-Fri 19:00-07:00"}
    free = run(catalogue, build(catalogue, "offline", "box"), **given)
    assert phases(free)["load"] == (8, pytest.approx(12))
    resting = run(catalogue, build(catalogue, "offline", "box"), freeze=frozen(10, 11), **given)
    assert phases(resting)["load"] == (8, pytest.approx(14))


def test_a_device_that_waits_for_the_end_of_a_freeze_is_paid_for(catalogue):
    # One day of set-up and four of load are included; two frozen days are not.
    box = catalogue.devices["box"]
    fact = structs.replace(box.facts["order_time"], value=5 * DAY)
    box = structs.replace(box, facts={**box.facts, "included_days": fact})
    option = structs.replace(build(catalogue, "offline", "box"), device=box)
    for freeze, days in ((frozen(30, 40), 0), (frozen(9, 10), 2)):
        outcome = run(catalogue, option, dated=True, freeze=freeze)
        assert value(outcome.quantities["device-day"]) == days


def test_a_later_wave_is_delayed_by_a_freeze_of_its_own_load(catalogue):
    # The second load, of 50 TB, runs from day 27 to day 29.
    outcome = run(
        catalogue, build(catalogue, "offline", "box"), volume="150 TB", dated=True, freeze=frozen(28, 28)
    )
    assert phases(outcome)["load"] == (8, pytest.approx(30))
    assert phases(outcome)["import"][1] == pytest.approx(36)


def until(catalogue, day, kind="offline", name="box"):
    """An option whose device can be ordered up to and on a day, counted from the start."""
    box = catalogue.devices[name]
    life = structs.replace(box.lifecycle, orders_until=START + dt.timedelta(days=day))
    return structs.replace(build(catalogue, kind, name), device=structs.replace(box, lifecycle=life))


@pytest.mark.parametrize(("day", "late"), [(18, True), (19, False), (20, False)])
@pytest.mark.parametrize("kind", ["offline", "hybrid"])
def test_a_second_wave_is_ordered_on_the_last_day_for_orders_at_the_latest(catalogue, kind, day, late):
    # 150 TB, one device of 100 TB at a time: the first has been read in on day 19, when the second is ordered.
    outcome = run(catalogue, until(catalogue, day, kind), volume="150 TB", **LINE)
    assert bool(outcome.faults["misses-last-order"].item()) == late


@pytest.mark.parametrize(("day", "late"), [(37, True), (38, False), (39, False)])
def test_of_three_waves_the_last_order_counts(catalogue, day, late):
    # The second is loaded on days 27 to 31, back on 33, and read in on 33 + 3 + 2 = 38.
    outcome = run(catalogue, until(catalogue, day), volume="250 TB")
    assert bool(outcome.faults["misses-last-order"].item()) == late


@pytest.mark.parametrize("name", ["pair", "room"])
def test_one_wave_is_ordered_at_once(catalogue, name):
    outcome = run(catalogue, until(catalogue, 0, name=name), volume="200 TB")
    assert not outcome.faults["misses-last-order"].any()


def test_what_could_not_be_ordered_at_all_is_not_told_twice(catalogue):
    outcome = run(catalogue, until(catalogue, -1), volume="250 TB")
    assert not outcome.faults["misses-last-order"].any()


def test_a_device_without_a_last_day_can_always_be_ordered_again(catalogue):
    outcome = run(catalogue, build(catalogue, "offline", "box"), volume="900 TB")
    assert not outcome.faults["misses-last-order"].any()


def test_couriers_that_keep_business_days_ask_the_calendar(catalogue):
    class Slow(Clock, frozen=True):
        def courier(self, start, busy):
            return np.add(start, np.multiply(busy, 2.0))

    w = read_workload(
        {"volume": "100 TB", "file_size": "1 TB", "protocol": "nfs"}, catalogue.assumptions, START
    )
    found = {}
    for name in ("box", "weekdays"):
        option = build(catalogue, "offline", name)
        outcome = outcome_of([option], w, assumed_values(catalogue), Slow())
        found[name] = phases(outcome)["ship out"]
    # Preparation is no shipment: it takes its days whatever couriers do.
    assert found == {"box": (5, 7), "weekdays": (5, 9)}


@pytest.mark.parametrize("kind", ["offline", "hybrid", "split"])
@pytest.mark.parametrize(("largest", "too_large"), [("50 TB", False), ("60 TB", True)])
def test_a_file_that_the_target_does_not_take_is_too_large_for_its_device(
    catalogue, kind, largest, too_large
):
    # S3 takes 48.8 TiB, 53.7 TB; the box states no limit.
    outcome = run(catalogue, build(catalogue, kind, "box"), link="1 Gbps", largest_file=largest)
    assert bool(outcome.faults["file-too-large"].item()) == too_large


def test_a_file_that_the_mover_does_not_take_is_too_large_for_a_hybrid(catalogue):
    option = build(catalogue, "hybrid", "box")
    limit = structs.replace(catalogue.devices["box"].facts["usable_capacity"], value=40 * TB)
    option = structs.replace(option, mover=structs.replace(option.mover, facts={"largest_file": limit}))
    outcome = run(catalogue, option, link="1 Gbps", largest_file="45 TB")
    assert bool(outcome.faults["file-too-large"].item())


# Hybrids.

GBPS_A_DAY = 125e6 * 0.7 * 0.9 * DAY


def test_a_hybrid_catches_up_on_what_changed_since_the_load_began(catalogue):
    # The load begins on day 8, the import ends on day 19: 11 days of 0.2 TB.
    outcome = run(catalogue, build(catalogue, "hybrid", "box"), change=0.2 * TB / DAY, **LINE)
    assert value(outcome.details["changed"]) == pytest.approx(2.2 * TB)
    start, end = phases(outcome)["catch-up pass"]
    assert start == pytest.approx(19)
    assert end - start == pytest.approx(2.2 * TB / GBPS_A_DAY, rel=1e-3)


def test_later_waves_are_younger(catalogue):
    # Loads begin on day 8 (100 TB) and on day 27 (50 TB), all is there on day 35.
    outcome = run(
        catalogue, build(catalogue, "hybrid", "box"), volume="150 TB", change=0.2 * TB / DAY, **LINE
    )
    assert value(outcome.details["changed"]) == pytest.approx(0.2 * (100 * 27 + 50 * 8) / 150 * TB)


def test_a_seed_without_times_is_sent_again_as_a_whole(catalogue):
    kept = run(catalogue, build(catalogue, "hybrid", "box"), **LINE)
    lost = run(catalogue, build(catalogue, "hybrid", "amnesia"), **LINE)
    full = 100 * TB / GBPS_A_DAY
    start, end = phases(lost)["catch-up pass"]
    assert end - start == pytest.approx(full, rel=1e-3)
    assert value(lost.finish) > value(kept.finish) + 0.99 * full * DAY
    assert value(lost.quantities["byte-sent"]) == pytest.approx(100 * TB, rel=1e-3)
    assert value(kept.quantities["byte-sent"]) == pytest.approx(0, abs=1)


def test_a_hybrid_uses_its_line_only_once_the_seed_is_there(catalogue):
    outcome = run(catalogue, build(catalogue, "hybrid", "box"), **LINE)
    assert value(outcome.quantities["hour"]) < value(outcome.finish) - 18 * DAY


# Splits.


def test_the_check_values_of_a_split(catalogue):
    # F = 5 + 2 + 1 + 2 + 3 = 13 d, and one more for the order: 14 d. L = 25, I = 50 TB/d, x = 1 Gbps x 0.9 x 0.7 = 6.8
    # TB/d, 300 TB: online 44 d, offline 14 + 300 (1/25 + 1/50) = 32 d, split y = 0.48 and 22.7 d.
    box = catalogue.devices["endless"]
    order = structs.replace(box.facts["order_time"], value=6 * DAY)
    box = structs.replace(box, facts={**box.facts, "order_time": order})

    def evaluated(kind):
        option = structs.replace(build(catalogue, kind, "endless"), device=box)
        return run(catalogue, option, volume="300 TB", **LINE)

    split = evaluated("split")
    assert value(evaluated("offline").finish) / DAY == pytest.approx(32)
    assert value(split.line_rate_time) / DAY == pytest.approx(300 / 6.804 * 0.9, rel=1e-3)
    assert value(split.details["part"]) == pytest.approx(0.485, abs=0.001)
    assert phases(split)["import"][1] == pytest.approx(22.7, abs=0.05)
    assert phases(split)["copy"][1] == pytest.approx(22.7, abs=0.05)
    assert value(split.quantities["byte-sent"]) == pytest.approx(0.515 * 300 * TB, rel=1e-3)
    assert value(split.quantities["hop-byte"]) == pytest.approx(0.485 * 300 * TB, rel=1e-3)


def test_a_split_does_not_start_a_wave_that_would_come_too_late(catalogue):
    # One device of 100 TB has landed on day 19 and a second one on day 32 or later; the line needs 29.4 d for 200 TB.
    outcome = run(catalogue, build(catalogue, "split", "box"), volume="300 TB", **LINE)
    assert value(outcome.details["part"]) == pytest.approx(1 / 3, abs=1e-4)
    assert value(outcome.devices) == 1
    assert phases(outcome)["copy"][1] == pytest.approx(200 * TB / GBPS_A_DAY, rel=3e-3)


def test_a_split_carries_what_changes_in_both_parts(catalogue):
    outcome = run(catalogue, build(catalogue, "split", "box"), volume="200 TB", change=0.1 * TB / DAY, **LINE)
    there = phases(outcome)["catch-up pass"][0]
    # What the line sends is as old as its copy, what the device carries as its load, which begins on day 8.
    begun, part = phases(outcome)["copy"][0], value(outcome.details["part"])
    age = part * (there - 8) + (1 - part) * (there - begun)
    assert value(outcome.details["changed"]) == pytest.approx(0.1 * age * TB, rel=1e-3)


@pytest.mark.parametrize("volume", ["20 TB", "100 GB"])
def test_a_split_is_too_small_where_the_line_is_done_before_a_device_could_be(catalogue, volume):
    outcome = run(catalogue, build(catalogue, "split", "box"), volume=volume, file_size="1 GB", **LINE)
    assert bool(outcome.faults["too-small"].item())


def test_without_a_line_a_split_is_refused_and_still_told(catalogue):
    outcome = run(catalogue, build(catalogue, "split", "box"))
    assert bool(outcome.faults["no-line"].item())
    assert np.isfinite(outcome.devices).all()


# Stacks and rows.


@pytest.mark.parametrize("kind", ["offline", "hybrid", "split"])
def test_a_stack_is_as_its_options_alone(catalogue, kind):
    options = [build(catalogue, kind, name) for name in ("box", "pair", "endless", "room")]
    given = {**LINE, "volume": "300 TB", "change": 0.2 * TB / DAY}
    stacked = run(catalogue, options, **given)
    assert np.shape(stacked.finish) == (4, 1, 1)
    assert all(np.shape(np.broadcast_to(a, (4, 1, 1))) == (4, 1, 1) for a in stacked.quantities.values())
    for index, option in enumerate(options):
        alone = run(catalogue, option, **given)
        assert value(stacked.finish[index]) == pytest.approx(value(alone.finish), rel=1e-12)


@pytest.mark.parametrize("kind", ["offline", "hybrid", "split"])
def test_a_column_equals_its_rows(catalogue, kind):
    fields = {"volume": "100 TB", "file_size": "1 GB", "protocol": "nfs", "link": "1 Gbps"}
    w = read_workload(fields, catalogue.assumptions, START)
    volumes = np.array([1.0, 100.0, 100.5, 450.0]) * TB
    option, assumed = build(catalogue, kind, "pair"), assumed_values(catalogue)

    def finish(volume):
        row = structs.replace(w, volume=volume, files=volume / 1e9, change_rate=volume * 1e-8)
        outcome = outcome_of([option], row, assumed, Clock())
        return np.broadcast_to(outcome.finish, (1, np.size(volume), 1))[0, :, 0]

    rows = [finish(volume).item() for volume in volumes.tolist()]
    assert finish(volumes[:, None]).tolist() == pytest.approx(rows, rel=1e-12)


@pytest.mark.parametrize("name", ["box", "pair", "many", "room", "shelf"])
def test_more_data_never_takes_less_time(catalogue, name):
    w = read_workload(
        {"volume": "1 TB", "file_size": "1 GB", "protocol": "nfs"}, catalogue.assumptions, START
    )
    volumes = np.sort(np.random.default_rng(5).uniform(1, 2000, 400)) * TB
    row = structs.replace(w, volume=volumes[:, None], files=volumes[:, None] / 1e9)
    option = build(catalogue, "offline", name)
    outcome = outcome_of([option], row, assumed_values(catalogue), Clock())
    landed = (outcome.phases[-2].start + outcome.phases[-2].duration)[0, :, 0]
    assert (np.diff(landed) >= -1e-6).all()


@pytest.mark.parametrize("name", ["box", "pair", "many", "room", "shelf"])
def test_a_split_is_there_no_later_than_either_way_alone(catalogue, name):
    volumes = np.random.default_rng(7).uniform(20, 2000, (200, 1)) * TB
    fields = {"volume": "1 TB", "file_size": "1 GB", "protocol": "nfs", **LINE}
    w = read_workload(fields, catalogue.assumptions, START)
    row = structs.replace(w, volume=volumes, files=volumes / 1e9, change_rate=0.0 * volumes)
    assumed = assumed_values(catalogue)

    def there(kind):
        outcome = outcome_of([build(catalogue, kind, name)], row, assumed, Clock())
        start = {phase.name: phase.start for phase in outcome.phases}["catch-up pass"]
        return np.broadcast_to(start, (1, 200, 1))[0], outcome

    split, outcome = there("split")
    by_device, _ = there("hybrid")
    by_line = volumes / (1e9 / 8 * 0.7 * 0.9)
    useful = ~outcome.faults["too-small"][0]
    assert useful.sum() > 50
    # 14 halvings leave a ten-thousandth of the data on the wrong side; the mover's set-up comes on top of the line.
    soonest = np.minimum(by_device, by_line * 1.0001 + 2 * HOUR)
    assert (split <= soonest + by_line * 1e-4)[useful].all()
