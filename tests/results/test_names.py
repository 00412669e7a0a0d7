"""Names for people: what is read in tables and sentences, where ids are for scripts."""

import datetime as dt
import re

import pytest

from migplan.analyses.plan import make_plan
from migplan.facts.store import load
from migplan.report.view import name_of, short_of

TODAY = dt.date(2026, 11, 24)
FILES = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "routes": "internet, vpn"}
MEDIA = {
    "volume": "300 TB",
    "link": "500 Mbps",
    "app_change": "allowed",
    "use": "media",
    "keep": "timestamps",
}
QUESTIONS = (
    FILES,
    {
        **FILES,
        "protocol": "nfs",
        "source": "ontap",
        "keep": "posix",
        "use": "archive",
        "app_change": "allowed",
    },
    {**MEDIA, "customer": "existing"},
    {**FILES, "cloud": "azure", "region": "westeurope"},
)


def plan_of(fields, today=TODAY):
    return make_plan(fields, (), today, samples=0)


@pytest.fixture(scope="module")
def plan():
    return plan_of(FILES)


def test_an_option_is_called_by_plain_names(plan):
    found = {option.id: option for option in plan.options}["datasync-basic/internet/fsx-windows"]
    assert found.name == "DataSync over the existing internet line to FSx for Windows, multi-zone HDD"
    assert found.short_name == "DataSync · internet → FSx for Windows"


@pytest.mark.parametrize(
    ("id", "name", "short"),
    [
        (
            "snowball-edge-210tb/s3",
            "Snowball Edge 210 TB, to S3, cold objects in Glacier Instant Retrieval",
            "Snowball Edge 210 TB → S3",
        ),
        (
            "snowball-edge-210tb+datasync-basic/internet/s3",
            "Snowball Edge 210 TB, then DataSync over the existing internet line, to S3, cold objects in Glacier "
            "Instant Retrieval",
            "Snowball Edge 210 TB, then DataSync · internet → S3",
        ),
    ],
)
def test_devices_and_mixtures_are_called_by_their_parts(id, name, short):
    fields = {
        "volume": "150 TB",
        "link": "200 Mbps",
        "app_change": "allowed",
        "use": "media",
        "keep": "timestamps",
    }
    found = {
        option.id: option
        for option in plan_of({**fields, "customer": "existing"}, dt.date(2025, 1, 7)).options
    }
    assert id in found, sorted(found)
    assert (found[id].name, found[id].short_name) == (name, short)


@pytest.mark.parametrize("fields", QUESTIONS)
def test_two_options_of_a_plan_never_have_one_name(fields):
    options = plan_of(fields).options
    assert len({option.name for option in options}) == len(options)
    assert len({option.short_name for option in options}) == len(options)


@pytest.mark.parametrize("fields", QUESTIONS)
def test_names_hold_no_ids_and_no_makers(fields):
    for option in plan_of(fields).options:
        for name in (option.name, option.short_name):
            assert not re.search(r"/[a-z](?! per)|[a-z]+-[a-z]+-[a-z]|Amazon |NetApp (?!Files)", name), name


def test_names_for_cells_are_short():
    facts = load()
    for kind, most in ((facts.movers, 24), (facts.routes, 24), (facts.devices, 30), (facts.targets, 15)):
        long = [item.short for item in kind.values() if item.cloud != "none" and len(item.short) > most]
        assert not long


def test_names_are_found_by_id(plan):
    assert name_of(plan, plan.options[0].id) == plan.options[0].name
    assert short_of(plan, plan.options[0].id) == plan.options[0].short_name
    assert name_of(plan, "no/such/option") == short_of(plan, "no/such/option") == "no/such/option"
