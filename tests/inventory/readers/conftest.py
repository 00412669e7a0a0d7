"""Trees of files and listings of them."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from migplan.inventory.listings import read_listing
from migplan.inventory.readers import blocks

DAY = 86_400
NEWEST = 1_795_800_000


@dataclass(frozen=True)
class Tree:
    """A tree and what it holds."""

    root: Path
    files: dict
    folders: int

    @property
    def bytes(self):
        return sum(self.files.values())

    def top(self, name):
        """Bytes and files below a first-level folder."""
        below = [size for path, size in self.files.items() if path.startswith(f"{name}/")]
        return sum(below), len(below)


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """Folders that hold something, files of one name each, no links: what every tool tells alike."""
    root = tmp_path_factory.mktemp("tree") / "share one"
    files = {
        "root file.txt": 77,
        "finance/2026/plan, final.xlsx": 48_211,
        "finance/2026/empty": 0,
        "finance/a b/c  d.txt": 12_345,
        "finance-2/x.bin": 1,
        "hr/tab\there/q'uo\"te; a.txt": 5_000,
        "hr/total 7": 4_096,
        "hr/grüße/ends with colon:": 9,
    }
    for number in range(3000):
        files[f"many/{number % 7}/file {number}.dat"] = number * 37 % 100_003
    for number, (name, size) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        os.utime(path, (NEWEST - number * DAY, NEWEST - number * DAY))
    folders = sum(len(found) for _, found, _ in os.walk(root))
    return Tree(root, files, folders)


@pytest.fixture
def odd_tree(tmp_path):
    """A tree whose names hold line ends and bytes that are no UTF-8, with links of both kinds and an empty folder."""
    root = tmp_path / "odd"
    files = {"a/line\nend.txt": 7, "a/plain": 100, "b/nul\udcffbyte": 12_345}
    for name, size in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x" * size)
    os.link(root / "a/plain", root / "b/again")
    (root / "b/loop").symlink_to(root)
    (root / "empty").mkdir()
    os.mkfifo(root / "pipe")
    return Tree(root, files, 3)


@pytest.fixture(params=[1 << 20, 3000], ids=["large", "small"])
def read(request, tmp_path, monkeypatch):
    """Read a listing from its text or bytes, in blocks that hold all of it or some lines each."""
    monkeypatch.setattr(blocks, "BLOCK", request.param)

    def read_one(content, name="listing", **hints):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_listing(path, **hints)

    return read_one


@pytest.fixture
def holds():
    """Whether a shape has what a tree holds, to the byte."""

    def check(shape, tree, *tops):
        assert (shape.bytes, shape.files) == (tree.bytes, len(tree.files))
        assert shape.largest_file == max(tree.files.values())
        assert sum(bucket.files for bucket in shape.sizes) == shape.files
        assert sum(bucket.bytes for bucket in shape.sizes) == shape.bytes
        found = {top.path: (top.bytes, top.files) for top in shape.folders_top}
        for name in tops:
            assert found[name] == tree.top(name)

    return check
