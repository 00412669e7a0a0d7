"""The routes of AWS: what each has, what it reaches, how fast it is, what it costs, and when it is offered."""

import datetime as dt

import numpy as np
import pytest

from migplan.analyses.plan import make_plan
from migplan.engine.case import assumed_values
from migplan.engine.copying import wire_rate
from migplan.engine.draws import Draws
from migplan.engine.options import enumerate_options
from migplan.engine.parameters import Parameters
from migplan.engine.pricing import price_option
from migplan.facts import load
from migplan.inputs.workload import read_workload

TODAY = dt.date(2026, 11, 23)
CATALOGUE = load()
AWS = {key: route for key, route in CATALOGUE.routes.items() if route.cloud in ("aws", "any")}

HOSTED = {
    "50m": 50e6, "100m": 100e6, "200m": 200e6, "300m": 300e6, "400m": 400e6, "500m": 500e6,
    "1g": 1e9, "2g": 2e9, "5g": 5e9, "10g": 10e9, "25g": 25e9,
}  # fmt: skip
DEDICATED = {"1g": 1e9, "10g": 10e9, "100g": 100e9, "400g": 400e9}
CIRCUITS = {
    **{f"direct-connect-hosted-{speed}": bits for speed, bits in HOSTED.items()},
    **{f"direct-connect-{speed}": bits for speed, bits in DEDICATED.items()},
}
VPNS = ("vpn", "vpn-5g", "vpn-tgw-ecmp", "vpn-over-direct-connect")
TOGETHER = (("direct-connect", "own"), ("vpn", "site"))
ONLY_NAMED = ("direct-connect", "vpn-over-direct-connect", "privatelink", "transit-gateway", "nat-gateway")


def workload(**fields):
    given = {"volume": "100 TB", "files": "1M", "link": "10 Gbps", **fields}
    return read_workload(given, CATALOGUE.assumptions, TODAY)


def options(**fields):
    return {option.id: option for option in enumerate_options(CATALOGUE, workload(**fields))}


def rate(route, **fields):
    """The rate that line and route leave to a copy with the whole line, in bits per second."""
    w = workload(routes=route, share="100 %", **fields)
    found = enumerate_options(CATALOGUE, w)
    option = next(o for o in found if o.kind == "online" and o.route.id == route)
    link, cap = wire_rate(Parameters([option], w.region), w, assumed_values(CATALOGUE))
    return float(np.minimum(link, cap).squeeze()) * 8


def amounts(option, w, **quantities):
    """Item -> amount of the charges of an option's route."""
    cost = price_option(CATALOGUE, option, w, quantities, 0.0)
    return {line.item: line.amount for line in cost.lines if line.owner == option.route.id}


def test_every_route_that_scripts_rely_on_is_there():
    wanted = {"internet", "s3-transfer-acceleration", "vpn", "direct-connect", *VPNS, *ONLY_NAMED, *CIRCUITS}
    assert wanted <= set(AWS)


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_has_the_rate_in_its_name(name):
    route = CATALOGUE.routes[name]
    assert route.fact("line_rate").value * 8 == pytest.approx(CIRCUITS[name])
    assert route.line == "own"
    assert {"public", "private"} <= set(route.reaches)
    assert {charge.price for charge in route.charges} >= {name, "direct-connect-circuit", "data-transfer-in"}


@pytest.mark.parametrize("name", AWS)
def test_a_route_says_what_of_the_wire_is_payload(name):
    fact = AWS[name].fact("goodput")
    assert 0.85 <= fact.low <= fact.value <= fact.high <= 0.99
    assert (fact.value == 0.90) == AWS[name].encrypted


@pytest.mark.parametrize("name", [key for key, route in AWS.items() if route.exists != "always"])
def test_a_route_that_must_be_built_says_how_long_it_takes(name):
    if name != "direct-connect":
        fact = AWS[name].fact("lead_time")
        assert 0 < fact.low < fact.value < fact.high


def test_a_partner_in_the_building_is_quicker_than_a_port_of_ones_own():
    for hosted in HOSTED:
        for dedicated in DEDICATED:
            quick = CATALOGUE.routes[f"direct-connect-hosted-{hosted}"].fact("lead_time_on_net")
            slow = CATALOGUE.routes[f"direct-connect-{dedicated}"].fact("lead_time_on_net")
            assert quick.value < slow.value
            assert (quick.low, quick.high) < (slow.low, slow.high)


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_waits_by_whether_the_building_is_on_the_network(name):
    on_net, usual, off_net = (
        CATALOGUE.routes[name].fact(f"lead_time{where}") for where in ("_on_net", "", "_off_net")
    )
    assert on_net.value < usual.value < off_net.value
    assert on_net.low <= usual.low
    assert usual.high <= off_net.high
    assert usual.value == 60 * 86400


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_is_sold_for_a_year_and_has_to_be_installed(name):
    route = CATALOGUE.routes[name]
    assert route.fact("minimum_term").value == 365 * 86400
    assert {c.per for c in route.charges if c.price == "direct-connect-circuit"} == {"term-hour"}
    assert {c.per for c in route.charges if c.price == "direct-connect-installation"} == {"once"}


@pytest.mark.parametrize("name", AWS)
def test_a_vpn_and_nothing_else_needs_a_customer_gateway(name):
    needs = {need.id for need in AWS[name].requires}
    assert ("customer-gateway" in needs) == (name in VPNS)


@pytest.mark.parametrize("name", AWS)
def test_the_internet_does_not_reach_into_a_vpc(name):
    reaches = set(AWS[name].reaches)
    public_only = {"internet", "privatelink", "nat-gateway", "s3-transfer-acceleration"}
    assert ("private" in reaches) == (name not in public_only)
    assert ("s3-acceleration" in reaches) == (name == "s3-transfer-acceleration")


# What a copy gets, in bits per second on a 10 Gbps line: the smallest of line, cap and packet rate, times goodput. At
# 1,500 bytes 140,000 packets a second are 1.68 Gbps, more than the 1.25 of a tunnel, and below 1,116 bytes less;
# 400,000 are 4.8 Gbps, less than the 5 of a large one.
@pytest.mark.parametrize(
    ("route", "fields", "expected"),
    [
        ("internet", {}, 10e9 * 0.94),
        ("direct-connect", {}, 10e9 * 0.94),
        ("vpn", {}, 1.25e9 * 0.90),
        ("vpn", {"mtu": "1000 B"}, 140_000 * 8000 * 0.90),
        ("vpn", {"link": "500 Mbps"}, 500e6 * 0.90),
        ("vpn-5g", {}, 400_000 * 12_000 * 0.90),
        ("vpn-5g", {"mtu": "1000 B"}, 400_000 * 8000 * 0.90),
        ("vpn-tgw-ecmp", {}, 10e9 * 0.90),
        ("vpn-over-direct-connect", {}, 1.25e9 * 0.90),
        ("transit-gateway", {"link": "400 Gbps"}, 100e9 * 0.94),
        ("direct-connect-hosted-500m", {}, 500e6 * 0.9 * 0.94),
        ("direct-connect-100g", {}, 100e9 * 0.9 * 0.94),
    ],
)
def test_rate(route, fields, expected):
    assert rate(route, **fields) == pytest.approx(expected, rel=1e-9)


def test_datasync_fills_fsx_over_the_internet_and_robocopy_does_not():
    found = options()
    assert "datasync-basic/internet/fsx-windows" in found
    assert "robocopy/internet/fsx-windows" not in found
    assert {"robocopy/vpn/fsx-windows", "robocopy/direct-connect-hosted-1g/fsx-windows"} <= set(found)


def test_only_clients_of_s3_use_acceleration():
    found = [o for o in options(protocol="nfs").values() if o.route is not None]
    fast = [o for o in found if o.route.id == "s3-transfer-acceleration"]
    assert fast
    assert {o.target.id for o in fast} <= {"s3", "s3-files", "s3-file-gateway"}
    assert "datasync-basic" not in {o.mover.id for o in fast}


@pytest.mark.parametrize("name", ONLY_NAMED)
def test_what_lies_over_an_existing_line_is_offered_only_when_named(name):
    def routes(found):
        return {option.route.id for option in found.values() if option.route is not None}

    assert name not in routes(options())
    assert name not in routes(options(routes="internet,vpn"))
    assert name in routes(options(routes=name))


def test_where_encryption_is_required_a_tunnel_makes_up_for_a_mover_that_does_not_encrypt():
    found = options(routes="direct-connect,vpn-over-direct-connect", encryption="required")

    def barred(name):
        return "not-encrypted" in {reason.code for reason in found[name].reasons}

    assert barred("robocopy/direct-connect/fsx-ontap")
    assert not barred("robocopy/vpn-over-direct-connect/fsx-ontap")
    assert not barred("datasync-basic/direct-connect/fsx-ontap")


def test_a_target_that_encrypts_by_itself_makes_up_for_a_mover_that_does_not():
    # FSx for Windows encrypts SMB 3; ONTAP and a server of one's own do where somebody switches it on.
    for protocol in ("smb", "local"):
        found = options(routes="direct-connect", encryption="required", protocol=protocol)
        barred = {
            target: "not-encrypted"
            in {reason.code for reason in found[f"robocopy/direct-connect/{target}"].reasons}
            for target in ("fsx-windows", "fsx-ontap", "ec2-file-server")
        }
        assert barred == {"fsx-windows": False, "fsx-ontap": True, "ec2-file-server": True}


# 100 TB are 100,000 GB; us-east-1. Interface endpoints: 100,000 x 0.01; NAT: 100,000 x 0.045.
@pytest.mark.parametrize(
    ("option", "item", "expected"),
    [
        ("datasync-basic/internet/fsx-windows", "Data transfer into the cloud", 0.0),
        ("datasync-basic/privatelink/fsx-windows", "Interface endpoint data processing", 1000.0),
        ("datasync-basic/transit-gateway/fsx-windows", "Transit gateway data processing", 2000.0),
        ("datasync-basic/nat-gateway/fsx-windows", "NAT gateway data processing", 4500.0),
    ],
)
def test_price_of_every_gigabyte(option, item, expected):
    route = option.split("/")[1]
    w = workload(routes=route)
    found = options(routes=route)[option]
    assert amounts(found, w, **{"byte-sent": 100e12})[item] == pytest.approx(expected)


def test_interface_endpoints_cost_less_from_1_and_5_petabytes_on():
    w = workload(routes="privatelink")
    option = options(routes="privatelink")["datasync-basic/privatelink/fsx-windows"]
    item = "Interface endpoint data processing"
    # 1e6 GB at 0.01, 4e6 GB at 0.006, 1e6 GB at 0.004.
    assert amounts(option, w, **{"byte-sent": 6e15})[item] == pytest.approx(10_000 + 24_000 + 4_000)


def test_hours_are_counted_for_new_routes_and_not_for_those_that_exist():
    month = 730 * 3600.0
    new, w = options()["datasync-basic/vpn/fsx-windows"], workload()
    assert amounts(new, w, hour=month) == {"Site-to-Site VPN connection": pytest.approx(36.5)}
    there = options(routes="vpn")["datasync-basic/vpn/fsx-windows"]
    assert amounts(there, workload(routes="vpn"), hour=month) == {}
    # A port by the hour that it is up; circuit and cross connect for their term at least, which counts hours by itself:
    # 10 Gbps at 3 times 1,000 USD, and 300 USD, for 12 of the months of 730 hours.
    year = {"hour": month, "term-hour": 12 * month, "once": 1.0}
    circuit = amounts(options()["datasync-basic/direct-connect-10g/fsx-windows"], w, **year)
    assert circuit == {
        "Direct Connect port, 10 Gbps": pytest.approx(2.25 * 730),
        "Circuit of the carrier": pytest.approx(12 * 3000),
        "Cross connect at the location": pytest.approx(12 * 300),
        "Installation of the circuit": pytest.approx(1500),
    }
    there = options(routes="direct-connect-10g")["datasync-basic/direct-connect-10g/fsx-windows"]
    assert amounts(there, workload(routes="direct-connect-10g"), **year) == {}


def test_ports_have_prices_of_their_own_in_japan_as_far_as_they_were_found():
    known = {name for name in CIRCUITS if CATALOGUE.prices[name].region("ap-northeast-1")}
    assert known == {"direct-connect-1g", "direct-connect-10g"}
    for name in known:
        there, elsewhere = (CATALOGUE.prices[name].region(r).fact for r in ("ap-northeast-1", "eu-west-1"))
        assert there.value < elsewhere.value
    assert all(CATALOGUE.prices[name].region("eu-west-1") for name in CIRCUITS)


def test_the_price_of_the_large_tunnel_was_told_by_another_and_for_one_region():
    price = CATALOGUE.prices["vpn-connection-large"]
    assert {region: row.fact.status for region, row in price.regions.items()} == {"us-east-1": "unconfirmed"}
    assert price.unknown


@pytest.mark.parametrize(("on_net", "days"), [("yes", 14), ("unknown", 60), ("no", 90)])
def test_a_new_circuit_waits_for_its_order(on_net, days):
    plan = make_plan({"volume": "100 TB", "link": "1 Gbps", "on_net": on_net}, today=TODAY, samples=0)
    found = {option.id: option for option in plan.options}
    circuit = found["datasync-basic/direct-connect-hosted-10g/fsx-ontap"]
    order = next(phase for phase in circuit.phases if phase.name == "order")
    assert order.days == pytest.approx(days)
    assert circuit.line_rate_days < found["datasync-basic/internet/fsx-ontap"].line_rate_days


def test_what_delays_one_new_circuit_into_a_building_delays_the_others():
    draws, routes = Draws(0, 100), CATALOGUE.routes.values()
    for cloud, family, line in ((cloud, *kind) for cloud in ("aws", "azure", "gcp") for kind in TOGETHER):
        alike = [
            route for route in routes if (route.cloud, route.family, route.line) == (cloud, family, line)
        ]
        times = [route.facts["lead_time"] for route in alike if "lead_time" in route.facts]
        assert len(times) > 1, (cloud, family)
        places = [np.argsort(draws(fact)).tolist() for fact in times]
        assert all(place == places[0] for place in places), (cloud, family)
