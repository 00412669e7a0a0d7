"""The scanner: right to the byte on trees with traps, with any number of workers, stopped and gone on with."""

import dataclasses
import os
import shutil
import subprocess
import threading
import time
import tracemalloc

import numpy as np
import pytest

from migplan.errors import MigplanError
from migplan.inventory import looking, walking, workers
from migplan.inventory import scan as scanning
from migplan.inventory.count import Batch, Counter
from migplan.inventory.estimate import scaled
from migplan.inventory.names import NameFaults, Rules
from migplan.inventory.scan import Settings, scan
from migplan.inventory.shape import Links, Origin, Special
from migplan.progress import listening

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tree has names that Windows does not know")
NOW = 1.75e9
WAYS = (Settings(workers=1), Settings(workers=4))


@pytest.fixture(name="clock")
def _clock(monkeypatch):
    monkeypatch.setattr("migplan.inventory.scan.time.time", lambda: NOW)


@pytest.mark.parametrize("settings", WAYS, ids=("one", "several"))
def test_a_tree_with_traps_is_counted_to_the_byte(tree, settings):
    shape = scan(tree.root, settings)
    assert (shape.bytes, shape.files, shape.folders) == (tree.bytes, tree.files, tree.folders)
    assert shape.depth == tree.depth
    assert shape.links == Links(symbolic=3, hard=1, hard_bytes=11)
    assert shape.sparse == Special(files=1, bytes=5_000_000, allocated=0)
    assert shape.special_files == 1
    assert (shape.errors.folders, shape.errors.files) == (0, 0)
    assert shape.largest_file == 5_000_000
    tops = {top.path: top for top in shape.folders_top}
    assert (tops["folder one"].bytes, tops["folder one"].files, tops["folder one"].folders) == (1101, 3, 2)
    assert set(tops) == {".", "folder one", "zwei", "d" * 200}
    assert sum(top.bytes for top in tops.values()) == shape.bytes
    assert set(shape.grades.values()) == {"measured"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("find"), reason="there is no find")
def test_find_counts_the_same(tree):
    script = ["find", tree.root, "-type", "f", "-printf", "%i %s\\0"]
    rows = {row for row in subprocess.run(script, capture_output=True, check=True).stdout.split(b"\0") if row}
    assert sum(int(row.split()[1]) for row in rows) == scan(tree.root).bytes
    assert len(rows) == scan(tree.root).files


@pytest.mark.parametrize("name", ["plain", "with blanks", "データ", "caf\udce9", "back\\slash"])
def test_a_tree_behind_a_network_is_known_by_its_mount_whatever_its_name(tmp_path, monkeypatch, name):
    mounts, place = tmp_path / "mounts", f"{tmp_path}/{name}"
    told = place.replace("\\", "\\134").replace(" ", "\\040")
    lines = f"/dev/sda / ext4 rw 0 0\nnas:/x {told} nfs4 rw 0 0\nproc {told}/sub/proc proc rw 0 0\n"
    mounts.write_bytes(os.fsencode(lines))
    monkeypatch.setattr(walking, "_MOUNTS", os.fspath(mounts))
    assert walking.is_far(f"{place}/sub")
    assert not walking.is_far(f"{place} 2")
    assert walking.pseudo_mounts(place) == {"sub/proc"}


@pytest.mark.slow
def test_processes_count_the_same(tree, clock, monkeypatch):
    monkeypatch.setattr(scanning, "ALONE", 0)
    assert scan(tree.root, Settings(workers=2, has_processes=True)) == scan(tree.root)


def test_folders_and_files_that_cannot_be_read_are_told(tmp_path, monkeypatch):
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"12345")
    whole = os.open

    def refuse(path, *args, **kwargs):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return whole(path, *args, **kwargs)

    monkeypatch.setattr(walking.os, "open", refuse)
    shape = scan(tmp_path)
    assert (shape.bytes, shape.files, shape.folders) == (5, 1, 2)
    assert (shape.errors.folders, shape.errors.files) == (1, 0)
    assert [(problem.path, problem.message) for problem in shape.errors.first] == [
        ("closed", "Permission denied")
    ]


def test_a_file_that_vanishes_is_told_and_the_others_are_counted(tmp_path, monkeypatch):
    class Entry:
        def __init__(self, entry):
            self.name, self._entry = entry.name, entry

        def is_dir(self, follow_symlinks):
            return self._entry.is_dir(follow_symlinks=follow_symlinks)

        def stat(self, follow_symlinks):
            if self.name == "gone":
                raise FileNotFoundError(2, "No such file or directory")
            return self._entry.stat(follow_symlinks=follow_symlinks)

    for name in ("gone", "here"):
        (tmp_path / name).write_bytes(b"123")
    whole = walking.opened

    @walking.contextmanager
    def opened(root, path):
        with whole(root, path) as (entries, _):
            yield map(Entry, entries), None

    monkeypatch.setattr(walking, "opened", opened)
    monkeypatch.setattr(looking, "statx", None)
    shape = scan(tmp_path)
    assert (shape.bytes, shape.files) == (3, 1)
    assert (shape.errors.files, shape.errors.first[0].path) == (1, "gone")


def test_a_root_that_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(MigplanError, match=r"nothing: cannot be read: No such file"):
        scan(tmp_path / "nothing")
    (tmp_path / "file").write_text("x")
    with pytest.raises(MigplanError, match=r"cannot be read: Not a directory"):
        scan(tmp_path / "file")


def test_snapshots_are_left_out_and_it_is_said(tmp_path):
    (tmp_path / "a" / ".snapshot" / "daily").mkdir(parents=True)
    (tmp_path / "a" / ".snapshot" / "daily" / "file").write_bytes(b"123")
    (tmp_path / "a" / "file").write_bytes(b"1")
    shape = scan(tmp_path)
    assert (shape.bytes, shape.files, shape.folders) == (1, 1, 1)
    assert shape.source.notes == ("left out: .snapshot (1)",)


def test_ages_are_those_of_the_tree(tmp_path, clock):
    for days in (0.5, 3, 100, 1000):
        path = tmp_path / f"{days}"
        path.write_bytes(b"1234567890")
        os.utime(path, (NOW - days * 86400 / 2, NOW - days * 86400))
    shape = scan(tmp_path)
    assert [(each.days, each.files, each.bytes) for each in shape.changed] == [
        (1, 1, 10),
        (7, 2, 20),
        (30, 2, 20),
        (365, 3, 30),
    ]
    cold = {(each.by, each.days): each.share for each in shape.cold}
    assert (cold["modified", 90], cold["accessed", 90], cold["accessed", 30]) == (0.5, 0.25, 0.5)
    assert shape.source.taken == NOW


def test_times_of_access_count_only_where_they_are_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"1")
    assert {each.by for each in scan(tmp_path).cold} == {"accessed", "modified"}
    monkeypatch.setattr(scanning, "keeps_access_times", lambda root: False)
    shape = scan(tmp_path)
    assert {each.by for each in shape.cold} == {"modified"}
    assert shape.source.notes == ("the file system does not write down when files are read (noatime)",)


def tree_of(root, folders, files):
    for number in range(folders):
        place = root / f"top{number % 3}" / f"sub{number % 7}" / f"f{number}"
        place.mkdir(parents=True)
        for index in range(files):
            path = place / f"file {index}"
            with path.open("wb") as file:
                file.truncate(number * 977 + index * 31)
            os.utime(path, (NOW, NOW - number * 1e5))
        if number % 4 == 0:
            os.link(place / "file 0", place / "again")


class Killed(BaseException):
    """A process ends where nothing is tidied up."""


@pytest.mark.parametrize("moment", range(10))
def test_killed_and_gone_on_with_it_is_the_same_shape(tmp_path, monkeypatch, clock, moment):
    root, journal = tmp_path / "root", tmp_path / "journal"
    tree_of(root, 40, 5)
    monkeypatch.setattr(scanning, "LONG_SLICE", 0.0)
    whole = scan(root)
    monkeypatch.setattr(scanning, "PAUSE", 0.0)
    read, done = scanning.read_some, 0

    def killed(*args):
        nonlocal done
        done += 1
        if done == 2 + moment * 6:
            raise Killed
        return read(*args)

    monkeypatch.setattr(scanning, "read_some", killed)
    with pytest.raises(Killed):
        scan(root, Settings(journal=journal))
    assert journal.exists()
    monkeypatch.setattr(scanning, "read_some", read)
    monkeypatch.setattr("migplan.inventory.scan.time.time", lambda: NOW + 5000)
    again = scan(root, Settings(journal=journal))
    assert again.source.notes == ("read in more than one go",)
    assert dataclasses.replace(again, source=whole.source) == whole
    assert again.source.taken == NOW
    assert not journal.exists()


def test_names_are_kept_too(tmp_path, monkeypatch, clock):
    def faults():
        return NameFaults([Rules(target="x", forbidden=" ")])

    root, journal = tmp_path / "root", tmp_path / "journal"
    tree_of(root, 20, 3)
    monkeypatch.setattr(scanning, "LONG_SLICE", 0.0)
    whole = scan(root, Settings(faults=faults()))
    assert whole.faults[0].items == 60
    monkeypatch.setattr(scanning, "PAUSE", 0.0)
    read, done = scanning.read_some, 0

    def killed(*args):
        nonlocal done
        done += 1
        if done == 15:
            raise Killed
        return read(*args)

    monkeypatch.setattr(scanning, "read_some", killed)
    with pytest.raises(Killed):
        scan(root, Settings(journal=journal, faults=faults()))
    monkeypatch.setattr(scanning, "read_some", read)
    with pytest.raises(MigplanError, match="is no journal of a scan"):
        scan(root, Settings(journal=journal, faults=NameFaults([])))
    assert scan(root, Settings(journal=journal, faults=faults())).faults == whole.faults


def test_a_journal_of_another_scan_is_refused(tmp_path, monkeypatch):
    journal = tmp_path / "journal"
    for name in ("one", "other"):
        tree_of(tmp_path / name, 2, 1)
    monkeypatch.setattr(scanning, "PAUSE", 0.0)
    monkeypatch.setattr("migplan.inventory.journal.Journal.remove", lambda self: None)
    scan(tmp_path / "one", Settings(journal=journal))
    with pytest.raises(
        MigplanError, match=r"journal: is the journal of another scan, of .*one; wanted another -o"
    ):
        scan(tmp_path / "other", Settings(journal=journal))
    journal.write_bytes(b"no journal")
    with pytest.raises(MigplanError, match="is no journal of a scan"):
        scan(tmp_path / "one", Settings(journal=journal))


def test_a_sample_is_right_within_its_error(tmp_path):
    tree_of(tmp_path, 60, 50)
    whole, part = scan(tmp_path), scan(tmp_path, Settings(one_of=5))
    assert (part.files, part.folders) == (whole.files + whole.links.hard, whole.folders)
    assert 0 < part.bytes_error < 0.2 * whole.bytes
    assert abs(part.bytes - whole.bytes) < 2 * part.bytes_error
    assert sum(bucket.files for bucket in part.sizes) == pytest.approx(part.files, rel=0.01)
    assert part.largest_file is None
    assert (part.grade("files"), part.grade("bytes"), part.grade("largest_file_bytes")) == (
        *("measured", "derived"),
        "unknown",
    )
    assert part.source.notes[0].startswith("a sample: ")


def test_workers_wait_side_by_side(tmp_path, monkeypatch):
    """Calls of sixteen threads are under way at once, where each takes a while; one thread waits for each."""
    tree_of(tmp_path, 40, 5)
    whole, lock, busy = walking.opened, threading.Lock(), {"now": 0, "most": 0}

    class Slow:
        def __init__(self, entry):
            self.name, self._entry = entry.name, entry

        def is_dir(self, follow_symlinks):
            return self._entry.is_dir(follow_symlinks=follow_symlinks)

        def stat(self, follow_symlinks):
            with lock:
                busy["now"] += 1
                busy["most"] = max(busy.values())
            time.sleep(0.005)
            with lock:
                busy["now"] -= 1
            return self._entry.stat(follow_symlinks=follow_symlinks)

    @walking.contextmanager
    def slow(root, path):
        with whole(root, path) as (entries, _):
            yield map(Slow, entries), None

    monkeypatch.setattr(walking, "opened", slow)
    monkeypatch.setattr(looking, "statx", None)
    most = {}
    for count in (1, 16):
        busy.update(now=0, most=0)
        scan(tmp_path, Settings(workers=count))
        most[count] = busy["most"]
    assert most[1] == 1
    assert most[16] >= 6


def test_memory_is_flat(tmp_path, monkeypatch):
    """Ten times as many files, in ten times as many folders or in one, take no more memory while they are read."""
    peaks = []
    for module in (walking, scanning, looking):
        monkeypatch.setattr(module, "MOST_ROWS", 64)
    # What is made of the counts takes more, whatever was read.
    monkeypatch.setattr(
        scanning.Scan, "_shape", lambda self: peaks.append(tracemalloc.get_traced_memory()[1])
    )
    for number, (folders, files) in enumerate(((20, 20), (200, 20), (1, 4000))):
        root = tmp_path / str(number)
        tree_of(root, folders, files)
        tracemalloc.start()
        scan(root)
        tracemalloc.stop()
    few, many, one = peaks
    assert many < few + 300_000
    assert one < few + 250_000, (few, many, one)
    assert few < 100_000_000


def test_progress_is_told(tmp_path, monkeypatch):
    tree_of(tmp_path, 10, 2)
    monkeypatch.setattr(scanning, "_TICK", 0.0)
    told = []
    with listening(lambda what, done, total: told.append(what)):
        scan(tmp_path)
    assert told[-1].endswith("20 files of 88.24 kB counted, 0 folders known and left")


@pytest.mark.parametrize("way", ["statx", "by entry"])
def test_each_way_of_looking_counts_the_same(tree, clock, monkeypatch, way):
    whole = scan(tree.root)
    if way == "statx" and looking.statx is None:
        pytest.skip("the system has no statx")
    monkeypatch.setattr(looking, "rows", looking.Written if way == "statx" else looking.Asked)
    monkeypatch.setattr(walking, "rows", looking.rows)
    assert scan(tree.root) == whole
    assert (whole.bytes, whole.files) == (tree.bytes, tree.files)


@pytest.mark.skipif(looking.statx is None, reason="the system has no statx")
@pytest.mark.parametrize("is_lasting", [True, False])
def test_what_statx_cannot_look_at_is_told_with_its_reason(tmp_path, monkeypatch, is_lasting):
    for name, size in (("first", 1), ("gone", 10), ("last", 100)):
        (tmp_path / name).write_bytes(b"x" * size)

    def without(call):
        return lambda handle, name, *rest: call(handle, b"no such name" if name == b"gone" else name, *rest)

    monkeypatch.setattr(looking, "statx", without(looking.statx))
    if is_lasting:
        monkeypatch.setattr(looking, "_telling", without(looking._telling))
    shape = scan(tmp_path)
    assert (shape.bytes, shape.files) == ((101, 2) if is_lasting else (111, 3))
    told = [(problem.path, problem.message) for problem in shape.errors.first]
    assert told == ([("gone", os.strerror(2))] if is_lasting else [])


@pytest.mark.parametrize("broken", ["none starts", "one ends", "all end"])
@pytest.mark.slow
def test_without_other_processes_the_scan_reads_all_itself(tmp_path, clock, monkeypatch, broken):
    """Where none can be started, or one is ended by the system, nothing is lost and nothing counts twice."""
    tree_of(tmp_path, 60, 5)
    whole = scan(tmp_path)
    for name in ("ALONE", "LONG_SLICE"):
        monkeypatch.setattr(scanning, name, 0)
    start, started = workers._started, []

    def failing():
        if broken == "none starts":
            raise OSError(11, "Resource temporarily unavailable")
        started.append(start())
        if broken == "all end" or len(started) == 2:
            started[-1].kill()
        return started[-1]

    monkeypatch.setattr(workers, "_started", failing)
    shape = scan(tmp_path, Settings(workers=3, has_processes=True))
    assert shape.source.notes == (
        "processes could not be started, or ended early: what they were to read was read by one",
    )
    assert dataclasses.replace(shape, source=whole.source) == whole


def test_a_local_tree_is_read_by_as_many_as_there_are_processors(tmp_path, monkeypatch):
    tree_of(tmp_path, 2, 2)
    asked, read = [], scanning.Scan._read

    def asking(self, *said):
        asked.append(said)
        return read(self, *said)

    monkeypatch.setattr(scanning.Scan, "_read", asking)
    for count in (1, 2, 64):
        monkeypatch.setattr(scanning, "processors", lambda count=count: count)
        scan(tmp_path, Settings(has_processes=True))
    scan(tmp_path)
    assert asked == [(1, True), (2, True), (workers.MOST_LOCAL, True), (1, False)]


@pytest.mark.parametrize("spread", [1.0, 1.5, 2.0])
def test_the_error_of_a_sample_holds_the_truth_in_nine_of_ten_cases(spread):
    """Sizes have long tails, of which a sample mostly holds too little."""
    draw, held = np.random.default_rng(11), 0
    for _ in range(200):
        sizes = np.exp(draw.normal(10, spread, 20_000)).astype(np.int64)
        part = sizes[draw.random(len(sizes)) < 0.05]
        counter = Counter("measured", NOW)
        counter.add(Batch(sizes=part, groups=np.full(len(part), counter.group("."))))
        shape = scaled(counter.shape(Origin()), len(sizes) - len(part), counter.squares)
        held += abs(shape.bytes - int(sizes.sum())) <= shape.bytes_error
    assert 0.87 <= held / 200 <= 0.985
