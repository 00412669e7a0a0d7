"""What binds on the way to Azure and Google Cloud: the line, the circuit, or what it ends at."""

import datetime as dt

import numpy as np
import pytest

from migplan.engine.case import assumed_values
from migplan.engine.copying import wire_rate
from migplan.engine.options import enumerate_options
from migplan.engine.parameters import Parameters
from migplan.facts import load
from migplan.inputs.workload import read_workload

FACTS = load()
TODAY = dt.date(2026, 11, 29)

CARRIES = [
    # What a copy gets, in Gbps: the least of gateway or tunnels and of the line of 10 Gbps or the circuit, of which a
    # new one is used by nine tenths.
    ("azure", "expressroute-1g", 1 * 0.9 * 0.94),
    ("azure", "expressroute-10g", 10 * 0.9 * 0.94),
    ("azure", "expressroute-10g-ergw2az", 2 * 0.94),
    ("azure", "azure-vpn", 0.65 * 0.9),
    ("azure", "azure-vpn-gw2", 1.25 * 0.9),
    ("azure", "azure-vpn-gw3", 2.5 * 0.9),
    ("azure", "azure-vpn-gw4", 5 * 0.9),
    ("azure", "azure-vpn-gw5", 10 * 0.9),
    ("gcp", "interconnect-10g", 10 * 0.9 * 0.94),
    ("gcp", "interconnect-100g", 100 * 0.9 * 0.94),
    ("gcp", "partner-interconnect-1g", 1 * 0.9 * 0.94),
    ("gcp", "partner-interconnect-10g", 10 * 0.9 * 0.94),
    ("gcp", "interconnect", 10 * 0.94),
    ("gcp", "cloud-vpn", 2 * 0.9),
    ("gcp", "cloud-vpn-4", 8 * 0.9),
]


@pytest.mark.parametrize(("cloud", "route", "gbps"), CARRIES)
def test_the_least_of_line_and_gateway_binds(cloud, route, gbps):
    given = {"volume": "20 TB", "link": "10 Gbps", "share": "100 %", "cloud": cloud, "routes": route}
    w = read_workload(given, FACTS.assumptions, TODAY)
    option = next(o for o in enumerate_options(FACTS, w) if o.kind == "online" and o.route.id == route)
    link, cap = wire_rate(Parameters([option], w.region), w, assumed_values(FACTS))
    assert float(np.minimum(link, cap).squeeze()) * 8e-9 == pytest.approx(gbps, rel=0.01)
