"""Each design check fires where it should and stays silent where it should not; the command prints them."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from migplan.analyses.checks import Circumstances, applicable_checks, checks_for, circumstances, find_routes
from migplan.analyses.plan import make_plan
from migplan.cli import cli
from migplan.engine.options import enumerate_options
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.inputs.fields import TRAITS
from migplan.inputs.workload import read_workload
from migplan.report.terminal import render

TODAY = dt.date(2026, 11, 23)
CATALOGUE = load()

GCP = {"cloud": "gcp", "region": "us-central1"}
AZURE = {"cloud": "azure", "region": "eastus"}

# Check -> circumstances in which it fires, and others close to them in which it does not. `route` is the route that is
# taken; `mover`, `device` and `target` are ids; the rest are input fields.
CASES = {
    "api-gateway-kinesis": ({"traits": "http-ingest"}, {"traits": "realtime-stream"}),
    "api-gateway-s3": ({"traits": "http-ingest"}, {"target": "s3"}),
    "azure-files-transactions": (
        {"cloud": "azure", "region": "eastus", "target": "azure-files-hdd"},
        {"cloud": "azure", "region": "eastus", "target": "azure-files-premium"},
    ),
    "file-gateway-objects": (
        {"target": "s3-file-gateway", "use": "archive"},
        {"target": "s3", "app_change": "allowed"},
    ),
    "hard-links": (
        {"protocol": "nfs", "keep": "posix,hardlinks"},
        {"protocol": "nfs", "keep": "posix,symlinks"},
    ),
    "multi-protocol": ({"traits": "multi-protocol"}, {"traits": "two-sites"}),
    "hpc-scratch": ({"use": "hpc", "protocol": "nfs"}, {"use": "archive", "protocol": "nfs"}),
    "ontap-ssd-while-loading": (
        {"target": "fsx-ontap", "mover": "datasync-basic"},
        {"target": "fsx-ontap", "mover": "snapmirror"},
    ),
    "target-deduplication": (
        {"target": "fsx-windows", "use": "departmental"},
        {"target": "fsx-windows", "use": "departmental", "reduction": "0 %"},
    ),
    "backup-chains": ({"traits": "backups"}, {"use": "archive"}),
    "backup-object-lock": ({"use": "backups"}, {"traits": "vdi"}),
    "block-volumes": ({"traits": "block-volumes"}, {"structure": "structured"}),
    "broadcast": ({"traits": "broadcast"}, {"traits": "multicast"}),
    "client-vpn": ({"traits": "client-vpn"}, {"route": "vpn"}),
    "customer-gateway": ({"route": "vpn"}, {"route": "direct-connect"}),
    "daily-work-on-the-line": (
        {"target": "fsx-windows", "route": "internet", "routes": "internet,vpn"},
        {"target": "fsx-windows", "route": "internet", "routes": "internet"},
    ),
    "data-box-order": (
        {"cloud": "azure", "region": "eastus", "device": "data-box-120"},
        {"cloud": "azure", "region": "eastus", "device": "azure-import-export"},
    ),
    "data-transfer-terminal-visit": (
        {"device": "data-transfer-terminal"},
        {"device": "snowball-edge-210tb"},
    ),
    "datasync-privatelink": (
        {"mover": "datasync-basic", "route": "vpn"},
        {"mover": "datasync-basic", "route": "internet"},
    ),
    "dfs-namespace": ({"traits": "dfs-namespace"}, {"target": "fsx-windows"}),
    "direct-connect-no-customer-gateway": (
        {"route": "direct-connect-hosted-1g"},
        {"route": "vpn-over-direct-connect"},
    ),
    "direct-connect-not-encrypted": ({"route": "direct-connect"}, {"route": "vpn-over-direct-connect"}),
    "direct-connect-virtual-interface": ({"route": "direct-connect-10g"}, {"route": "vpn"}),
    "dns-failover-smb": ({"traits": "dns-failover"}, {"traits": "dns-failover", "protocol": "nfs"}),
    "dns-ttl": ({"target": "efs", "protocol": "nfs"}, {"target": "s3", "protocol": "nfs"}),
    "expressroute-gateway": (
        {"cloud": "azure", "region": "eastus", "route": "expressroute"},
        {"cloud": "azure", "region": "eastus", "route": "azure-vpn"},
    ),
    "flexcache-write-back": (
        {"traits": "two-sites", "target": "fsx-ontap"},
        {"traits": "two-sites", "target": "fsx-windows"},
    ),
    "load-balancer-health": ({"traits": "load-balancer"}, {"traits": "dns-failover"}),
    "locks-over-distance": ({"traits": "two-sites"}, {"traits": "vdi"}),
    "long-paths": ({"protocol": "smb"}, {"protocol": "nfs"}),
    "multicast": ({"traits": "multicast"}, {"traits": "broadcast"}),
    "nat-gateway-cost": ({"route": "nat-gateway"}, {"route": "privatelink"}),
    "nfs-ports": ({"target": "efs", "protocol": "nfs"}, {"target": "fsx-ontap", "protocol": "smb"}),
    "object-storage-app-change": ({"target": "s3"}, {"target": "s3-file-gateway"}),
    "ontap-multi-az-transit-gateway": ({"target": "fsx-ontap"}, {"target": "fsx-windows"}),
    "private-path-for-users": (
        {"target": "fsx-windows", "route": "internet"},
        {"target": "fsx-windows", "route": "internet", "routes": "internet,vpn"},
    ),
    "redshift-enhanced-routing": ({"traits": "warehouse-load"}, {"target": "s3"}),
    "route53-failover": ({"traits": "dns-failover"}, {"traits": "load-balancer"}),
    "route53-private-names": ({"traits": "dns-failover"}, {"traits": "dfs-namespace"}),
    "sacl-smb1": (
        {"mover": "datasync-basic", "keep": "sacl"},
        {"mover": "datasync-basic", "keep": "dacl"},
    ),
    "smb-445-internet": ({"route": "internet"}, {"route": "internet", "protocol": "nfs"}),
    "smb-latency": ({"target": "fsx-windows"}, {"target": "fsx-ontap", "protocol": "nfs"}),
    "smb-local-groups": ({"protocol": "smb"}, {"protocol": "smb", "keep": "timestamps"}),
    "smb-names": ({"target": "fsx-windows"}, {"target": "s3-file-gateway"}),
    "smb-old-clients": ({"target": "fsx-windows"}, {"target": "ec2-file-server"}),
    "smb-ports": ({"target": "fsx-windows"}, {"target": "s3"}),
    "smb-user-quotas": ({"target": "fsx-ontap"}, {"target": "fsx-ontap", "protocol": "nfs"}),
    "snapmirror-ports": ({"mover": "snapmirror"}, {"mover": "robocopy"}),
    "snowball-order": ({"device": "snowball-edge-210tb"}, {"device": "data-transfer-terminal"}),
    "source-antivirus": ({"protocol": "smb"}, {"protocol": "nfs"}),
    "source-open-files": ({"protocol": "smb"}, {"protocol": "object"}),
    "source-stubs": ({"protocol": "nfs"}, {"protocol": "object"}),
    "streams-kinesis": ({"traits": "realtime-stream"}, {"traits": "event-driven"}),
    "streams-lambda": ({"traits": "event-driven"}, {"traits": "http-ingest"}),
    "streams-msk": ({"traits": "realtime-stream"}, {"traits": "event-driven"}),
    "streams-sql": ({"traits": "realtime-stream"}, {"traits": "warehouse-load"}),
    "transit-gateway-cost": ({"route": "vpn-tgw-ecmp"}, {"route": "vpn"}),
    "vdi-continuous-availability": ({"traits": "vdi"}, {"traits": "vdi", "protocol": "nfs"}),
    "vdi-profiles-not-tiered": ({"use": "vdi"}, {"use": "home-directories"}),
    "volume-above-100tb": ({"volume": "100.1 TB"}, {"volume": "100 TB"}),
    "vpc-peering": ({"traits": "vpc-peering"}, {"route": "transit-gateway"}),
    "vpn-ecmp": ({"route": "vpn-tgw-ecmp"}, {"route": "vpn-5g"}),
    "vpn-tunnels": ({"route": "vpn"}, {"route": "vpn-over-direct-connect"}),
    "anf-migration-ports": ({**AZURE, "mover": "anf-migration-assistant"}, {**AZURE, "mover": "robocopy"}),
    "azure-blob-app-change": (
        {**AZURE, "target": "azure-blob"},
        {**AZURE, "target": "azure-blob", "protocol": "object"},
    ),
    "azure-blob-immutable": ({**AZURE, "use": "backups"}, {**AZURE, "use": "archive"}),
    "azure-block-volumes": ({**AZURE, "traits": "block-volumes"}, {"traits": "block-volumes"}),
    "azure-broadcast": ({**AZURE, "traits": "multicast"}, {**AZURE, "traits": "vpc-peering"}),
    "azure-dns-ttl": (
        {**AZURE, "target": "azure-files-nfs", "protocol": "nfs"},
        {**AZURE, "target": "azure-blob", "protocol": "nfs"},
    ),
    "azure-events": ({**AZURE, "traits": "event-driven"}, {**AZURE, "traits": "warehouse-load"}),
    "azure-nfs-ports": (
        {**AZURE, "target": "azure-netapp-files", "protocol": "nfs"},
        {**AZURE, "target": "azure-netapp-files"},
    ),
    "azure-private-path": (
        {**AZURE, "target": "azure-files-hdd", "route": "internet"},
        {**AZURE, "target": "azure-files-hdd", "route": "azure-vpn"},
    ),
    "azure-smb-limits": ({**AZURE, "target": "azure-files-hdd"}, {**AZURE, "target": "azure-blob"}),
    "azure-smb-names": ({**AZURE, "traits": "dfs-namespace"}, {**AZURE, "target": "azure-blob"}),
    "azure-smb-ports": (
        {**AZURE, "target": "azure-netapp-files"},
        {**AZURE, "target": "azure-netapp-files", "protocol": "nfs"},
    ),
    "azure-vnet-peering": ({**AZURE, "traits": "vpc-peering"}, {**AZURE, "traits": "multicast"}),
    "azure-volume-above-100tb": ({**AZURE, "volume": "100.1 TB"}, {**AZURE, "volume": "100 TB"}),
    "azure-vpn-peer": ({**AZURE, "route": "azure-vpn-gw3"}, {**AZURE, "route": "expressroute"}),
    "expressroute-not-encrypted": ({**AZURE, "route": "expressroute-1g"}, {**AZURE, "route": "azure-vpn"}),
    "expressroute-peering": ({**AZURE, "route": "expressroute"}, {**AZURE, "route": "internet"}),
    "gcp-block-volumes": ({**GCP, "traits": "block-volumes"}, {**GCP, "target": "gcp-netapp-volumes"}),
    "gcp-bucket-lock": ({**GCP, "traits": "backups"}, {**GCP, "use": "archive"}),
    "gcp-events": ({**GCP, "traits": "http-ingest"}, {**GCP, "traits": "warehouse-load"}),
    "gcp-nfs-ports": (
        {**GCP, "target": "filestore", "protocol": "nfs"},
        {**GCP, "target": "gcp-netapp-volumes"},
    ),
    "gcp-smb-names": (
        {**GCP, "target": "gce-windows-pair"},
        {**GCP, "target": "gcp-netapp-volumes", "protocol": "nfs"},
    ),
    "cloud-dns-ttl": (
        {**GCP, "target": "filestore", "protocol": "nfs"},
        {**GCP, "target": "gcs", "protocol": "nfs"},
    ),
    "cloud-vpn-peer": ({**GCP, "route": "cloud-vpn"}, {**GCP, "route": "interconnect-10g"}),
    "cloud-vpn-tunnels": ({**GCP, "route": "cloud-vpn-4"}, {**GCP, "route": "interconnect"}),
    "gcp-broadcast": ({**GCP, "traits": "broadcast"}, {**GCP, "traits": "vpc-peering"}),
    "gcp-smb-ports": (
        {**GCP, "target": "gcp-netapp-volumes"},
        {**GCP, "target": "gcp-netapp-volumes", "protocol": "nfs"},
    ),
    "gcp-snapmirror-admission": ({**GCP, "mover": "gcp-snapmirror"}, {**GCP, "mover": "robocopy"}),
    "gcp-volume-above-100tb": ({**GCP, "volume": "100.1 TB"}, {**GCP, "volume": "100 TB"}),
    "gcp-vpc-peering": ({**GCP, "traits": "vpc-peering"}, {**GCP, "route": "cloud-vpn"}),
    "gcs-app-change": ({**GCP, "target": "gcs"}, {**GCP, "target": "gcs", "protocol": "object"}),
    "gcs-colder-classes": ({**GCP, "target": "gcs"}, {**GCP, "target": "filestore", "protocol": "nfs"}),
    "interconnect-circuits": ({**GCP, "route": "partner-interconnect-1g"}, {**GCP, "route": "cloud-vpn"}),
    "interconnect-not-encrypted": ({**GCP, "route": "interconnect"}, {**GCP, "route": "cloud-vpn"}),
    "private-services-routes": (
        {**GCP, "target": "gcp-netapp-volumes"},
        {**GCP, "target": "gce-file-server"},
    ),
    "transfer-appliance-order": (
        {**GCP, "device": "transfer-appliance-40"},
        {**GCP, "mover": "storage-transfer-service"},
    ),
}


def workload(**fields):
    return read_workload({"volume": "20 TB", **fields}, CATALOGUE.assumptions, TODAY)


def ids(found):
    return [check.id for check in found]


def fired(route=None, mover="", device="", target="", **fields):
    routes, asked = find_routes(CATALOGUE, (route,)) if route else (), workload(**fields)
    site = find_routes(CATALOGUE, asked.routes)
    known = circumstances(asked, routes, mover=mover, device=device, target=target, site=site)
    return ids(applicable_checks(CATALOGUE, known))


def test_every_check_is_in_the_table():
    assert sorted(CASES) == sorted(CATALOGUE.checks)


@pytest.mark.parametrize("name", CASES)
def test_fires_where_it_should(name):
    assert name in fired(**CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_stays_silent_where_it_should_not(name):
    assert name not in fired(**CASES[name][1])


@pytest.mark.parametrize("name", CASES)
def test_speaks_of_things_that_exist(name):
    for when in CATALOGUE.checks[name].when:
        assert set(when.routes) <= set(CATALOGUE.routes)
        assert set(when.route_families) <= {r.family for r in CATALOGUE.routes.values()}
        needs = {need.id for route in CATALOGUE.routes.values() for need in route.requires}
        assert {*when.route_requires, *when.route_lacks} <= needs
        assert set(when.words.get("movers", ())) <= set(CATALOGUE.movers)
        assert set(when.words.get("devices", ())) <= set(CATALOGUE.devices)
        assert set(when.words.get("targets", ())) <= set(CATALOGUE.targets)
        assert set(when.words.get("uses", ())) <= set(CATALOGUE.uses)
        assert set(when.words.get("traits", ())) <= set(TRAITS)


@pytest.mark.parametrize("name", CASES)
def test_says_enough_and_not_too_much(name):
    check = CATALOGUE.checks[name]
    assert 150 <= len(check.text) <= 650
    assert check.text.endswith(".")
    assert check.applies.endswith(".")


EVERYWHERE = {
    "backup-chains",
    "daily-work-on-the-line",
    "hard-links",
    "hpc-scratch",
    "multi-protocol",
    "locks-over-distance",
    "long-paths",
    "smb-445-internet",
    "smb-latency",
    "smb-local-groups",
    "source-antivirus",
    "source-open-files",
    "source-stubs",
    "vdi-continuous-availability",
    "vdi-profiles-not-tiered",
}
"""What holds on any cloud."""


@pytest.mark.parametrize("name", [name for name in CASES if name not in EVERYWHERE])
def test_rules_of_one_cloud_are_silent_in_others(name):
    fields = {key: value for key, value in CASES[name][0].items() if key not in ("cloud", "region")}
    own = CASES[name][0].get("cloud", "aws")
    other = ("azure", "westeurope") if own == "aws" else ("aws", "eu-west-1")
    if own != "aws" and "target" in fields:
        # A target of one cloud is no target of another.
        fields = {"traits": "dfs-namespace"}
    assert name not in fired(cloud=other[0], region=other[1], **fields)


@pytest.mark.parametrize(
    "route", [r.id for r in CATALOGUE.routes.values() if r.family == "vpn" and r.cloud == "aws"]
)
def test_every_vpn_needs_a_customer_gateway(route):
    assert "customer-gateway" in fired(route=route)


def test_a_vpn_over_direct_connect_needs_one_too_and_nothing_else_does():
    assert "customer-gateway" in fired(route="vpn-over-direct-connect")
    for route in CATALOGUE.routes:
        if "vpn" not in route:
            assert "customer-gateway" not in fired(route=route), route


@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_rules_of_the_source_hold_in_every_cloud(name):
    assert name in fired(cloud="azure", region="westeurope", **CASES[name][0])


def test_required_checks_come_first():
    found = applicable_checks(CATALOGUE, circumstances(workload(traits="vpc-peering,dns-failover"), ()))
    assert [check.severity for check in found] == sorted((c.severity for c in found), reverse=True)


def test_nothing_known_fires_nothing():
    assert applicable_checks(CATALOGUE, Circumstances(cloud="aws", routes=(), words={})) == ()


def test_without_an_option_the_routes_and_target_that_were_named_decide():
    given = workload(routes="vpn", target="fsx-windows")
    assert {"customer-gateway", "smb-names"} <= set(ids(checks_for(CATALOGUE, given, None)))


def test_the_route_that_is_taken_decides_and_not_one_that_was_named():
    given = workload(routes="vpn,internet", link="1 Gbps")
    options = enumerate_options(CATALOGUE, given)
    option = next(option for option in options if option.id == "datasync-basic/internet/fsx-windows")
    assert "customer-gateway" not in ids(checks_for(CATALOGUE, given, option))


@pytest.mark.parametrize(
    ("name", "found"),
    [("vpn", ["vpn"]), ("direct-connect", ["direct-connect"]), ("vpn-5g", ["vpn-5g"])],
)
def test_a_name_means_the_route_of_that_id(name, found):
    assert [route.id for route in find_routes(CATALOGUE, (name,))] == found


def test_a_family_means_its_routes_over_the_line_where_none_has_its_name():
    from msgspec.structs import replace

    without = replace(
        CATALOGUE, routes={k: r for k, r in CATALOGUE.routes.items() if k != "vpn" and r.cloud == "aws"}
    )
    assert [route.id for route in find_routes(without, ("vpn",))] == ["vpn-5g", "vpn-tgw-ecmp"]


def test_every_unknown_route_is_a_fault():
    with pytest.raises(MigplanError, match=r"(?s)'nope' is not known.*'never' is not known"):
        find_routes(CATALOGUE, ("nope", "vpn", "never"))


def test_plans_carry_the_checks_of_their_route():
    fields = {"volume": "2 TB", "link": "1 Gbps", "routes": ["direct-connect"], "traits": ["multicast"]}
    plan = make_plan(fields, today=TODAY, samples=0)
    found = ids(plan.checks)
    assert plan.chosen is not None
    assert plan.chosen.route == "direct-connect"
    assert {"multicast", "direct-connect-no-customer-gateway"} <= set(found)
    assert "customer-gateway" not in found


# The command.


def run(*words):
    return CliRunner().invoke(cli, ["check", *words, "--today", "2026-11-23"])


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "move.toml"
    path.write_text(
        'volume = "150 TB"\nlink = "10 Gbps"\nroutes = ["internet"]\ntraits = ["dns-failover"]\n'
        'target = "fsx-windows"\nverify = "changed"\n',
        encoding="utf-8",
    )
    return path


def test_a_route_and_a_trait_are_enough():
    result = run("--route", "vpn", "--trait", "multicast", "--format", "json")
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert answer["schema"] == "migplan.checks/1"
    assert [check["id"] for check in answer["checks"]] == ["customer-gateway", "multicast", "vpn-tunnels"]
    assert answer["checks"][0]["severity"] == "required"


def test_a_scenario_is_checked_with_the_option_that_its_plan_recommends(scenario):
    answer = json.loads(run(str(scenario), "--format", "json").output)
    found = {check["id"] for check in answer["checks"]}
    assert {"private-path-for-users", "volume-above-100tb", "route53-failover", "smb-names"} <= found
    plan = make_plan(
        {
            "volume": "150 TB",
            "link": "10 Gbps",
            "routes": ["internet"],
            "traits": ["dns-failover"],
            "target": "fsx-windows",
            "verify": "changed",
        },
        today=TODAY,
    )
    assert [check["id"] for check in answer["checks"]] == ids(plan.checks)


def test_a_route_replaces_the_one_of_the_plan_and_a_trait_adds_to_it(scenario):
    answer = json.loads(
        run(str(scenario), "--route", "vpn", "--trait", "vpc-peering", "--format", "json").output
    )
    found = {check["id"] for check in answer["checks"]}
    assert {"customer-gateway", "vpc-peering", "route53-failover", "smb-names"} <= found
    assert "private-path-for-users" not in found


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("words", [("--list",), ("--route", "vpn", "--trait", "http-ingest")])
def test_the_table_fits_the_terminal(monkeypatch, width, words):
    monkeypatch.setenv("COLUMNS", str(width))
    result = run(*words)
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= width


def test_an_address_is_broken_behind_a_slash_alone(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    lines = run("--route", "vpn").output.splitlines()
    begun = [place for place, line in enumerate(lines) if line.startswith("  https:")]
    several = [place for place in begun if len(lines) > place + 1 and lines[place + 1].startswith("    ")]
    assert several
    assert all(lines[place].rstrip().endswith(("/", "-")) for place in several)


def test_the_list_has_every_check():
    output = run("--list").output
    assert all(f"\n{name} " in output for name in CATALOGUE.checks)
    assert len(json.loads(run("--list", "--format", "json").output)["checks"]) == len(CATALOGUE.checks)


def test_markdown_shows_texts_as_they_are(tmp_path):
    folder = tmp_path / "own" / "checks"
    folder.mkdir(parents=True)
    (folder / "house-rule.toml").write_text(
        'name = "Rule <b>1</b>"\nsubject = "own"\nseverity = "advice"\ntext = "Ask *us* | first."\n'
        'source = "assumption: our rule"\nas_of = 2026-01-01\napplies = "Always."\n\n[[when]]\n'
        'traits = ["multicast"]\n',
        encoding="utf-8",
    )
    result = run("--trait", "multicast", "--format", "markdown", "--profiles", str(tmp_path / "own"))
    assert "### Rule \\<b>1\\</b> (advice)\n\nAsk \\*us\\* \\| first.\n" in result.output
    assert "<https://docs.aws.amazon.com/vpc/latest/tgw/tgw-multicast-overview.html> (2026-11-23)" in (
        result.output
    )


def test_doubt_is_shown():
    told = " ".join(run("--trait", "broadcast").output.split())
    assert "(2026-11-23, unconfirmed)" in told


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_no_check_says_so(form):
    assert run("--route", "s3-transfer-acceleration", "--format", form).output == "No check applies.\n"


def test_output_goes_to_a_file(tmp_path):
    path = tmp_path / "checks.md"
    result = run("--trait", "multicast", "--format", "markdown", "-o", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_text(encoding="utf-8").startswith("### Multicast in AWS (required)\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing what to check"),
        (("--trait", "telepathy"), "'telepathy' is not one of"),
        (("--format", "xml", "--list"), "'xml' is not one of"),
    ],
)
def test_wrong_usage_is_one_message_and_status_2(words, message):
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_an_unknown_route_is_a_fault_of_the_input():
    result = run("--route", "tunnel")
    assert isinstance(result.exception, MigplanError)
    assert "--route: 'tunnel' is not known" in str(result.exception)


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"traits": "two-sites"}, ["locks-over-distance"]),
        ({"use": "backups"}, ["backup-chains"]),
        # Assumed or not: what no trait and no use was said for is no question of this move.
        ({}, []),
        ({"volume": "200 TB"}, []),
    ],
)
def test_what_stated_words_ask_is_settled_first(given, first):
    made = make_plan({"volume": "20 TB", "link": "1 Gbps", **given}, (), dt.date(2026, 11, 23), samples=0)
    assert [check.id for check in made.checks if check.first] == first
    shown = " ".join(render(made, False, False).split())
    names = [check.name for check in made.checks if check.first]
    assert ("Settle before that: " in shown) == bool(first)
    assert not names or f"Settle before that: {names[0]}. " in shown
