import pytest

import migplan
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.facts.regions import find_region, region_fault

FACTS = load()


@pytest.mark.parametrize("cloud", FACTS.clouds)
def test_every_region_is_found_by_each_of_its_names(cloud):
    known = FACTS.clouds[cloud]
    for region, names in known.regions.items():
        assert find_region(known, region) == (region,)
        for name in names:
            assert region in find_region(known, name), name


def test_every_region_that_our_profiles_name_is_one_of_a_cloud():
    prices = {region for price in FACTS.prices.values() for region in price.regions} - {"any"}
    kinds = (FACTS.movers, FACTS.routes, FACTS.devices, FACTS.targets)
    profiles = [profile for kind in kinds for profile in kind.values()]
    named = {region for profile in profiles for region in (*profile.regions, *profile.regional)}
    assert prices | named <= {region for cloud in FACTS.clouds.values() for region in cloud.regions}


@pytest.mark.parametrize(
    ("cloud", "text", "told"),
    [
        ("aws", "ap-northeast1", "is not known; did you mean 'ap-northeast-1' (Asia Pacific (Tokyo))?"),
        ("aws", "Tokio", "did you mean 'ap-northeast-1' "),
        ("aws", "us-west-2b", "did you mean 'us-west-2' "),
        ("aws", "westeurope", "is a Region of Azure, not of AWS; wanted such as us-east-1, "),
        ("azure", "us-east-1", "is a Region of AWS, not of Azure; wanted such as "),
        ("azure", "Virginia", "did you mean 'eastus' (East US) or 'eastus2' (East US 2)?"),
        ("azure", "nowhere-9", "is not known; wanted such as australiacentral, "),
    ],
)
def test_what_is_no_region_is_told_what_to_write(cloud, text, told):
    assert told in region_fault(FACTS, cloud, text)
    with pytest.raises(MigplanError, match=r"^region: "):
        migplan.plan(volume="1 TB", link="1 Gbps", cloud=cloud, region=text, samples=0)


@pytest.mark.parametrize(
    ("cloud", "text", "region"),
    [
        ("aws", "Tokyo", "ap-northeast-1"),
        ("aws", "asia pacific (tokyo)", "ap-northeast-1"),
        ("aws", "EU (Ireland)", "eu-west-1"),
        ("aws", "sao paulo", "sa-east-1"),
        ("gcp", "Frankfurt", "europe-west3"),
    ],
)
def test_a_name_of_one_region_is_read_and_noted(cloud, text, region):
    given = {"volume": "1 TB", "link": "1 Gbps", "cloud": cloud}
    plan, same = (migplan.plan(given, region=name, samples=0) for name in (text, region))
    assert f"region: {text!r} is read as {region}" in plan.notes
    assert (plan.workload["region"].value, plan.workload["region"].text) == (region, region)
    assert plan.options == same.options


def test_a_list_in_doubt_says_so():
    assert region_fault(FACTS, "azure", "nowhere-9").endswith("(as of 2026-11-28, and unconfirmed)")
    assert "unconfirmed" not in region_fault(FACTS, "aws", "nowhere-9")


@pytest.mark.parametrize(
    ("cloud", "region"), [("azure", "eastus"), ("gcp", "us-east1"), ("aws", "af-south-1")]
)
def test_what_is_a_region_is_planned_in(cloud, region):
    plan = migplan.plan(volume="1 TB", link="1 Gbps", cloud=cloud, region=region, samples=0)
    assert plan.workload["region"].value == region


def test_the_region_that_is_assumed_is_no_fault():
    assert migplan.plan(volume="1 TB", link="1 Gbps", cloud="azure", samples=0).options


def test_a_region_of_an_overlay_is_known(tmp_path):
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "s3-standard-storage.toml").write_text(
        'name = "S3"\nunit = "USD/GB/month"\n[regions.eu-isoe-west-1]\nvalue = 1\n'
        'source = "assumption: ours"\nas_of = 2026-10-01\n',
        encoding="utf-8",
    )
    facts = load([tmp_path])
    assert not region_fault(facts, "aws", "eu-isoe-west-1")
    assert region_fault(FACTS, "aws", "eu-isoe-west-1")


@pytest.mark.parametrize(
    ("cloud", "region"), [("aws", "us-east-1"), ("azure", "eastus"), ("gcp", "us-central1")]
)
def test_a_plan_that_names_no_region_is_of_one_of_its_cloud_and_says_so(cloud, region):
    plan = migplan.plan(volume="1 TB", link="1 Gbps", cloud=cloud, samples=0)
    assert (plan.workload["region"].value, plan.workload["region"].status) == (region, "default")
    assert region in FACTS.clouds[cloud].regions
    assert f"no Region is given: prices and what is offered are those of {region}" in plan.notes


def test_a_cloud_that_assumes_no_region_asks_for_one(tmp_path):
    (tmp_path / "clouds").mkdir()
    text = 'name = "Azure"\nsource = "assumption: ours"\nas_of = 2026-11-01\n[regions]\nwesteurope = ["West Europe"]\n'
    path = tmp_path / "clouds" / "azure.toml"
    path.write_text(text, encoding="utf-8")
    given = {"volume": "1 TB", "link": "1 Gbps", "cloud": "azure", "samples": 0, "profiles": [tmp_path]}
    with pytest.raises(MigplanError, match="region: is required: no profile assumes one of azure"):
        migplan.plan(**given)
    assert migplan.plan(**given, region="westeurope").workload["region"].value == "westeurope"
    other = '[assumed_region]\nid = "nowhere"\nsource = "assumption: ours"\nas_of = 2026-11-01\n'
    path.write_text(text + other, encoding="utf-8")
    with pytest.raises(MigplanError, match="'nowhere' is none of the regions"):
        migplan.plan(**given)
