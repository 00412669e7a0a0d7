"""What AWS movers charge: prices by Region, and what each is counted by."""

import pytest

from migplan.facts import load


@pytest.fixture(scope="module")
def catalogue():
    return load()


def price(catalogue, name, region):
    found = catalogue.prices[name].region(region)
    return None if found is None else found.fact


@pytest.mark.parametrize(
    ("name", "region", "shown", "status"),
    [
        ("datasync-basic-data", "us-east-1", 0.0125, "confirmed"),
        ("datasync-basic-data", "eu-west-1", 0.0125, "confirmed"),
        ("datasync-basic-data", "eu-central-1", 0.0125, "confirmed"),
        ("datasync-basic-data", "ap-northeast-1", 0.0125, "confirmed"),
        ("datasync-enhanced-data", "us-east-1", 0.015, "confirmed"),
        ("datasync-enhanced-execution", "us-east-1", 0.55, "confirmed"),
        ("storage-gateway-write", "us-east-1", 0.01, "confirmed"),
        ("storage-gateway-cap", "us-east-1", 125, "confirmed"),
        ("transfer-family-endpoint", "us-east-1", 0.30, "confirmed"),
        ("transfer-family-data", "us-east-1", 0.04, "confirmed"),
        ("s3-standard-put", "us-east-1", 0.005, "confirmed"),
        ("s3-standard-put", "ap-northeast-1", 0.0047, "confirmed"),
        ("s3-standard-get", "us-east-1", 0.0004, "confirmed"),
        ("s3-standard-get", "ap-northeast-1", 0.00037, "confirmed"),
        ("gateway-host", "eu-west-1", 0.214, "confirmed"),
        ("gateway-host", "ap-northeast-1", 0.248, "confirmed"),
        ("ec2-file-server-instance", "us-east-1", 0.376, "confirmed"),
        ("ec2-file-server-instance", "eu-central-1", 0.414, "unconfirmed"),
        ("ec2-copy-host", "ap-northeast-2", 0.42, "unconfirmed"),
    ],
)
def test_prices(catalogue, name, region, shown, status):
    found = price(catalogue, name, region)
    assert (found.shown, found.status) == (shown, status)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("s3-files-write", "eu-central-1"),
        ("transfer-family-data", "eu-central-1"),
        ("storage-gateway-fsx", "us-east-1"),
        ("ec2-copy-host", "af-south-1"),
    ],
)
def test_a_price_that_nobody_found_is_unknown_and_not_zero(catalogue, name, region):
    assert price(catalogue, name, region) is None


def test_what_100_tb_cost(catalogue):
    # 100,000 GB at 0.0125 USD, and at 0.015 USD with 0.55 USD for the one execution
    basic, enhanced = (
        price(catalogue, f"datasync-{mode}-data", "us-east-1") for mode in ("basic", "enhanced")
    )
    execution = price(catalogue, "datasync-enhanced-execution", "us-east-1")
    assert 100e12 * basic.value == pytest.approx(1250)
    assert 100e12 * enhanced.value + execution.value == pytest.approx(1500.55)


def test_what_a_million_requests_cost(catalogue):
    assert 1e6 * price(catalogue, "s3-standard-put", "us-east-1").value == pytest.approx(5)


@pytest.mark.parametrize(
    ("mover", "charges"),
    [
        ("datasync-basic", {("datasync-basic-data", "byte-sent")}),
        (
            "datasync-enhanced",
            {("datasync-enhanced-data", "byte-sent"), ("datasync-enhanced-execution", "run")},
        ),
        ("snapmirror", set()),
        ("robocopy", {("ec2-copy-host", "agent-hour"), ("gce-copy-host", "agent-hour")}),
        ("transfer-family", {("transfer-family-endpoint", "hour"), ("transfer-family-data", "byte-sent")}),
        ("rclone", {("s3-standard-get", "file-sent"), ("s3-standard-get", "item-listed")}),
        ("s3-file-gateway", {("storage-gateway-write", "byte-sent"), ("s3-standard-put", "file-sent")}),
    ],
)
def test_what_is_charged_by_what(catalogue, mover, charges):
    assert {(charge.price, charge.per) for charge in catalogue.movers[mover].charges} == charges


def test_the_gateway_writes_100_gb_free_and_is_capped(catalogue):
    charge = next(c for c in catalogue.movers["s3-file-gateway"].charges if c.per == "byte-sent")
    assert (charge.free, charge.cap_price) == (100e9, "storage-gateway-cap")
