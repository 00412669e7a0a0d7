"""Every profile that comes with migplan, whatever its kind."""

import datetime as dt
import tomllib

import numpy as np
import pytest
from msgspec.structs import replace

from migplan.engine.draws import Draws
from migplan.facts import load, own_folder
from migplan.facts.compile import compile_folders
from migplan.facts.schema import MODELS

FILES = sorted(own_folder().glob("*/*.toml"))


@pytest.fixture(scope="module")
def catalogue():
    return load()


def sourced(table, place=""):
    """Every table with a source, with its place in the file."""
    if isinstance(table, dict):
        if "source" in table:
            yield place, table
        for key, value in table.items():
            yield from sourced(value, f"{place}.{key}")
    elif isinstance(table, list):
        for index, value in enumerate(table):
            yield from sourced(value, f"{place}.{index}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_number_has_a_source_and_a_date(path):
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    found = list(sourced(document))
    assert found or document.get("unknown"), "says nothing that has a source, and does not say why"
    for place, table in found:
        assert table["source"].startswith(("https://", "assumption: ")), place
        assert table.get("as_of", dt.date.min) <= dt.date.today(), place


def test_all_of_them_load_together():
    compiled = compile_folders([own_folder()])
    assert all(compiled[kind] for kind in MODELS)


def test_what_can_be_bought_costs_something_or_says_that_nobody_knows(catalogue):
    for target in catalogue.targets.values():
        if target.cloud != "none":
            for own in target.configurations or (target,):
                assert own.charges, f"{own.key} would be free"


REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1")
IN_NO_LIST = {"fsx-openzfs-intelligent-storage", "fsx-lustre-intelligent-storage"}
PRICED = ("fsx-windows", "fsx-ontap", "fsx-openzfs", "fsx-lustre", "efs", "s3")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", PRICED)
def test_every_charge_of_every_configuration_has_a_price(catalogue, name, region):
    configurations = catalogue.targets[name].configurations
    assert {own.availability for own in configurations} & {"multi-zone", "regional"} or name == "fsx-lustre"
    for own in configurations:
        assert own.charges
        for charge in own.charges:
            # Operations beyond those that capacity brings along are bought by few.
            known = catalogue.prices[charge.price].region(region) is not None or charge.per == "iops"
            assert known is (charge.price not in IN_NO_LIST), (own.key, charge.price)


def test_what_has_no_known_price_of_the_other_targets_of_aws(catalogue):
    """Exactly these: a list that shrinks as prices are found."""
    lacking = {
        (charge.price, region)
        for target in catalogue.targets.values()
        for own in target.configurations
        for charge in own.charges
        for region in REGIONS
        if target.cloud == "aws" and catalogue.prices[charge.price].region(region) is None
    }
    assert lacking == {
        *(("fsx-openzfs-ssd-iops-single-az", region) for region in REGIONS if region != "us-east-1"),
        *(("fsx-openzfs-ssd-iops-multi-az", region) for region in REGIONS),
        *((f"s3-files-{kind}", region) for kind in ("write", "storage") for region in REGIONS[1:3]),
        *((price, region) for price in IN_NO_LIST for region in REGIONS),
    }


def test_what_has_no_known_price_of_what_is_needed_beside_the_targets_of_aws(catalogue):
    lacking = {
        (charge.price, region)
        for need in catalogue.running.values()
        for charge in need.charges
        for region in REGIONS
        if need.cloud == "aws" and catalogue.prices[charge.price].region(region) is None
    }
    assert lacking == {
        ("ebs-snapshot", "eu-west-1"),
        ("aws-direct-connect-out", "eu-central-1"),
        *(("managed-ad-standard", region) for region in REGIONS[1:3]),
    }


def test_ontap_of_the_second_generation_is_offered_where_it_has_a_price(catalogue):
    second = [
        own for own in catalogue.targets["fsx-ontap"].configurations if own.configuration.endswith("gen2")
    ]
    assert len(second) == 2
    for own in second:
        (price,) = (charge.price for charge in own.charges if charge.per == "throughput")
        assert set(own.regions) == set(catalogue.prices[price].regions)
    assert "sa-east-1" not in second[0].regions


def test_our_paths_have_ids_and_keep_their_draws(catalogue):
    for path in FILES:
        for table in tomllib.loads(path.read_text(encoding="utf-8")).get("paths", ()):
            assert table.get("id"), path
    rate = next(p for p in catalogue.movers["datasync-basic"].paths if p.id == "object-to-posix").facts[
        "task_rate"
    ]
    assert rate.id == "movers/datasync-basic.paths.object-to-posix.task_rate"
    assert rate.seed == "movers/datasync-basic.paths.8.facts.task_rate"
    renamed = replace(rate, id="another")
    assert np.array_equal(Draws(0, 10)(rate), Draws(0, 10)(renamed))
    assert not np.array_equal(Draws(0, 10)(rate), Draws(0, 10)(replace(rate, seed="")))


def test_a_tool_of_one_endpoint_does_not_copy_from_other_object_storage(catalogue):
    paths = {path.id: path for path in catalogue.movers["s5cmd"].paths}
    assert "one endpoint alone" in paths["object-to-s3"].doubt
    assert paths["files-to-s3"].doubt == ""
    # Those that know two of them do.
    assert all(path.doubt == "" for path in catalogue.movers["rclone"].paths)
