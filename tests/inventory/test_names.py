"""Names that a target does not take: each rule, what lies below a bad folder, and what is told of it."""

import numpy as np
import pytest

from migplan.facts import load
from migplan.inputs.inventory import rules_of
from migplan.inventory.count import FILE, FOLDER, Batch
from migplan.inventory.names import KINDS, Checker, NameFaults, Rules

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
    assert set(KINDS) >= {"file-too-large", "same-name"}


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
