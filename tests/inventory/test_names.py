"""Names that a target does not take: each rule, what lies below a bad folder, and what is told of it."""

import random
import unicodedata

import numpy as np
import pytest

from migplan.facts import load
from migplan.inputs.inventory import rules_of
from migplan.inventory.count import FILE, FOLDER, Batch
from migplan.inventory.names import KINDS, Checker, NameFaults, Rules
from migplan.inventory.sheet import Sheet

TARGETS = load(()).targets


def faults_of(target, path, size=1):
    return Checker(rules_of(TARGETS[target])).faults(path, size)


@pytest.mark.parametrize(
    ("target", "path", "kinds"),
    [
        ("fsx-windows", "plain/name.txt", []),
        ("fsx-windows", "a:b", ["forbidden-sign"]),
        ("fsx-windows", "folder?/file", ["forbidden-sign"]),
        ("fsx-windows", "line\nend", ["forbidden-sign"]),
        ("fsx-windows", "ends.", ["forbidden-end"]),
        ("fsx-windows", "ends /file", ["forbidden-end"]),
        ("fsx-windows", "not.an.end/file.txt", []),
        ("fsx-windows", "con", ["reserved-name"]),
        ("fsx-windows", "x/Aux.txt/y", ["reserved-name"]),
        ("fsx-windows", "console", []),
        ("fsx-windows", "n" * 255, []),
        ("fsx-windows", "n" * 256, ["name-too-long"]),
        ("fsx-windows", "\N{GRINNING FACE}" * 128, ["name-too-long"]),
        ("fsx-windows", "caf\udce9", ["no-text"]),
        ("azure-files-standard", "\N{GRINNING FACE}" * 128, []),
        ("azure-files-standard", "/".join(["d" * 200] * 11), ["path-too-long"]),
        ("azure-files-standard", "ends ", []),
        ("azure-files-standard", "ends.", ["forbidden-end"]),
        ("azure-files-standard", "a\x81b", ["forbidden-sign"]),
        ("efs", "a:b. ", []),
        ("efs", "\N{HIRAGANA LETTER A}" * 85, []),
        ("efs", "\N{HIRAGANA LETTER A}" * 86, ["name-too-long"]),
        ("efs", "caf\udce9", []),
        ("efs", "/".join("d" * 1000), []),
        ("efs", "/".join("d" * 1001), ["too-deep"]),
        ("s3", "\N{HIRAGANA LETTER A}" * 341, []),
        ("s3", "\N{HIRAGANA LETTER A}" * 342, ["path-too-long"]),
    ],
)
def test_each_target_takes_what_its_profile_says(target, path, kinds):
    assert faults_of(target, path) == kinds


def test_files_above_the_limit_are_told():
    assert faults_of("s3", "file", 60 * 2**40) == ["file-too-large"]


def test_every_kind_of_fault_has_words():
    rules = Rules(
        target="x", unit="utf16", name_length=3, path_length=9, depth=2, largest_file=5, forbidden=":",
        forbidden_ends=".", reserved=("nul",), folds=True,
    )  # fmt: skip
    counter = NameFaults([rules])
    paths = ["a:b", "A:B", "nul", "long", "end.", "caf\udce9", "a/b/c/d", "long/long/long"]
    counter.add(Batch(sizes=np.full(8, 7), groups=np.zeros(8, int), paths=paths))
    assert {fault.kind for fault in counter.faults()} == {*KINDS}


def test_what_lies_below_a_bad_folder_counts_and_only_the_folder_is_to_be_renamed():
    counter = NameFaults([rules_of(TARGETS["fsx-windows"])])
    paths = ["a:b", "a:b/one", "a:b/two", "fine"]
    kinds = np.array([FOLDER, FILE, FILE, FILE], np.uint8)
    counter.add(Batch(sizes=np.array([4096, 10, 20, 30]), groups=np.zeros(4, int), kinds=kinds, paths=paths))
    (fault,) = counter.faults()
    assert (fault.target, fault.kind, fault.items, fault.bytes) == ("fsx-windows", "forbidden-sign", 3, 30)
    assert fault.first == ("a:b",)


def test_names_that_differ_only_in_capitals_or_accents_are_the_same():
    counter = NameFaults([Rules(target="x", folds=True), Rules(target="y")])
    paths = [
        "d/Readme",
        "d/README",
        "d/caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        "d/cafe\N{COMBINING ACUTE ACCENT}",
        "e/readme",
    ]
    counter.add(Batch(sizes=np.full(5, 7), groups=np.zeros(5, int), paths=paths))
    (fault,) = counter.faults()
    assert (fault.target, fault.kind, fault.items, fault.bytes) == ("x", "same-name", 2, 14)


def test_a_hundred_names_are_told_of_each_kind():
    counter = NameFaults([Rules(target="x", forbidden=":")])
    counter.add(
        Batch(sizes=np.ones(150, int), groups=np.zeros(150, int), paths=[f"{n}:" for n in range(150)])
    )
    (fault,) = counter.faults()
    assert (fault.items, len(fault.first)) == (150, 100)


PARTS = [
    *(
        "plain",
        "name.txt",
        "a:b",
        "ends.",
        "ends ",
        "con",
        "CON.txt",
        "Aux",
        "console",
        "line\nend",
        "caf\udce9",
    ),
    *(
        "\N{GRINNING FACE}" * 70,
        "\N{HIRAGANA LETTER A}" * 90,
        "n" * 256,
        "Readme",
        "README",
        "a\x81b",
    ),
    *(
        "cafe\N{COMBINING ACUTE ACCENT}",
        "caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        "",
        "\N{LATIN SMALL LETTER SHARP S}",
        "ss",
    ),
]


@pytest.mark.parametrize("is_plain", [True, False])
@pytest.mark.parametrize("target", ["fsx-windows", "azure-files-standard", "efs", "s3"])
def test_what_is_found_in_many_paths_at_once_is_what_each_has(target, is_plain):
    draw, checker = random.Random(7), Checker(rules_of(TARGETS[target]))
    parts = [part for part in PARTS if part.isascii() or not is_plain]
    paths = ["/".join(draw.choices(parts, k=draw.choice((1, 2, 3, 12)))) for _ in range(400)]
    paths += ["/".join("d" * levels) for levels in (999, 1000, 1001)]
    sizes = np.array([draw.choice((0, 10, 2**60)) for _ in paths])
    bad = [place for place, path in enumerate(paths) if checker.faults(path, int(sizes[place]))]
    suspects = checker.suspects(Sheet(paths), sizes)
    assert bad
    assert {*bad} <= {*suspects}
    # Nearly all that is looked at again has a fault.
    assert len(suspects) <= len(bad) + 0.1 * len(paths)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_batches_of_any_size_find_the_same_names(size):
    """A folder may go on in the next batch."""
    draw = random.Random(5)
    names = [part for part in PARTS if len(part) < 20]
    paths = [
        f"{folder}/{name}" for folder in ("d", "D", "e", "f/g") for name in draw.sample(names, len(names))
    ]
    paths += names
    seen, wanted = set(), []
    for path in paths:
        folder, _, name = path.rpartition("/")
        key = folder, unicodedata.normalize("NFC", name).casefold()
        if key in seen:
            wanted.append(path)
        seen.add(key)
    counter = NameFaults([Rules(target="x", folds=True)])
    for begin in range(0, len(paths), size):
        part = paths[begin : begin + size]
        counter.add(Batch(sizes=np.ones(len(part), int), groups=np.zeros(len(part), int), paths=part))
    fault = next(fault for fault in counter.faults() if fault.kind == "same-name")
    assert (list(fault.first), fault.items) == (wanted, len(wanted))
