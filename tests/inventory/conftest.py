"""A small tree with every trap that file systems have."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

LONG = 32_000
"""Signs of the longest path, far beyond what a system takes in one piece."""


@dataclass(frozen=True)
class Tree:
    """A tree and what is in it, counted as it was made."""

    root: Path
    bytes: int
    files: int
    folders: int
    depth: int
    link_bytes: int
    """Of what symbolic links lead to, which some tools count."""


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A tree of blanks, line ends, bytes that are no UTF-8, long paths, links of both kinds, loops and sparse files."""
    return _made(tmp_path_factory.mktemp("trap") / "root with blanks", is_long=True)


@pytest.fixture(scope="session")
def short_tree(tmp_path_factory):
    """The same without the long path, which is too long for some tools."""
    return _made(tmp_path_factory.mktemp("short") / "root with blanks", is_long=False)


def _made(root, is_long):
    root.mkdir()
    contents = {
        b"empty": 0,
        b"a file": 11,
        b"line\nend.txt": 7,
        b"tab\tquote\"'.txt": 13,
        b"caf\xe9.txt": 17,
        b"folder one/in it": 100,
        b"folder one/deeper \xff/x": 1000,
        b"folder one/deeper \xff/.hidden": 1,
        b"zwei/gr\xc3\xbc\xc3\x9fe": 4096,
    }
    folders = set()
    for name, size in contents.items():
        path = os.path.join(os.fsencode(root), name)
        above = os.path.dirname(name)
        while above and above not in folders:
            folders.add(above)
            above = os.path.dirname(above)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x" * size)
    os.link(root / "a file", root / "zwei" / "the same")
    (root / "zwei" / "loop").symlink_to(root)
    (root / "gone").symlink_to("nowhere")
    (root / "to a file").symlink_to("a file")
    with open(root / "zwei" / "sparse", "wb") as file:
        file.truncate(5_000_000)
    os.mkfifo(root / "pipe")
    levels = _long_path(root) if is_long else 0
    total = sum(contents.values()) + 5_000_000 + 3 * is_long
    links = sum(len(os.readlink(root / name)) for name in ("zwei/loop", "gone", "to a file"))
    return Tree(
        root, total, len(contents) + 1 + is_long, len(folders) + levels, levels + 1 if is_long else 3, links
    )


def _long_path(root):
    """A file of 3 bytes under a path of 32,000 signs; how many folders that takes."""
    name, levels = "d" * 200, LONG // 201
    here = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"abc")
    os.close(file)
    os.close(here)
    return levels
