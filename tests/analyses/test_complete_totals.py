"""Totals of targets in the Regions that most people ask about have no price in them that nobody knows."""

import datetime as dt

import pytest

from migplan.api import plan

REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1")
TARGETS = ("fsx-windows", "fsx-ontap", "fsx-openzfs", "fsx-lustre", "efs", "s3", "ec2-file-server")
BESIDE = ("fsx-windows", "fsx-ontap", "fsx-openzfs", "fsx-lustre", "efs", "s3")


@pytest.mark.parametrize("protocol", ["smb", "nfs", "object"])
@pytest.mark.parametrize("region", REGIONS)
def test_a_year_with_what_is_needed_beside_a_target_has_no_unknown_price(region, protocol):
    answer = plan(
        volume="20 TB", link="1 Gbps", region=region, protocol=protocol, routes="internet", samples=0,
        today=dt.date(2026, 11, 28),
    )  # fmt: skip
    online = [option for option in answer.options if option.kind == "online" and option.target in BESIDE]
    assert online
    for option in online:
        known = {line.item: line.amount is not None for line in option.cost_usd.lines if line.monthly}
        assert all(known.values()), (option.id, known)
        assert option.cost_usd.running > 0


@pytest.mark.parametrize("region", REGIONS)
def test_all_configurations_have_complete_totals(region):
    answer = plan(volume="20 TB", link="1 Gbps", region=region, samples=0, today=dt.date(2026, 11, 28))
    found = {
        (region, target.id, own.id): own.complete and own.monthly_usd is not None
        for target in answer.targets
        if target.id in TARGETS
        for own in target.configurations
        # What the list that was read names no row of stands for no target.
        if own.id != "intelligent-tiering" or target.id == "s3"
    }
    assert {target for _, target, _ in found} == set(TARGETS)
    assert [key for key, complete in found.items() if not complete] == []
