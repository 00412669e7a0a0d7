import math

import pytest

from migplan.analyses.backtest.matching import Setting, setting
from migplan.analyses.backtest.words import best_match, read_covers, read_host, read_protocol, read_workers

CASE = {"id": "a.1", "volume_bytes": 1e12, "file_count": 1000}


@pytest.mark.parametrize(
    ("text", "mover"),
    [
        ("DataSync", "datasync-basic"),
        ("AWS DataSync Enhanced mode", "datasync-enhanced"),
        ("Azure Storage Mover", "storage-mover"),
        ("robocopy /MT:1 /Z", "robocopy"),
        ("gsutil -m rsync", "gsutil"),
        ("rsync 3.4.1 to a daemon", "rsync-daemon"),
        ("rsync -a", "rsync"),
        ("cp + GNU Parallel", "parallel-cp"),
        ("fpart + cpio + GNU Parallel", "cpio-pipe"),
        ("aws s3 sync", "aws-s3-cli"),
        ("curl (HTTPS/FTP)", "https-download"),
        ("Globus HTTPS link", "https-download"),
        ("Globus", "globus"),
        ("s5cmd 2.1", "s5cmd"),
        ("MinIO mc mirror", "object-copier"),
        ("frobnicate", None),
        ("scpx", None),
    ],
)
def test_tools_are_known_by_their_words(catalogue, text, mover):
    found = best_match(text, catalogue.movers.values())
    assert (found.id if found else None) == mover


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Azure Files standard, large file shares on", "azure-files-hdd"),
        ("Azure Files standard", "azure-files-standard"),
        ("Azure Files premium", "azure-files-premium"),
        ("Azure Blob, other account", "azure-blob"),
        ("S3 cn-northwest-1", "s3"),
        ("FSx for Windows", "fsx-windows"),
        ("EFS (NFS), over 200 MB/s permitted", "efs"),
        ("Research Drive (WebDAV)", "webdav"),
        ("NAS, ext4 (SMB)", "file-server"),
        ("NTFS local, same disk", "local-disk"),
        ("somewhere", None),
    ],
)
def test_targets_are_known_by_their_words(catalogue, text, target):
    found = best_match(text, catalogue.targets.values())
    assert (found.id if found else None) == target


@pytest.mark.parametrize(
    ("text", "agents", "streams", "files", "plain"),
    [
        ("1 agent 4 vCPU 8 GiB", 1, None, None, None),
        ("8 VMs a side", 8, None, None, None),
        ("10 x m5.large", 10, None, None, None),
        ("1 x m6i.8xlarge, 16 workers", 1, None, 16, None),
        ("concurrency 1000", None, None, 1000, None),
        ("robocopy /MT:32", None, None, 32, None),
        ("4 parallel streams", None, 4, None, None),
        ("32", None, None, None, 32),
        ("one", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_numbers_of_workers(text, agents, streams, files, plain):
    found = read_workers(text)
    told = [found.agents, found.streams, found.files, found.plain]
    assert [None if math.isnan(value) else value for value in told] == [agents, streams, files, plain]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("EBS on EC2 c5.2xlarge", "ec2-2xlarge"),
        ("1 t4g.micro", "ec2-micro"),
        ("GCE n2-standard-4", "gce-standard"),
        ("NTFS RAID", "nas"),
        ("a large file server", "nas"),
        ("large", None),
        ("local disk", None),
    ],
)
def test_hosts_are_known_by_name_size_or_word(catalogue, text, host):
    found = read_host(text, catalogue.hosts.values())
    assert (found.id if found else None) == host


def test_words_for_protocols_and_for_what_a_time_covers():
    assert [read_protocol(t) for t in ("SMB mount", "CIFS", "NFS v3", "S3 Paris", "laptop", "")] == [
        "smb", "smb", "nfs", "object", "local", "local",
    ]  # fmt: skip
    assert read_covers("file creation only") == "create"
    assert read_covers("one task execution: prepare + transfer + verify") == "job"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"tool": "scp", "volume_bytes": "", "file_count": ""}, ("volume_bytes or file_count",)),
        ({"tool": "frobnicate", "target": "elsewhere"}, ("link_bps, or a tool with a profile",)),
        ({"tool": "file transfer", "target": "office"}, ("link_bps, or a tool with a profile",)),
        (
            {"tool": "cp", "volume_bytes": 0, "file_count": ""},
            ("file_count, as nothing but files is moved or compared",),
        ),
        (
            {"tool": "rclone", "target": "S3", "file_count": "", "change_rate": 0.1},
            ("file_count, as nothing but files is moved or compared",),
        ),
        ({"tool": "pigeon", "kind": "offline"}, ("a device with a profile",)),
        ({"tool": "Snowball", "kind": "offline", "volume_bytes": ""}, ("volume_bytes",)),
    ],
)
def test_what_is_missing_is_told(table, catalogue, changes, missing):
    ((case, _),) = table({**CASE, **changes})
    assert setting(case, catalogue) == missing


@pytest.mark.parametrize(
    ("changes", "mover", "target"),
    [
        ({"tool": "frobnicate", "target": "S3"}, "object-copier", "s3"),
        ({"tool": "frobnicate", "target": "Azure Files premium"}, "file-copier", "azure-files-premium"),
        ({"tool": "frobnicate", "target": "elsewhere", "link_bps": 1e9}, "stream-copier", "file-server"),
        (
            {"tool": "frobnicate", "source_protocol": "GCS", "target": "a bucket"},
            "object-copier",
            "object-store",
        ),
        ({"tool": "GridFTP", "target": "elsewhere"}, "gridftp", "parallel-file-system"),
    ],
)
def test_unknown_tools_and_targets_are_forecast_as_their_class(table, catalogue, changes, mover, target):
    ((case, _),) = table({**CASE, **changes})
    made = setting(case, catalogue)
    assert (made.profile.id, made.option.target.id) == (mover, target)


def test_what_a_case_states_goes_before_profiles(table, catalogue):
    ((case, _),) = table(
        {
            **CASE,
            "tool": "rclone",
            "target": "S3",
            "streams_or_agents": "24 transfers",
            "rtt_ms": 80,
            "loss": 0.01,
        }
    )
    made = setting(case, catalogue)
    usual = catalogue.movers["rclone"].facts
    facts = made.option.mover.facts
    assert facts["files_in_flight"].value == 24
    assert facts["streams"].value == usual["streams"].value * 24 / usual["files_in_flight"].value
    assert (made.workload.round_trip_time, made.workload.loss) == (0.08, 0.01)
    assert made.workload.inputs["rtt"].status == "given"
    assert catalogue.movers["rclone"].facts["files_in_flight"].value != 24


def test_a_plain_number_counts_agents_of_a_service_and_threads_of_a_tool(table, catalogue):
    rows = [
        {**CASE, "id": f"a.{tool}", "tool": tool, "target": "S3", "streams_or_agents": 4}
        for tool in ("DataSync", "rclone")
    ]
    service, tool = (setting(case, catalogue) for case, _ in table(*rows))
    assert (service.workload.agents, tool.workload.agents) == (4, 1)
    assert tool.option.mover.facts["files_in_flight"].value == 4


def test_without_a_line_none_bounds_and_both_ends_are_near(table, catalogue):
    near, far, inside = (
        setting(case, catalogue).workload
        for case, _ in table(
            {**CASE, "id": "a", "tool": "rclone", "target": "S3"},
            {**CASE, "id": "b", "tool": "rclone", "target": "S3", "link_bps": 1e9},
            {**CASE, "id": "c", "tool": "cp", "target": "local disk"},
        )
    )
    assert (near.link, far.link) == (math.inf, 1.25e8)
    assert near.round_trip_time == catalogue.assumptions["near_round_trip_time"].value
    assert far.round_trip_time == catalogue.assumptions["round_trip_time"].value
    assert inside.round_trip_time == 0


def test_a_delta_pass_scans_all_and_sends_a_part(table, catalogue):
    ((case, _),) = table(
        {
            "id": "a",
            "tool": "rclone",
            "target": "GCS",
            "volume_bytes": 2e5,
            "file_count": 1e6,
            "change_rate": 1e-5,
        }
    )
    made = setting(case, catalogue)
    assert (made.covers, made.part, made.workload.files) == ("delta", 1e-5, 1e6)
    assert made.workload.volume * made.part == pytest.approx(2e5)


@pytest.mark.parametrize(
    ("tool", "covers", "device", "leg"),
    [
        ("Snowball (aws s3 cp, one object a file)", "NAS to device", "snowball-edge-80tb", "load"),
        ("Snowball (10 GB tars built in memory)", "NAS to device", "snowball-edge-80tb-batched", "load"),
        ("Snowball import", "device to S3 at AWS", "snowball-edge-80tb", "import"),
        ("Snowball import with auto-extract", "device to S3", "snowball-edge-80tb-batched", "import"),
        ("Snowball Edge", "transport only", "snowball-edge-80tb", "ship"),
        ("Snowball Edge 210 TB", "end to end", "snowball-edge-210tb", "all"),
    ],
)
def test_devices_and_the_leg_that_was_timed(table, catalogue, tool, covers, device, leg):
    quoted = {"tool": f'"{tool}"', "what_the_duration_covers": covers}
    ((case, _),) = table({**CASE, "kind": "offline", **quoted})
    made = setting(case, catalogue)
    assert (made.profile.id, made.covers) == (device, leg)


def test_the_number_of_devices_is_the_cases(table, catalogue):
    ((case, _),) = table({**CASE, "kind": "offline", "tool": "Snowball", "devices": 4})
    made = setting(case, catalogue)
    assert made.option.device.facts["usable_capacity"].value == 2.5e11


def test_every_published_case_is_forecast_or_told(measured, catalogue):
    made = {case.id: setting(case, catalogue) for case, _ in measured}
    missing = {name for name, found in made.items() if not isinstance(found, Setting)}
    assert missing == {
        "azc.100m",
        "s3ru.12g",
        "terra.globus",
        "pigeon.bird",
        "pigeon.adsl",
        "eht.southpole",
    }
