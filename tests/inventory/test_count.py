"""What is counted of entries: to the byte, in any cut into batches, and unknown where nobody told."""

import tracemalloc

import numpy as np
import pytest

from migplan.errors import MigplanError
from migplan.inventory.count import (
    FILE,
    FOLDER,
    HARD_LINK,
    PLACEHOLDER,
    SPARSE,
    SPECIAL,
    SYMBOLIC_LINK,
    Batch,
    Counter,
)
from migplan.inventory.shape import Age, Bucket, Changed, Links, Origin, Special

DAY = 86400.0
NOW = 1.75e9
TELLS = ("folders", "symbolic", "hard", "sparse", "placeholders", "special", "errors")


def entries(counter, *rows):
    """A batch of (first-level folder, kind, size, days since its modification)."""
    names, kinds, sizes, ages = zip(*rows, strict=True)
    return Batch(
        sizes=np.array(sizes, np.int64),
        kinds=np.array(kinds, np.uint8),
        groups=counter.groups(names),
        modified=NOW - np.array(ages, float) * DAY,
    )


def shape_of(*rows, taken=NOW, tells=TELLS):
    counter = Counter("measured", taken, tells)
    counter.add(entries(counter, *rows))
    return counter.shape(Origin(form="scan"))


def test_files_are_counted_by_size_age_and_folder():
    shape = shape_of(
        (".", FILE, 0, 0.5),
        ("a", FOLDER, 4096, 1),
        ("a", FILE, 1, 3),
        ("a", FILE, 2, 40),
        ("b", FOLDER, 4096, 1),
        ("b", FILE, 3, 400),
        ("b", FILE, 4, 5000),
    )
    assert (shape.bytes, shape.files, shape.folders, shape.largest_file) == (10, 5, 2, 4)
    assert shape.sizes == (
        Bucket(up_to=0, files=1, bytes=0),
        Bucket(up_to=1, files=1, bytes=1),
        Bucket(up_to=2, files=1, bytes=2),
        Bucket(up_to=4, files=2, bytes=7),
    )
    assert shape.changed == tuple(
        Changed(days=days, files=files, bytes=total)
        for days, files, total in ((1, 1, 0), (7, 2, 1), (30, 2, 1), (365, 3, 3))
    )
    assert Age(up_to=730, files=1, bytes=3) in shape.ages
    assert shape.ages[-1] == Age(files=1, bytes=4)
    assert [(cold.days, cold.share) for cold in shape.cold] == [(30, 0.9), (90, 0.7), (180, 0.7), (365, 0.7)]
    tops = {top.path: top for top in shape.folders_top}
    assert [top.path for top in shape.folders_top] == ["b", "a", "."]
    assert (tops["a"].bytes, tops["a"].files, tops["a"].folders, tops["a"].largest_file) == (3, 2, 1, 2)
    assert tops["a"].changed[1] == Changed(days=7, files=1, bytes=1)
    assert shape.grade("sizes") == "measured"


def test_sizes_at_the_ends_of_buckets():
    sizes = [2**power + more for power in range(2, 40) for more in (-1, 0, 1)]
    shape = shape_of(*((".", FILE, size, 1) for size in sizes))
    for low, bucket in zip((-1, *(each.up_to for each in shape.sizes)), shape.sizes, strict=False):
        inside = [size for size in sizes if low < size <= bucket.up_to]
        assert (bucket.files, bucket.bytes) == (len(inside), sum(inside))


def test_links_and_what_takes_less_room_stand_apart():
    shape = shape_of(
        (".", FILE, 10, 1),
        (".", HARD_LINK, 10, 1),
        (".", SYMBOLIC_LINK, 7, 1),
        (".", SPARSE, 1000, 1),
        (".", PLACEHOLDER, 500, 1),
        (".", SPECIAL, 0, 1),
    )
    assert (shape.bytes, shape.files, shape.special_files) == (1510, 3, 1)
    assert shape.links == Links(symbolic=1, hard=1, hard_bytes=10)
    assert shape.sparse == Special(files=1, bytes=1000)
    assert shape.placeholders == Special(files=1, bytes=500)


def test_sparse_files_are_found_by_their_blocks():
    counter = Counter("measured", NOW, TELLS)
    counter.add(
        Batch(
            sizes=np.array([5_000_000, 5_000_000, 100]),
            groups=counter.groups((".", ".", ".")),
            allocated=np.array([4096, 5_000_000, 0]),
        )
    )
    assert counter.shape(Origin()).sparse == Special(files=1, bytes=5_000_000, allocated=4096)


def test_what_nobody_told_is_unknown():
    counter = Counter()
    counter.add(Batch(sizes=np.array([5]), groups=counter.groups(["a"])))
    shape = counter.shape(Origin())
    unknown = ("folders", "links", "sparse", "placeholders", "errors", "depth", "fan_out", "special_files")
    unknown += ("changed", "ages", "cold", "faults")
    assert not [name for name in unknown if getattr(shape, name) is not None]
    assert {shape.grade(name) for name in unknown} == {"unknown"}
    assert shape.folders_top[0].folders is None
    assert shape.folders_top[0].changed is None
    assert shape.untimed == 1
    assert shape.grade("bytes") == "reported"


def test_files_without_a_time_make_ages_derived():
    shape = shape_of((".", FILE, 10, 1), (".", FILE, 10, np.nan))
    assert shape.untimed == 1
    assert (shape.grade("changed"), shape.grade("bytes")) == ("derived", "measured")
    assert shape.cold is None


@pytest.mark.parametrize("newest_first", [True, False])
def test_without_a_moment_ages_count_from_the_newest_time(newest_first):
    counter = Counter()
    rows = [("a", FILE, 1, 100), ("a", FILE, 2, 105), ("a", FILE, 4, 125), ("a", FILE, 8, 1000)]
    for row in rows if newest_first else rows[::-1]:
        counter.add(entries(counter, row))
    shape = counter.shape(Origin())
    wanted = [(7, 2, 3), (30, 3, 7), (365, 3, 7)]
    assert [(each.days, each.files, each.bytes) for each in shape.changed[1:]] == wanted
    assert [(each.days, each.files, each.bytes) for each in shape.folders_top[0].changed] == wanted
    assert abs(shape.source.taken - (NOW - 100 * DAY)) <= 3600


def test_batches_may_be_cut_anywhere():
    random = np.random.default_rng(7)
    rows = [
        (
            f"f{random.integers(5)}",
            int(random.integers(7)),
            int(random.exponential(1e6)),
            random.exponential(300),
        )
        for _ in range(500)
    ]
    counter = Counter("measured", NOW, TELLS)
    for begin in range(0, len(rows), 37):
        counter.add(entries(counter, *rows[begin : begin + 37]))
    assert counter.shape(Origin(form="scan")) == shape_of(*rows)


def test_first_level_folders_beyond_the_limit_are_counted_together(monkeypatch):
    monkeypatch.setattr("migplan.inventory.count.MOST_FOLDERS", 3)
    shape = shape_of(*((f"f{index}", FILE, 1, 1) for index in range(10)))
    assert [(top.path, top.files) for top in shape.folders_top] == [
        ("...", 7),
        ("f0", 1),
        ("f1", 1),
        ("f2", 1),
    ]
    assert shape.files == 10


def test_sizes_beyond_64_bits_are_refused():
    with pytest.raises(MigplanError, match=r"9\.2 EB"):
        shape_of((".", FILE, 2**62, 1), (".", FILE, 2**62, 1))


def test_problems_are_counted_and_the_first_hundred_told():
    counter = Counter("measured", NOW)
    for index in range(150):
        counter.problem("folder", f"f{index}", "Permission denied")
    errors = counter.shape(Origin()).errors
    assert (errors.folders, errors.files, len(errors.first)) == (150, 0, 100)


def test_memory_does_not_grow_with_the_number_of_entries():
    counter = Counter("measured", NOW, TELLS)
    batch = entries(counter, *(("a", FILE, size, 1) for size in range(20_000)))
    counter.add(batch)
    tracemalloc.start()
    for _ in range(20):
        counter.add(batch)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000
    assert peak < 30_000_000
