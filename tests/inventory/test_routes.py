"""The same tree by different routes: what the scanner counts, and what a listing of it tells."""

import subprocess

import pytest

from migplan.inventory.listings import read_listing
from migplan.inventory.readers.find import LINE
from migplan.inventory.scan import Settings, scan

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("end", ["\\0", "\\n"])
def test_a_listing_of_find_tells_what_the_scanner_counts(tree, tmp_path, end):
    path = tmp_path / "list"
    command = ["find", tree.root, "-xdev", "-printf", LINE.removesuffix("\\0") + end]
    path.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    told, counted = read_listing(path), scan(tree.root, Settings(workers=1))
    if end == "\\n":
        # One name has a line end, so that its line is cut: what is left of it has the size.
        assert any("1 line could not be read" in note for note in told.source.notes)
    keys = ("bytes", "files", "folders", "largest_file", "depth", "sizes", "links", "special_files", "sparse")
    assert {key: getattr(told, key) for key in keys} == {key: getattr(counted, key) for key in keys}
    tops = [
        [(top.path, top.bytes, top.files, top.folders) for top in one.folders_top] for one in (told, counted)
    ]
    assert sorted(tops[0]) == sorted(tops[1])
