"""The tools themselves list a tree with every trap, and what is read of their lists is the same to the byte.

`.ci/run` installs those that are missing. Robocopy, PowerShell, WizTree, WinDirStat and TreeSize run on Windows alone,
and XCP is NetApp's: their listings are made by the tests.
"""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from migplan.inventory.listings import read_listing
from migplan.inventory.readers.find import LINE
from migplan.inventory.scan import Settings, scan

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows does not know such names"),
]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": "/nowhere"}
HARD_BYTES = 11
"""Of the one file with two names."""
NOBODY = 65534


@dataclass(frozen=True)
class Way:
    """How a tool lists a tree, and what it means by what it says.

    Attributes
    ----------
    command : tuple of str
        The root comes behind it.
    is_long : bool
        Whether it goes down paths of any length.
    names : int
        More files than there are: names of one that count each, and what it does not tell from a file.
    bytes : callable
        More bytes than a tree has.
    knows_folders : bool
    knows_closed : bool
        Whether it says in its list what it could not read.
    """

    command: tuple[str, ...]
    is_long: bool = True
    names: int = 0
    bytes: object = staticmethod(lambda tree: 0)
    knows_folders: bool = True
    knows_closed: bool = False


def twice(tree):
    return HARD_BYTES


WAYS = {
    "find": Way(("find", "{}", "-xdev", "-printf", LINE)),
    "find with few columns": Way(("find", "{}", "-printf", "%y\\t%s\\t%T@\\t%P\\n"), names=1, bytes=twice),
    # Three links of symbols and a pipe are not told from files.
    "du": Way(("du", "-ab0", "{}"), names=4, bytes=lambda tree: tree.link_bytes, knows_folders=False),
    "ls": Way(("ls", "-lAR", "--time-style=full-iso", "{}"), is_long=False, names=1, bytes=twice),
    "rclone lsjson": Way(
        ("rclone", "lsjson", "-R", "--no-mimetype", "{}"), is_long=False, names=1, bytes=twice
    ),
    "rclone size": Way(
        ("rclone", "size", "--json", "{}"), is_long=False, names=1, bytes=twice, knows_folders=False
    ),
    "ncdu": Way(("ncdu", "-0", "-e", "-o", "-", "{}"), knows_closed=True),
    "ncdu without times": Way(("ncdu", "-0", "-o", "-", "{}"), knows_closed=True),
    # A pipe is not told from a file.
    "gdu": Way(("gdu", "-n", "-o-", "{}"), is_long=False, names=1),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS, name="way")
def _way(request):
    tool = request.param.command[0]
    if not shutil.which(tool):
        pytest.skip(f"there is no {tool}")
    return request.param


def listed(way, root, path):
    """What a tool says of a tree, as a shape."""
    command = [os.fspath(root) if part == "{}" else part for part in way.command]
    path.write_bytes(subprocess.run(command, capture_output=True, env=ENVIRONMENT).stdout)
    return read_listing(path)


def test_a_tool_tells_what_the_scanner_counts(way, tree, short_tree, tmp_path):
    chosen = tree if way.is_long else short_tree
    counted = scan(chosen.root, Settings(workers=1))
    assert (counted.bytes, counted.files, counted.folders) == (chosen.bytes, chosen.files, chosen.folders)
    told = listed(way, chosen.root, tmp_path / "list")
    assert (told.bytes, told.files) == (chosen.bytes + way.bytes(chosen), chosen.files + way.names)
    assert told.folders == (chosen.folders if way.knows_folders else None)
    if told.depth is not None:
        assert told.depth == counted.depth
        tops = {top.path: top.bytes for top in counted.folders_top}
        assert {top.path for top in told.folders_top} == set(tops)
        assert {top.path: top.bytes for top in told.folders_top}["folder one"] == tops["folder one"]
    if told.links is not None:
        assert told.links.symbolic in (None, counted.links.symbolic)
        assert told.links.hard in (None, counted.links.hard)
    if told.sparse is not None:
        assert told.sparse == counted.sparse


@contextmanager
def as_nobody():
    """Who is root may read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(name="closed")
def _closed():
    """A tree with a folder that nobody may read."""
    # Folders of pytest are for their owner alone.
    root = Path(tempfile.mkdtemp(prefix="migplan-closed-"))
    for name in ("open", "closed"):
        (root / name).mkdir()
        (root / name / "file").write_bytes(b"x" * 1000)
    root.chmod(0o755)
    (root / "closed").chmod(0)
    yield root
    (root / "closed").chmod(0o755)
    shutil.rmtree(root)


def test_a_folder_without_permission_is_told_by_the_scanner(closed):
    with as_nobody():
        shape = scan(closed)
    assert (shape.bytes, shape.files, shape.folders) == (1000, 1, 2)
    assert (shape.errors.folders, shape.errors.files) == (1, 0)
    assert [(problem.path, problem.message) for problem in shape.errors.first] == [
        ("closed", "Permission denied")
    ]


def test_a_folder_without_permission_is_told_where_the_tool_does(way, closed, tmp_path):
    with as_nobody():
        command = [os.fspath(closed) if part == "{}" else part for part in way.command]
        said = subprocess.run(command, capture_output=True, env=ENVIRONMENT, cwd=closed).stdout
    (tmp_path / "list").write_bytes(said)
    shape = read_listing(tmp_path / "list")
    # To du a folder that it could not read is as an empty one, and one of those is as a file.
    entry = os.stat(closed / "closed").st_size if way.command[0] == "du" else 0
    assert shape.bytes == 1000 + entry
    assert (shape.errors.folders if shape.errors else None) == (1 if way.knows_closed else None)
    if not way.knows_closed:
        assert any("could not read" in note for note in shape.source.notes)


@pytest.mark.skipif(not shutil.which("rsync"), reason="there is no rsync")
def test_rsync_would_send_what_the_scanner_counts(short_tree, tmp_path):
    command = ["rsync", "-aH", "--dry-run", "--stats", f"{short_tree.root}/", tmp_path / "to"]
    said = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=True).stdout.decode()
    line = next(line for line in said.splitlines() if line.startswith("Total file size"))
    total = int("".join(filter(str.isdigit, line)))
    # It says the size of each name, and of links the length of what they lead to.
    assert total == short_tree.bytes + HARD_BYTES + short_tree.link_bytes


def test_robocopy_would_tell_what_the_scanner_counts(short_tree, tmp_path):
    """Its listing is made here, with names as Windows has them."""
    lines = []
    for folder, _, names in os.walk(short_tree.root):
        below = os.path.relpath(os.fsencode(folder), os.fsencode(short_tree.root)).decode(errors="replace")
        paths = [Path(folder, name) for name in names]
        files = [path for path in paths if path.is_file() and not path.is_symlink()]
        place = "D:\\share\\" + (below.replace("/", "\\") + "\\" if below != "." else "")
        lines.append(f"\t{len(files):>20}\t{place}")
        for path in files:
            name = "".join(sign if sign.isprintable() else "_" for sign in path.name)
            lines.append(f"\t\t\t{path.stat().st_size:>10}\t{name}")
    (tmp_path / "list").write_bytes("\r\n".join([*lines, ""]).encode("utf-16"))
    shape = read_listing(tmp_path / "list", "robocopy")
    assert (shape.bytes, shape.files) == (short_tree.bytes + HARD_BYTES, short_tree.files + 1)
