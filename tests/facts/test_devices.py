"""AWS devices to the cell: capacity, rates, what arrives, until when and for how much they can be had."""

import datetime as dt

import pytest
from msgspec import structs

import migplan
from migplan.engine.case import assumed_values
from migplan.engine.clock import Clock
from migplan.engine.loading import make_loader
from migplan.engine.options import enumerate_options
from migplan.engine.parameters import Parameters
from migplan.engine.shipping import ship_devices
from migplan.facts import load
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import read_workload

SHIPPED = (
    "snowball-80tb",
    "snowball-edge-210tb",
    "snowball-edge-210tb-batched",
    "snowball-edge-80tb",
    "snowball-edge-80tb-batched",
    "snowball-edge-compute-optimized",
    "snowcone-hdd",
    "snowcone-ssd",
    "snowmobile",
)
TERMINALS = ("data-transfer-terminal", "own-disks-courier", "own-nas-courier")
DEVICES = SHIPPED + TERMINALS
PARTNER = ("own-nas-partner", "own-server-moved")
"""What is carried to a site with a better line and read from there into a file system."""
GUIDE = "https://docs.aws.amazon.com/snowball/latest/developer-guide/"
TODAY = dt.date(2026, 11, 24)
DAY = 86400.0
TO_S3 = {
    "protocol": "nfs",
    "keep": ["timestamps"],
    "app_change": "allowed",
    "target": "s3",
    "region": "us-east-1",
    "agents": "1",
}
HISTORY = {**TO_S3, "volume": "300 TB", "file_size": "20 MB", "link": "200 Mbps", "customer": "existing"}


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(scope="module")
def history():
    return migplan.plan(today=dt.date(2024, 6, 1), samples=0, **HISTORY)


def plan(today=TODAY, **given):
    return migplan.plan(today=today, samples=0, **given)


def option(finished, name):
    return next(option for option in finished.options if option.id == name)


def codes(finished, name):
    return {reason.code for reason in option(finished, name).reasons}


@pytest.mark.parametrize("device", DEVICES + PARTNER)
def test_every_path_says_what_becomes_of_every_attribute(catalogue, device):
    for path in catalogue.devices[device].paths:
        assert set(path.keeps) == set(ATTRIBUTES), (device, path.interface)
        lost = {a for a, level in path.keeps.items() if level in ("no", "partial")}
        assert lost <= set(path.notes), (device, path.interface)


@pytest.mark.parametrize("device", DEVICES)
def test_one_path_for_each_protocol_and_all_land_in_the_bucket(catalogue, device):
    read = [protocol for path in catalogue.devices[device].paths for protocol in path.read]
    assert len(read) == len(set(read))
    assert all(path.to[0] == "s3" for path in catalogue.devices[device].paths)


@pytest.mark.parametrize(
    ("device", "key", "value", "unit", "low", "high", "status"),
    [
        ("snowball-edge-210tb", "usable_capacity", 210, "TB", 210, 210, "confirmed"),
        ("snowball-edge-210tb", "fill", 0.9, "1", 0.8, 0.95, "assumed"),
        ("snowball-edge-210tb", "port_rate", 100, "Gbps", 40, 100, "unconfirmed"),
        ("snowball-edge-210tb", "copy_rate", 400, "MB/s", 250, 1500, "unconfirmed"),
        ("snowball-edge-210tb", "files", 40e6, "1", 40e6, 40e6, "confirmed"),
        ("snowball-edge-210tb", "largest_file", 5, "TB", 5, 5, "confirmed"),
        ("snowball-edge-210tb", "directory_files", 500_000, "1", 500_000, 500_000, "confirmed"),
        ("snowball-edge-210tb", "path_length", 1024, "1", 1024, 1024, "confirmed"),
        ("snowball-edge-210tb", "order_time", 14, "day", 3, 28, "assumed"),
        ("snowball-edge-210tb", "included_days", 15, "day", 15, 15, "confirmed"),
        ("snowball-edge-210tb", "pool", 1, "1", 1, 1, "confirmed"),
        ("snowball-edge-210tb-batched", "batch_below", 1, "MB", 1, 1, "confirmed"),
        ("snowball-edge-80tb", "usable_capacity", 80, "TB", 80, 80, "confirmed"),
        ("snowball-edge-80tb", "included_days", 10, "day", 10, 10, "confirmed"),
        ("snowball-edge-compute-optimized", "usable_capacity", 28, "TB", 28, 28, "confirmed"),
        ("snowcone-hdd", "usable_capacity", 8, "TB", 8, 8, "confirmed"),
        ("snowcone-ssd", "usable_capacity", 14, "TB", 14, 14, "unconfirmed"),
        ("snowball-80tb", "usable_capacity", 72, "TB", 72, 72, "confirmed"),
        ("snowmobile", "usable_capacity", 100, "PB", 100, 100, "unconfirmed"),
        ("data-transfer-terminal", "port_rate", 100, "Gbps", 100, 100, "confirmed"),
        ("data-transfer-terminal", "order_time", 24, "hour", 24, 24, "confirmed"),
        ("data-transfer-terminal", "visit_time", 6, "hour", 6, 6, "confirmed"),
        ("data-transfer-terminal", "visit_gap", 1, "hour", 1, 1, "confirmed"),
    ],
)
def test_facts_to_the_cell(catalogue, device, key, value, unit, low, high, status):
    fact = catalogue.devices[device].facts[key]
    scale = fact.value / fact.shown
    assert (fact.shown, fact.unit, fact.status) == (value, unit, status)
    assert (fact.low / scale, fact.high / scale) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("region", "days", "low", "high"),
    [
        ("us-east-1", 2, 1, 2),
        ("ca-central-1", 2, 1, 2),
        ("eu-west-1", 2, 1, 5),
        ("eu-west-2", 2, 1, 5),
        ("ap-northeast-1", 2, 1, 3),
        ("sa-east-1", 2, 2, 2),
        ("ap-south-1", 7, 7, 7),
        ("me-central-1", 3, 1, 7),
    ],
)
@pytest.mark.parametrize("key", ["ship_time", "return_time"])
def test_shipping_differs_by_region(catalogue, key, region, days, low, high):
    fact = catalogue.devices["snowball-edge-210tb"].fact(key, region)
    assert (fact.value / DAY, fact.low / DAY, fact.high / DAY) == (days, low, high)


@pytest.mark.parametrize("capacity", ["210tb", "80tb"])
def test_both_ways_of_filling_one_device_differ_in_nothing_else(catalogue, capacity):
    plain = catalogue.devices[f"snowball-edge-{capacity}"]
    packed = catalogue.devices[f"snowball-edge-{capacity}-batched"]
    # How it is filled and read in, and what a device that no longer ships need not repeat.
    own = {
        "batched_per_file_time",
        "batch_below",
        "per_file_time",
        "import_rate",
        "import_per_file_time",
    }

    def common(profile):
        return {key: (fact.value, fact.source) for key, fact in profile.facts.items() if key not in own}

    assert common(plain) == common(packed)
    assert plain.charges == packed.charges
    assert plain.lifecycle == packed.lifecycle
    assert plain.regions == packed.regions
    assert len(plain.regions) == 22
    assert set(plain.regional) == set(plain.regions) - {"me-central-1"}


def test_the_device_over_nfs_keeps_posix_and_loses_windows_permissions(catalogue):
    by = {p: path for path in catalogue.devices["snowball-edge-210tb"].paths for p in path.read}
    assert (by["nfs"].keeps["posix"], by["nfs"].keeps["timestamps"]) == ("yes", "yes")
    assert {by["smb"].keeps[name] for name in ("dacl", "sacl", "owner", "ads")} == {"no"}
    assert by["smb"].keeps["timestamps"] == "unknown"


def test_through_the_s3_adapter_name_and_contents_alone_arrive(catalogue):
    for path in catalogue.devices["snowball-edge-210tb-batched"].paths:
        assert set(path.keeps.values()) <= {"no", "not-applicable", "unknown"}
        assert path.keeps["timestamps"] == "no"


@pytest.mark.parametrize("device", TERMINALS)
def test_terminals_ask_for_enterprise_support_and_own_optics(catalogue, device):
    needs = {need.id: need for need in catalogue.devices[device].requires}
    assert needs["enterprise-support"].blocking
    assert needs["enterprise-support"].support == ("enterprise",)
    assert "100GBASE-LR4" in needs["own-100g-optics"].text
    assert "reach" in needs["terminal-in-reach"].text
    assert catalogue.devices[device].lifecycle.available_from == dt.date(2024, 12, 1)


@pytest.mark.parametrize(
    ("price", "region", "value", "low"),
    [
        ("snowball-edge-210tb-job", "us-east-1", 3200, 1800),
        ("snowball-edge-210tb-extra-day", "us-east-1", 250, 250),
        ("snowball-edge-80tb-job", "us-west-2", 300, 300),
        ("snowball-edge-shipping", "ap-northeast-1", 60, 60),
    ],
)
def test_fees_that_are_told_are_unconfirmed(catalogue, price, region, value, low):
    fact = catalogue.prices[price].region(region).fact
    assert (fact.value, fact.low, fact.status) == (value, low, "unconfirmed")


@pytest.mark.parametrize(
    "price",
    [
        "courier-shipment",
        "own-disk-hardware",
        "own-nas-hardware",
        "own-terminal-host",
        "partner-site-upload",
        "server-transport",
        "snowball-80tb-job",
        "snowball-edge-80tb-extra-day",
        "snowball-edge-compute-optimized-job",
        "snowcone-job",
        "snowmobile-job",
    ],
)
def test_fees_that_were_not_found_say_so(catalogue, price):
    assert not catalogue.prices[price].regions
    assert catalogue.prices[price].unknown


def test_the_fee_of_a_terminal_was_told_by_another_and_not_for_japan(catalogue):
    # USD per port and hour: within North America, and from there to Europe.
    fee = catalogue.prices["data-transfer-terminal-hour"]
    found = {region: fee.region(region).fact for region in ("us-east-1", "eu-west-1")}
    assert {region: (fact.shown, fact.status) for region, fact in found.items()} == {
        "us-east-1": (300, "unconfirmed"),
        "eu-west-1": (500, "unconfirmed"),
    }
    assert fee.region("ap-northeast-1") is None
    assert fee.unknown


# Dates and customers.


def test_a_new_customer_is_never_offered_a_snowball_today(catalogue):
    finished = plan(**{**HISTORY, "customer": "new"})
    snow = [o for o in finished.options if o.device and o.device.startswith("snow")]
    assert {o.device for o in snow} == set(SHIPPED)
    assert not any(o.usable for o in snow)
    assert "closed-to-new" in codes(finished, "snowball-edge-210tb/s3")


@pytest.mark.parametrize(
    ("today", "customer", "offered"),
    [
        (dt.date(2025, 11, 6), "new", True),
        (dt.date(2025, 11, 7), "new", False),
        (dt.date(2025, 12, 1), "new", False),
        (dt.date(2025, 12, 1), "existing", True),
    ],
)
def test_closed_to_new_customers_from_the_day_on(today, customer, offered):
    finished = plan(today, **{**HISTORY, "volume": "100 TB", "customer": customer})
    assert option(finished, "snowball-edge-210tb/s3").usable == offered
    assert ("closed-to-new" in codes(finished, "snowball-edge-210tb/s3")) == (not offered)


@pytest.mark.parametrize(("today", "offered"), [(dt.date(2026, 10, 1), True), (dt.date(2026, 12, 15), False)])
def test_an_order_must_be_back_before_support_ends(today, offered):
    finished = plan(today, **{**HISTORY, "volume": "100 TB"})
    late = "misses-return-date" in codes(finished, "snowball-edge-210tb/s3")
    assert late == (not offered)
    reason = [r for r in option(finished, "snowball-edge-210tb/s3").reasons if r.code == "misses-return-date"]
    assert all("2026-12-31" in r.text for r in reason)


def test_support_has_ended_for_what_is_gone(catalogue):
    finished = plan(**HISTORY)
    for device in ("snowball-edge-80tb", "snowcone-hdd", "snowcone-ssd", "snowball-80tb", "snowmobile"):
        assert "support-ended" in codes(finished, f"{device}/s3"), device


@pytest.mark.parametrize(("day", "ended"), [(11, False), (12, True)])
def test_the_generation_before_ships_until_the_day_before_it_ends(day, ended):
    finished = plan(dt.date(2024, 11, day), **{**HISTORY, "volume": "50 TB"})
    assert ("support-ended" in codes(finished, "snowball-edge-80tb/s3")) == ended
    assert "support-ended" not in codes(finished, "snowball-edge-210tb/s3")


@pytest.mark.parametrize(("today", "late"), [(dt.date(2024, 6, 1), False), (dt.date(2024, 9, 1), True)])
def test_later_waves_must_be_ordered_while_orders_are_taken(today, late):
    # Five devices of which one may be away at a time: the last of them is ordered more than a hundred days later.
    finished = plan(today, **HISTORY)
    name = "snowball-edge-80tb/s3"
    assert ("misses-last-order" in codes(finished, name)) == late
    assert option(finished, name).usable == (not late)
    assert all(
        "2024-11-11" in r.text for r in option(finished, name).reasons if r.code == "misses-last-order"
    )


def test_in_2024_both_generations_still_ship(history):
    assert option(history, "snowball-edge-80tb/s3").usable
    assert option(history, "snowball-edge-210tb/s3").usable
    assert not option(history, "snowball-80tb/s3").usable
    assert not option(history, "snowmobile/s3").usable
    assert codes(history, "data-transfer-terminal/s3") == {"not-yet-available", "needs-plan"}


def test_devices_of_the_history_by_hand(history):
    # 300 TB on 72 TB or 189 TB of room each: 5 and 2 devices, of one job each.
    assert option(history, "snowball-edge-80tb/s3").devices == 5
    assert option(history, "snowball-edge-210tb/s3").devices == 2
    fee = next(
        line
        for line in option(history, "snowball-edge-210tb/s3").cost_usd.lines
        if line.item == "Snowball Edge 210 TB, service fee"
    )
    assert (fee.quantity, fee.amount) == (2, 6400)


def test_a_terminal_wants_enterprise_support():
    given = {**HISTORY, "link": "1 Gbps"}
    assert "needs-plan" in codes(plan(**given), "data-transfer-terminal/s3")
    assert option(plan(**given, support="enterprise"), "data-transfer-terminal/s3").usable


@pytest.mark.slow
@pytest.mark.parametrize("device", ["snowball-edge-210tb", "data-transfer-terminal", "own-nas-courier"])
@pytest.mark.parametrize("target", ["fsx-windows", "fsx-ontap"])
def test_windows_permissions_do_not_survive_a_device(device, target):
    finished = plan(
        dt.date(2026, 1, 10), volume="50 TB", protocol="smb", customer="existing", support="enterprise"
    )
    assert "drops-dacl" in codes(finished, f"{device}/{target}")


def test_a_device_is_not_offered_where_it_is_not_sold(catalogue):
    given = {**HISTORY, "region": "ap-east-1"}
    workload = read_workload(given, catalogue.assumptions, dt.date(2026, 1, 10))
    found = {o.id: o for o in enumerate_options(catalogue, workload)}
    assert [r.code for r in found["snowball-edge-210tb/s3"].reasons] == ["not-in-region"]


# Published cases.


def stages(catalogue, device, protocol, volume, files):
    """Load and import of a case on a single device, with a source that does not bound. [s]."""
    given = {**TO_S3, "protocol": protocol, "keep": [], "volume": f"{volume} B", "files": f"{files}"}
    workload = read_workload({**given, "customer": "existing"}, catalogue.assumptions, dt.date(2024, 1, 1))
    workload = structs.replace(workload, source_rate=float("inf"))
    chosen = [o for o in enumerate_options(catalogue, workload) if o.id == f"{device}/s3"]
    parameters = Parameters(chosen, workload.region)
    assumed = structs.replace(assumed_values(catalogue), source_file_rate=float("inf"))
    seed = ship_devices(parameters, workload, Clock(), make_loader(parameters, workload, assumed), None)
    assert float(seed.devices.item()) == 1
    return (seed.loaded - seed.begun).item(), (seed.imported - seed.returned).item() - DAY


def test_small_files_one_by_one_and_in_archives_load_as_measured(catalogue):
    # snowt.each: 107,160 s for 10 million files of 100 kB. snowt.tar: 2,700 s for the same in archives of 1 GB.
    one_by_one, _ = stages(catalogue, "snowball-edge-210tb", "nfs", 10**12, 10**7)
    packed, _ = stages(catalogue, "snowball-edge-210tb-batched", "nfs", 10**12, 10**7)
    assert one_by_one == pytest.approx(107_160, rel=0.01)
    assert packed == pytest.approx(2_700, rel=0.01)


def test_imports_take_as_long_as_measured(catalogue):
    # snowk.import-each: 406,800 s for 19.6 million objects. snowk.import-tar: 93,600 s for 119.6 million in archives.
    _, one_by_one = stages(catalogue, "snowball-edge-210tb", "nfs", 2_408 * 10**9, 19_567_430)
    _, packed = stages(catalogue, "snowball-edge-210tb-batched", "nfs", 14_708 * 10**9, 119_577_235)
    assert one_by_one == pytest.approx(406_800, rel=0.01)
    assert packed == pytest.approx(93_600, rel=0.01)


@pytest.mark.parametrize("name", TERMINALS)
def test_what_ends_at_a_terminal_names_the_ten_that_there_are(catalogue, name):
    (told,) = (entry.text for entry in catalogue.devices[name].requires if entry.id == "terminal-in-reach")
    cities = "San Francisco, Los Angeles, New York, Seattle, Phoenix, Munich, London, Paris, Sydney and Tokyo"
    assert cities in told


def test_no_note_says_that_a_price_was_not_found_which_is_there(catalogue):
    for device in catalogue.devices.values():
        for charge in device.charges:
            if catalogue.prices[charge.price].regions:
                assert not any("not found" in note and charge.price in note for note in device.notes), (
                    device.id
                )
