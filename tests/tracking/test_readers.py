"""Each form of progress, as its tool writes it: whole, cut anywhere, in other languages and encodings."""

import datetime as dt
import json
import zoneinfo

import pytest

from migplan.errors import MigplanError
from migplan.tracking.course import course_of
from migplan.tracking.reading import read_progress

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def when(text):
    return dt.datetime.fromisoformat(text).timestamp()


EXECUTION = {
    "TaskExecutionArn": "arn:aws:datasync:eu-west-1:111122223333:task/task-0a/execution/exec-0b",
    "Status": "TRANSFERRING",
    "TaskMode": "BASIC",
    "StartTime": "2026-11-20T19:00:04+00:00",
    "LaunchTime": "2026-11-20T19:00:04+00:00",
    "EstimatedFilesToTransfer": 40112033,
    "EstimatedBytesToTransfer": 149800000000000,
    "FilesTransferred": 18120044,
    "BytesWritten": 61200000000000,
    "BytesTransferred": 61200000000000,
    "BytesCompressed": 48000000000000,
    "Result": {"PrepareDuration": 8100000, "PrepareStatus": "SUCCESS"},
}
AZCOPY = {
    "JobID": "b1",
    "CompleteJobOrdered": True,
    "JobStatus": "InProgress",
    "TotalTransfers": "120000",
    "FolderPropertyTransfers": "1000",
    "FoldersCompleted": "800",
    "TransfersCompleted": "80000",
    "TransfersFailed": "3",
    "TransfersSkipped": "0",
    "TotalBytesTransferred": "400000000000",
    "TotalBytesExpected": "610000000000",
    "PercentComplete": "65.6",
}
MOVER = {
    "name": "run-1",
    "properties": {
        "status": "Running",
        "scanStatus": "Scanning",
        "executionStartTime": "2026-11-27T20:00:00Z",
        "lastStatusUpdate": "2026-11-28T08:40:00Z",
        "itemsScanned": 900000,
        "itemsTransferred": 410000,
        "itemsFailed": 12,
        "itemsNoTransferNeeded": 100,
        "itemsExcluded": 0,
        "itemsUnsupported": 7,
        "bytesScanned": 2100000000000,
        "bytesTransferred": 880000000000,
        "bytesFailed": 91000,
    },
}
OPERATION = {
    "name": "transferOperations/transferJobs-77-5",
    "done": False,
    "metadata": {
        "transferJobName": "transferJobs/77",
        "startTime": "2026-11-28T10:00:00Z",
        "status": "IN_PROGRESS",
        "counters": {
            "objectsFoundFromSource": "1000",
            "bytesFoundFromSource": "5000000",
            "objectsCopiedToSink": "400",
            "directoriesFailedToListFromSource": "2",
        },
    },
}
STATS = {"bytes": 21138672, "totalBytes": 43000000, "transfers": 628, "totalTransfers": 3001, "errors": 0}
RCLONE = "".join(
    json.dumps(
        {
            "time": f"2026-11-28T09:{44 + step}:10.5+01:00",
            "level": "notice",
            "msg": "\nTransferred: ...",
            "stats": {**STATS, "bytes": 21138672 * (step + 1) // 2, "elapsedTime": 60.0 * (step + 1)},
        }
    )
    + "\n"
    for step in range(2)
)
HEADER = (
    "-" * 79
    + "\r\n   ROBOCOPY     ::     Robust File Copy for Windows\r\n"
    + "-" * 79
    + "\r\n\r\n  Gestartet: Samstag, 28. November 2026 09:12:01\r\n   Quelle : D:\\Shares\\\r\n"
    + "     Ziel : \\\\x\\y\\\r\n\r\n    Dateien : *.*\r\n\r\n  Optionen: *.* /S /BYTES\r\n\r\n"
    + "-" * 79
    + "\r\n\r\n"
)
FILES = (
    "\t                   3\tD:\\Shares\\\r\n"
    "\t  Neue Datei  \t\t        1000\tfür.txt\r\n"
    "\t  Neue Datei  \t\t     2000000\tb.bin\r\n"
    "\t*EXTRA Datei  \t\t          77\tgone.txt\r\n"
    "2026/11/28 09:30:00 FEHLER 5 (0x00000005) Datei wird kopiert D:\\Shares\\c\r\nZugriff verweigert\r\n"
    "\t        same\t\t         500\told.txt\r\n"
    "\t  Neue Datei  \t\t       844.3 k\td.bin\r\n"
)
FOOTER = (
    "-" * 79
    + "\r\n\r\n           Insgesamt   KopiertÜbersprungenKeine Übereinstimmung    FEHLER    Extras\r\n"
    + "Verzeich.:         1         1         0         0         0         0\r\n"
    + "  Dateien:         5         3         1         0         1         1\r\n"
    + "    Bytes:   2900000   2865563       500         0     33937        77\r\n"
    + "   Zeiten:   0:32:09   0:31:12                       0:00:09   0:03:01\r\n"
    + "   Beendet: Samstag, 28. November 2026 09:44:10\r\n"
)
RSYNC = (
    "2026-11-28T09:44:00+0100          1,000   0%    0.00kB/s    0:00:00 (xfr#1, to-chk=806/809)\n"
    "2026-11-28T09:44:05+0100      4,119,600  21%    6.60MB/s    0:00:00 (xfr#801, to-chk=5/809)\n"
    "2026-11-28T09:44:06+0100      6,151,216  32%    5.85MB/s    0:00:02\n"
)


def test_datasync_in_basic_mode(written):
    found = read_progress(written("exec.json", json.dumps(EXECUTION, indent=2)))
    begin, copying, now = found.samples
    assert (begin.time, begin.phase, begin.bytes) == (when("2026-11-20T19:00:04+00:00"), "scanning", 0.0)
    assert (copying.time - begin.time, copying.phase) == (8100.0, "copying")
    assert (now.job, now.run, now.bytes, now.files) == ("task-0a", "exec-0b", 61.2e12, 18120044)
    assert (now.total_bytes, now.total_files, now.final) == (149.8e12, 40112033, True)
    assert now.time == 1795900000.0
    assert "counts folders" in found.notes[0]


def test_what_datasync_has_not_listed_yet_is_not_known(written):
    early = EXECUTION | {"Status": "PREPARING", "EstimatedBytesToTransfer": 0, "EstimatedFilesToTransfer": 0}
    last = read_progress(written("exec.json", json.dumps(early))).samples[-1]
    assert (last.phase, last.total_bytes, last.total_files, last.final) == ("scanning", None, None, False)


def test_datasync_in_enhanced_mode_lists_while_it_copies(written):
    plain = EXECUTION | {"TaskMode": "ENHANCED", "FilesFailed": {"Transfer": 3}, "LaunchTime": 1795800000.5}
    found = read_progress(written("exec.json", json.dumps(plain)))
    assert (found.samples[0].time, found.samples[0].phase) == (1795800000.5, "copying")
    assert (found.samples[-1].final, found.samples[-1].failed, found.notes) == (False, 3.0, ())


def test_an_execution_that_is_over_tells_when_it_copied(written):
    result = {"PrepareDuration": 1000, "TransferDuration": 9000, "VerifyDuration": 5000}
    plain = EXECUTION | {"Status": "SUCCESS", "EndTime": "2026-11-20T19:00:19+00:00", "Result": result}
    phases = [(each.phase, each.time - when("2026-11-20T19:00:04+00:00")) for each in
              read_progress(written("exec.json", json.dumps(plain))).samples]  # fmt: skip
    assert phases == [("scanning", 0.0), ("copying", 1.0), ("verifying", 10.0), ("done", 15.0)]


def test_azcopy_has_its_numbers_in_a_text(written):
    line = {
        "TimeStamp": "2026-11-28T09:44:10Z",
        "MessageType": "Progress",
        "MessageContent": json.dumps(AZCOPY),
    }
    info = {"TimeStamp": "2026-11-28T09:44:09Z", "MessageType": "Info", "MessageContent": "INFO: Scanning"}
    only = read_progress(written("azcopy.json", f"{json.dumps(info)}\n{json.dumps(line)}\n")).samples[0]
    assert (only.job, only.bytes, only.files) == ("b1", 400e9, 79200)
    assert (only.total_bytes, only.total_files, only.final, only.failed) == (610e9, 119000, True, 3)


def test_storage_mover_counts_what_is_left_to_transfer(written):
    begin, now = read_progress(written("run.json", json.dumps(MOVER))).samples
    assert begin.time == when("2026-11-27T20:00:00+00:00")
    assert now.time == when("2026-11-28T08:40:00+00:00")
    assert (now.files, now.total_files, now.final) == (410000, 900000 - 12 - 100 - 7, False)


def test_a_counter_that_google_leaves_out_is_at_zero_and_folders_that_are_lost_are_told(written):
    found = read_progress(written("op.json", json.dumps(OPERATION)))
    assert (found.samples[-1].bytes, found.samples[-1].files) == (0.0, 400)
    assert found.samples[-1].job == "transferJobs/77"
    assert "2 folders could not be listed" in found.notes[0]


def test_rclone_tells_its_begin_by_what_has_passed(written):
    found = read_progress(written("rclone.log", "2026/11/28 NOTICE: hello\n" + RCLONE))
    assert [each.bytes for each in found.samples] == [0.0, 10569336, 21138672]
    assert found.samples[0].time == when("2026-11-28T09:43:10.5+01:00")
    assert found.samples[-1].total_files == 3001


@pytest.mark.parametrize("encoding", ["utf-16", "cp850", "utf-8"])
def test_robocopy_in_german_and_any_encoding(written, encoding):
    found = read_progress(written("robo.log", (HEADER + FILES + FOOTER).encode(encoding)), zone=BERLIN)
    begin, error, end = found.samples
    assert (begin.job, begin.time) == ("D:\\Shares", when("2026-11-28T09:12:01+01:00"))
    assert (error.time, error.files, error.bytes) == (when("2026-11-28T09:30:00+01:00"), 2, 2001000)
    assert (end.time, end.phase, end.files, end.bytes) == (
        when("2026-11-28T09:44:10+01:00"),
        "done",
        3,
        2865563,
    )
    assert end.failed == 1


def test_robocopy_while_it_runs_counts_the_lines_of_what_was_copied(written):
    last = read_progress(written("robo.log", HEADER + FILES), zone=BERLIN).samples[-1]
    assert (last.time, last.phase, last.files, last.bytes) == (1795900000.0, "copying", 3, 2001000 + 864563)


def test_robocopy_without_a_zone_has_its_last_moment_alone(written):
    found = read_progress(written("robo.log", HEADER + FILES))
    assert len(found.samples) == 1
    assert "--zone" in found.notes[-1]


def test_a_second_run_in_one_log_of_robocopy_is_a_run_of_its_own(written):
    later = HEADER.replace("09:12:01", "10:00:00")
    found = read_progress(written("robo.log", HEADER + FILES + FOOTER + later + FILES), zone=BERLIN)
    assert len({each.run for each in found.samples}) == 2
    assert found.samples[-1].files == 3


def test_a_large_log_of_robocopy_is_counted_across_its_blocks(written):
    line = "\t  New File  \t\t        1000\tname-{}.txt\r\n"
    body = "".join(line.format(number) for number in range(60_000))
    last = read_progress(written("robo.log", HEADER + body + HEADER + body + FOOTER), zone=BERLIN).samples
    assert [each.files for each in last][-2:] == [0, 3]
    last = read_progress(written("robo.log", HEADER + body), zone=BERLIN).samples[-1]
    assert (last.files, last.bytes) == (60_000, 60_000_000)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("  Started : Saturday, November 28, 2026 9:44:10 PM", "2026-11-28T21:44:10+01:00"),
        ("  Started : mardi 3 mars 2026 09:44:10", "2026-03-03T09:44:10+01:00"),
        ("  Started : sobota, 14 maja 2022 22:31:16", "2022-05-14T22:31:16+02:00"),
        ("  开始时间: 2026年11月28日 9:44:10", "2026-11-28T09:44:10+01:00"),
    ],
)
def test_begins_of_robocopy_in_other_languages(written, line, day):
    header = HEADER.replace("  Gestartet: Samstag, 28. November 2026 09:12:01", line)
    assert read_progress(written("robo.log", header + FILES), zone=BERLIN).samples[0].time == when(day)


def test_rsync_with_times_in_front(written):
    found = read_progress(written("rsync.log", RSYNC)).samples
    assert [each.bytes for each in found] == [1000, 4119600, 6151216]
    assert [each.files for each in found] == [3, 804, 804]
    assert found[-1].total_bytes == pytest.approx(19119600, rel=0.02)
    assert (found[-1].time, found[-1].final) == (when("2026-11-28T09:44:06+01:00"), True)


def test_totals_of_rsync_behind_times_end_each_run(written):
    """As the pipe of docs/track.md writes them, of a copy and of a pass over what changed."""
    totals = ["Number of files: 809 (reg: 801, dir: 8)", "Total transferred file size: 6,151,216 bytes", ""]
    whole = RSYNC + "".join(f"2026-11-28T09:44:09+0100 {line}\n" for line in totals)
    found = read_progress(written("rsync.log", whole + whole.replace("T09:", "T10:"))).samples
    ends = [each for each in found if each.phase == "done"]
    assert [each.time for each in ends] == [when(f"2026-11-28T{hour}:44:09+01:00") for hour in ("09", "10")]
    course = course_of(found)
    assert (course.copied, course.done("bytes"), course.done("files")) == (True, 6151216, 804)
    assert [each[2] for each in course.jobs[0].passes] == [6151216]


def test_rsync_without_times_counts_as_of_its_last_line(written):
    bare = "\r".join(line.partition(" ")[2] for line in RSYNC.splitlines())
    found = read_progress(written("rsync.log", bare))
    assert [(each.time, each.bytes) for each in found.samples] == [(1795900000.0, 6151216)]
    assert "no times" in found.notes[0]


@pytest.mark.parametrize("form", ["50,005,251", "50.005.251", "50005251"])
def test_totals_of_rsync_in_any_locale(written, form):
    text = (
        f"Number of files: 17 (reg: 10, dir: 5, link: 1)\nNumber of regular files transferred: 9\n"
        f"Total file size: {form} bytes\nTotal transferred file size: {form} bytes\n"
    )
    only = read_progress(written("rsync.log", text)).samples[0]
    assert (only.phase, only.bytes, only.files, only.total_files) == ("done", 50005251, 9, 10)


CSV = "time;Bytes done;files done;total bytes;phase;job\n2026-11-28T09:00:00+01:00;1000;5;9000;;a\n"


def test_a_table_of_samples_in_whatever_columns(written):
    only = read_progress(written("s.csv", CSV.replace("1000", "1 TB"))).samples[0]
    assert (only.time, only.bytes, only.files, only.total_bytes, only.job) == (
        when("2026-11-28T09:00:00+01:00"), 1e12, 5, 9000, "a",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "other", "said"),
    [
        ("2026-11-28T09:00:00+01:00", "2026-11-28T09:00:00", "times without a zone; wanted --zone"),
        ("2026-11-28T09:00:00+01:00", "yesterday", "line 2: time 'yesterday' is none"),
        (";;a", ";copyin;a", "line 2: phase 'copyin' is not known; did you mean 'copying'?"),
        (";1000;5;", ";;;", "line 2: has neither bytes nor files"),
        (";1000;", ";1000 apples;", "line 2: bytes: "),
    ],
)
def test_what_is_wrong_in_a_table_is_told_by_its_line(written, cell, other, said):
    with pytest.raises(MigplanError, match=r"s\.csv") as error:
        read_progress(written("s.csv", CSV.replace(cell, other)))
    assert said in str(error.value)


def test_a_zone_places_times_that_have_none(written):
    text = CSV.replace("+01:00", "")
    assert read_progress(written("s.csv", text), zone=BERLIN).samples[0].time == when(
        "2026-11-28T09:00:00+01:00"
    )


@pytest.mark.parametrize("text", ["", "hello\nworld\n", '{"a": 1}', "a,b\n1,2\n"])
def test_what_is_no_progress_is_said_to_be_none(written, text):
    with pytest.raises(MigplanError, match=r"is empty|is of no form that is known"):
        read_progress(written("x", text))


def test_a_plan_of_executions_alone_is_no_progress(written):
    text = json.dumps({"TaskExecutions": [{"TaskExecutionArn": "arn:x/execution/y", "Status": "SUCCESS"}]})
    with pytest.raises(MigplanError, match="wanted describe-task-execution"):
        read_progress(written("list.json", text))


WHOLE = {
    "datasync": json.dumps(EXECUTION, indent=2),
    "azcopy": json.dumps(
        {"TimeStamp": "2026-11-28T09:44:10Z", "MessageType": "Progress", "MessageContent": json.dumps(AZCOPY)}
    ),
    "mover": json.dumps(MOVER),
    "transfer": json.dumps(OPERATION),
    "rclone": RCLONE,
    "robocopy": HEADER + FILES + FOOTER,
    "rsync": RSYNC,
    "csv": CSV + CSV.splitlines()[1].replace("09:00", "10:00").replace("1000", "2000") + "\n",
}


def read_or_told(path):
    """The samples, or why there are none."""
    try:
        return read_progress(path, zone=BERLIN).samples, ""
    except MigplanError as error:
        return (), str(error)


@pytest.mark.parametrize("form", WHOLE)
def test_a_log_that_is_cut_at_any_byte_says_what_stands_before_or_a_clear_line(written, form):
    whole = WHOLE[form].encode()
    known = read_progress(written("log", whole), zone=BERLIN).samples
    most = max(each.bytes or 0.0 for each in known)
    step = max(1, len(whole) // 150)
    for end in range(0, len(whole), step):
        samples, told = read_or_told(written("log", whole[:end]))
        assert bool(samples) != bool(told)
        assert len(told.splitlines()) <= 1
        assert all((each.bytes or 0.0) <= most for each in samples)


def test_two_lines_cut_in_the_second_keep_the_first(written):
    cut = RCLONE[:-20]
    found = read_progress(written("rclone.log", cut))
    assert [each.bytes for each in found.samples] == [0.0, 10569336]
    assert "cut off" in found.notes[0]
