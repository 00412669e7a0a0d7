"""AWS movers to the cell: what they read and reach, what arrives, what limits them, and what they charge."""

import datetime as dt

import pytest

from migplan.facts import load
from migplan.facts.keys import ATTRIBUTES
from migplan.formulas.copying import operation_time, per_file_overhead

MOVERS = (
    "aws-s3-cli",
    "datasync-basic",
    "datasync-enhanced",
    "fsx-file-gateway",
    "rclone",
    "robocopy",
    "s3-file-gateway",
    "snapmirror",
    "transfer-family",
)
GBPS = 1e9 / 8
MIB = 2.0**20
FSX = {"fsx-windows", "fsx-ontap", "fsx-openzfs", "fsx-lustre"}
BUCKETS = {"s3", "s3-file-gateway", "s3-files"}


@pytest.fixture(scope="module")
def catalogue():
    return load()


def path_of(catalogue, mover, protocol, target):
    found = [p for p in catalogue.movers[mover].paths if protocol in p.read and target in p.to]
    assert len(found) == 1, f"{mover}, {protocol} to {target}: wanted one path, found {len(found)}"
    return found[0]


def reached(catalogue, mover, protocol):
    targets = {target for p in catalogue.movers[mover].paths if protocol in p.read for target in p.to}
    return {target for target in targets if catalogue.targets[target].cloud == "aws"}


def fact(catalogue, mover, key, protocol="", target=""):
    own = path_of(catalogue, mover, protocol, target).facts.get(key) if target else None
    return own or catalogue.movers[mover].facts[key]


def as_documented(fact):
    """Value, low and high before any measured case."""
    return fact.prior or (fact.value, fact.low, fact.high)


@pytest.mark.parametrize("mover", MOVERS)
def test_every_path_says_what_becomes_of_every_attribute(catalogue, mover):
    for path in catalogue.movers[mover].paths:
        assert set(path.keeps) == set(ATTRIBUTES), (mover, path.interface)


@pytest.mark.parametrize("mover", MOVERS)
def test_one_path_for_each_protocol_and_target(catalogue, mover):
    for path in catalogue.movers[mover].paths:
        for protocol in path.read:
            for target in path.to:
                assert path_of(catalogue, mover, protocol, target) is path


@pytest.mark.parametrize("mover", MOVERS)
def test_what_smb_and_nfs_do_not_have_is_not_applicable(catalogue, mover):
    for path in catalogue.movers[mover].paths:
        if path.read == ("nfs",):
            assert [path.keeps[a] for a in ("dacl", "sacl", "ads")] == ["not-applicable"] * 3
        if "smb" in path.read:
            assert path.keeps["posix"] == "not-applicable"


@pytest.mark.parametrize(
    ("mover", "protocol", "targets"),
    [
        ("datasync-basic", "smb", FSX | BUCKETS | {"efs"}),
        ("datasync-basic", "nfs", FSX | BUCKETS | {"efs"}),
        ("datasync-basic", "local", set()),
        ("datasync-enhanced", "smb", BUCKETS | {"efs", "fsx-lustre"}),
        ("datasync-enhanced", "nfs", BUCKETS | {"efs", "fsx-lustre"}),
        ("datasync-enhanced", "object", BUCKETS | {"efs", "fsx-lustre"}),
        ("robocopy", "smb", {"fsx-windows", "fsx-ontap", "ec2-file-server"}),
        ("robocopy", "local", {"fsx-windows", "fsx-ontap", "ec2-file-server"}),
        ("robocopy", "nfs", set()),
        ("snapmirror", "smb", {"fsx-ontap"}),
        ("snapmirror", "nfs", {"fsx-ontap"}),
        ("s3-file-gateway", "smb", {"s3", "s3-file-gateway"}),
        ("rclone", "local", BUCKETS),
        ("rclone", "object", BUCKETS),
        ("aws-s3-cli", "smb", BUCKETS),
        ("transfer-family", "smb", BUCKETS | {"efs"}),
        ("fsx-file-gateway", "smb", {"fsx-windows"}),
    ],
)
def test_where_a_mover_can_write(catalogue, mover, protocol, targets):
    assert reached(catalogue, mover, protocol) == targets


def test_enhanced_mode_never_reaches_three_of_the_file_systems(catalogue):
    targets = {target for path in catalogue.movers["datasync-enhanced"].paths for target in path.to}
    assert not targets & {"fsx-windows", "fsx-ontap", "fsx-openzfs"}


def test_snapmirror_reads_ontap_and_nothing_else(catalogue):
    assert {path.systems for path in catalogue.movers["snapmirror"].paths} == {("ontap",)}
    assert catalogue.movers["snapmirror"].behaviour == "blocks"


@pytest.mark.parametrize(
    ("mover", "over"),
    [
        ("datasync-basic", {"public", "private"}),
        ("robocopy", {"private"}),
        ("snapmirror", {"private"}),
        ("fsx-file-gateway", {"private"}),
        ("rclone", {"public", "private", "s3-acceleration"}),
        ("aws-s3-cli", {"public", "private", "s3-acceleration"}),
        ("transfer-family", {"sftp"}),
    ],
)
def test_which_networks_a_mover_can_use(catalogue, mover, over):
    for path in catalogue.movers[mover].paths:
        if any(catalogue.targets[target].cloud == "aws" for target in path.to):
            assert set(path.over) == over


# The preservation matrix: mover, protocol, target, and dacl, sacl, owner, timestamps, ads, symlinks, hardlinks,
# posix, xattrs, sparse as y(es), p(artial), n(o), u(nknown) or - (not applicable).
MATRIX = [
    ("datasync-basic", "smb", "fsx-windows", "yyyynnn-np"),
    ("datasync-basic", "smb", "fsx-ontap", "yyyynnn-np"),
    ("datasync-basic", "smb", "s3", "nnnunuu-nn"),
    ("datasync-basic", "smb", "efs", "nnnunuu-nu"),
    ("datasync-basic", "smb", "fsx-openzfs", "nnnunuu-nu"),
    ("datasync-basic", "nfs", "efs", "--yy-yyynu"),
    ("datasync-basic", "nfs", "fsx-ontap", "--yy-yyynu"),
    ("datasync-basic", "nfs", "s3", "--yy-ypynn"),
    ("datasync-basic", "nfs", "s3-file-gateway", "--yy-ypynn"),
    ("datasync-basic", "nfs", "s3-files", "--uu-ununn"),
    ("datasync-basic", "nfs", "fsx-windows", "--ny-nnnnu"),
    ("datasync-basic", "object", "fsx-windows", "nnnynnnnnn"),
    ("datasync-basic", "object", "fsx-ontap", "nnppnpppnn"),
    ("datasync-enhanced", "smb", "s3", "nnnunuu-nn"),
    ("datasync-enhanced", "smb", "fsx-lustre", "nnnunuu-nu"),
    ("datasync-enhanced", "nfs", "efs", "--yy-yyynu"),
    ("datasync-enhanced", "object", "efs", "nnppnpppnn"),
    ("robocopy", "smb", "fsx-windows", "yyyyypn-up"),
    ("snapmirror", "smb", "fsx-ontap", "yyyyyyy-yy"),
    ("snapmirror", "nfs", "fsx-ontap", "--yy-yyyyy"),
    ("s3-file-gateway", "smb", "s3-file-gateway", "pnuunnn-nn"),
    ("s3-file-gateway", "nfs", "s3-file-gateway", "--yu-nnynn"),
    ("rclone", "smb", "s3", "nnnynpn-nn"),
    ("rclone", "nfs", "s3", "--py-pnppn"),
    ("rclone", "nfs", "s3-file-gateway", "--uu-nnunn"),
    ("rclone", "local", "s3", "nnpynpnppn"),
    ("aws-s3-cli", "smb", "s3", "nnnnnnn-nn"),
    ("aws-s3-cli", "nfs", "s3", "--nn-nnnnn"),
    ("transfer-family", "smb", "s3", "nnnnnnn-nn"),
    ("fsx-file-gateway", "smb", "fsx-windows", "uuuuuuu-uu"),
]
LEVELS = {"y": "yes", "p": "partial", "n": "no", "u": "unknown", "-": "not-applicable"}


@pytest.mark.parametrize(("mover", "protocol", "target", "row"), MATRIX)
def test_preservation_matrix(catalogue, mover, protocol, target, row):
    path = path_of(catalogue, mover, protocol, target)
    assert path.keeps == dict(zip(ATTRIBUTES, (LEVELS[c] for c in row), strict=True))


def test_ntfs_permissions_survive_smb_to_smb_only(catalogue):
    keeping = {
        (mover, target)
        for mover in ("datasync-basic", "datasync-enhanced", "rclone", "aws-s3-cli", "transfer-family")
        for path in catalogue.movers[mover].paths
        if path.keeps["dacl"] == "yes"
        for target in path.to
    }
    assert keeping == {("datasync-basic", "fsx-windows"), ("datasync-basic", "fsx-ontap")}


@pytest.mark.parametrize("mover", MOVERS)
def test_what_is_dropped_is_told(catalogue, mover):
    for path in catalogue.movers[mover].paths:
        if "no" in path.keeps.values() and mover != "robocopy":
            assert path.lossy, (mover, path.interface)


@pytest.mark.parametrize(
    ("mover", "key", "value"),
    [
        ("datasync-basic", "items_per_task", 50e6),
        ("datasync-basic", "items_before_more_memory", 20e6),
        ("datasync-basic", "agents_per_location", 4),
        ("datasync-basic", "tasks", 100),
        ("datasync-basic", "task_rate", 10 * GBPS),
        ("datasync-basic", "round_trips", 0),
        ("datasync-basic", "path_length", 4096),
        ("datasync-basic", "name_length", 255),
        ("datasync-enhanced", "task_rate", 10 * GBPS),
        ("datasync-enhanced", "agents_per_location", 4),
        ("robocopy", "round_trips", 6),
        ("robocopy", "files_in_flight", 8),
        ("rclone", "files_in_flight", 4),
        ("aws-s3-cli", "files_in_flight", 10),
        ("s3-file-gateway", "task_file_rate", 16),
        ("s3-file-gateway", "task_rate", 190 * MIB),
        ("s3-file-gateway", "largest_file", 5 * 2.0**40),
        ("snapmirror", "stream_window", 1477120),
    ],
)
def test_limits(catalogue, mover, key, value):
    assert as_documented(catalogue.movers[mover].facts[key])[0] == pytest.approx(value, rel=1e-12)


def test_enhanced_mode_counts_no_items(catalogue):
    facts = catalogue.movers["datasync-enhanced"].facts
    assert "items_per_task" not in facts
    assert "items_before_more_memory" not in facts


@pytest.mark.parametrize("target", ["fsx-windows", "fsx-ontap", "fsx-openzfs", "fsx-lustre", "efs"])
def test_a_hop_inside_the_cloud_is_narrower_than_one_with_an_agent(catalogue, target):
    hop = ("object", target)
    assert fact(catalogue, "datasync-basic", "items_per_task", *hop).value == 25e6
    assert fact(catalogue, "datasync-basic", "task_rate", *hop).value == pytest.approx(5 * GBPS)
    assert fact(catalogue, "datasync-basic", "items_per_task", "nfs", target).value == 50e6


def test_the_range_of_round_trips_over_smb(catalogue):
    trips = catalogue.movers["robocopy"].facts["round_trips"]
    assert as_documented(trips) == (6, 3, 10)


def test_robocopy_over_distance(catalogue):
    # 6 round trips of 40 ms and 2 ms of work are 242 ms; eight at a time make 33 files a second, 3.5 days for ten
    # million files, where an agent beside the source needs under five hours.
    facts = catalogue.movers["robocopy"].facts
    trips, work = (as_documented(facts[key])[0] for key in ("round_trips", "per_file_time"))
    overhead = per_file_overhead(trips, 0.04, work)
    assert facts["files_in_flight"].value / overhead == pytest.approx(33, abs=0.5)
    assert operation_time(1e7, overhead, facts["files_in_flight"].value) / 86400 == pytest.approx(
        3.5, abs=0.05
    )
    agent = catalogue.movers["datasync-basic"].facts
    assert operation_time(1e7, agent["per_file_time"].value, agent["files_in_flight"].value) < 5 * 3600


def test_small_files_through_a_gateway(catalogue):
    # 1,000,000 / 16 s = 17.4 h
    rate = catalogue.movers["s3-file-gateway"].facts["task_file_rate"].value
    assert 1e6 / rate / 3600 == pytest.approx(17.4, abs=0.05)


@pytest.mark.parametrize(
    ("mover", "phases", "verifies", "default"),
    [
        ("datasync-basic", "sequential", ["none", "changed", "all"], "changed"),
        ("datasync-enhanced", "overlapped", ["none", "changed"], "changed"),
        ("robocopy", "overlapped", ["none"], "none"),
        ("rclone", "overlapped", ["none", "changed", "all"], "changed"),
        ("aws-s3-cli", "overlapped", ["none"], "none"),
        ("snapmirror", "sequential", ["none"], "none"),
    ],
)
def test_phases_and_verification(catalogue, mover, phases, verifies, default):
    known = catalogue.movers[mover]
    assert (known.phases, known.verifies, known.verifies_by_default) == (phases, tuple(verifies), default)


def test_file_movers_send_changed_files_whole_and_blocks_go_alone(catalogue):
    for mover in MOVERS:
        sent = catalogue.movers[mover].facts["change_amplification"]
        if mover == "snapmirror":
            assert 0 < sent.low < sent.value < sent.high == 1
        else:
            assert (sent.low, sent.value, sent.high) == (1, 1, 1)


def test_the_gateway_to_fsx_is_closed_and_its_date_unconfirmed(catalogue):
    life = catalogue.movers["fsx-file-gateway"].lifecycle
    assert (life.closed_to_new, life.status) == (dt.date(2024, 10, 28), "unconfirmed")
