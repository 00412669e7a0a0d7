"""`migplan inventory`: folders and listings in, a data shape out, which plans read."""

import json
import os
from pathlib import Path

import pytest

from migplan.inventory import scan as scanning

DATA = Path(__file__).parents[1] / "data" / "inventory"


@pytest.fixture
def root(tmp_path):
    place = tmp_path / "share"
    for number in range(6):
        folder = place / f"dept{number % 2}" / f"f{number}"
        folder.mkdir(parents=True)
        for index in range(5):
            with (folder / f"file {index}").open("wb") as file:
                file.truncate(10_000 * (index + 1))
    return place


def test_a_folder_becomes_a_shape_that_a_plan_reads(call, root, tmp_path):
    shape, scenario = tmp_path / "shape.toml", tmp_path / "scenario.toml"
    status, out, err = call("inventory", root, "-o", shape)
    assert (status, out) == (0, ""), err
    assert shape.read_text().startswith('# Written by migplan.\nschema = "migplan.inventory/1"\n')
    assert not (tmp_path / "shape.toml.part").exists()
    scenario.write_text('inventory = "shape.toml"\nlink = "1 Gbps"\n')
    status, out, err = call("plan", scenario, "--format", "json", "--samples", "0")
    assert status == 0, err
    inputs = json.loads(out)["workload"]
    assert inputs["volume"]["value"] == 900_000
    assert inputs["files"]["value"] == 30
    assert inputs["largest_file"]["value"] == 50_000
    assert inputs["volume"]["why"].startswith("measured by the inventory of ")
    assert inputs["inventory"]["text"] == "shape.toml"


def test_listings_and_shapes_add_up(call, root, tmp_path):
    listing, shape = tmp_path / "find.txt", tmp_path / "shape.json"
    paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
    listing.write_text("".join(f"{path.stat().st_size}\t{path}\n" for path in paths))
    assert call("inventory", root, "-o", shape)[0] == 0
    status, out, err = call("inventory", shape, listing, "--from", "du", "--unit", "B", "--format", "json")
    assert status == 0, err
    assert json.loads(out)["bytes"] == 2 * 900_000
    assert json.loads(out)["grades"]["bytes"] == "reported"


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_people_see_what_is_known_and_how_well(call, root, form):
    status, out, err = call("inventory", root, "--format", form)
    assert status == 0, err
    flat = " ".join(out.replace("|", " ").split())
    assert "Volume 900 kB measured" in flat
    assert "Placeholders ? unknown" in flat
    assert "dept0 450 kB 15" in flat


def test_a_scan_that_was_stopped_goes_on_and_says_so(call, root, tmp_path, monkeypatch):
    shape = tmp_path / "shape.toml"
    monkeypatch.setattr(scanning, "PAUSE", 0.0)
    monkeypatch.setattr(scanning, "LONG_SLICE", 0.0)
    read, done = scanning.read_some, 0

    def stopped(*args):
        nonlocal done
        done += 1
        if done == 4:
            raise KeyboardInterrupt
        return read(*args)

    monkeypatch.setattr(scanning, "read_some", stopped)
    assert call("inventory", root, "-o", shape)[0] == 130
    assert not shape.exists()
    monkeypatch.setattr(scanning, "read_some", read)
    status, _, err = call("inventory", root, "-o", shape)
    assert status == 0
    assert "goes on with the scan kept in" in err
    assert "bytes = 900000" in shape.read_text()


def test_what_changed_since_an_earlier_scan_is_the_change(call, root, tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for path in root.rglob("*"):
        os.utime(path, (1.7e9, 1.7e9))
    assert call("inventory", root, "-o", old)[0] == 0
    table = json.loads(old.read_text())
    table["source"]["taken_s"] -= 10 * 86400
    old.write_text(json.dumps(table))
    (root / "new").write_bytes(b"x" * 100_000)
    (root / "dept0" / "f0" / "file 0").unlink()
    status, _, err = call("inventory", root, "--since", old, "-o", new)
    assert status == 0, err
    since = json.loads(new.read_text())["since"]
    assert since["days"] == pytest.approx(10, abs=0.01)
    assert (since["bytes"], since["files"]) == (100_000, 1)
    assert (since["net_bytes"], since["net_files"]) == (90_000, 0)
    status, out, _ = call(
        "plan", "--inventory", new, "--link", "1 Gbps", "--samples", "0", "--format", "json"
    )
    change = json.loads(out)["workload"]["change"]
    assert change["value"] * 86400 == pytest.approx(10_000, rel=0.01)
    assert change["why"].endswith("in 10 days")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--sample", "0 %"), "sample: '0 %' is out of range; wanted more than 0 and at most 100 %"),
        (("--sample", "few"), "sample: "),
        (("--map", "size"), "'size' has no '='"),
        (("--since", "nothing.toml"), "nothing.toml: cannot be read"),
        (("--since", "old.toml", "more"), "since: compares two scans of one tree; wanted one folder"),
    ],
)
def test_what_is_wrong_is_one_line(call, root, arguments, told):
    status, out, err = call("inventory", root, *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_source_that_is_not_there_is_one_line(call):
    status, _, err = call("inventory", "nothing here")
    assert status == 2
    assert err == "error: nothing here: cannot be read: No such file or directory\n"


def test_the_sizes_of_files_change_what_is_recommended(call, golden):
    """Of a share whose mean size alone keeps the deadline, the histogram says that it is on the edge: another wins."""
    paths = [DATA / f"{name}.toml" for name in ("mean", "histogram")]
    status, out, err = call("diff", *paths, "--today", "2026-11-23", "--format", "markdown")
    assert status == 0, err
    golden(DATA.parents[1] / "golden" / "inventory.md", out)
    found = []
    for path in paths:
        out = call("plan", path, "--today", "2026-11-23", "--format", "json")[1]
        found.append(json.loads(out)["recommendation"])
    assert [each["verdict"] for each in found] == ["meets", "on-the-edge"]
    assert found[0]["option"] != found[1]["option"]


def test_names_that_a_target_does_not_take_are_counted_and_the_plan_says_so(call, root, tmp_path):
    (root / "dept0" / "a:b").mkdir()
    (root / "dept0" / "a:b" / "file").write_bytes(b"x" * 500)
    shape, bad = tmp_path / "shape.json", tmp_path / "bad.csv"
    status, _, err = call(
        "inventory", root, "--target", "fsx-windows", "--target", "efs", "--faults", bad, "-o", shape
    )
    assert status == 0, err
    (fault,) = json.loads(shape.read_text())["faults"]
    assert fault == {
        "target": "fsx-windows",
        "kind": "forbidden-sign",
        "items": 2,
        "bytes": 500,
        "first": ["dept0/a:b"],
    }
    assert bad.read_text() == "target,kind,path\nfsx-windows,forbidden-sign,dept0/a:b\n"
    out = call("plan", "--inventory", shape, "--link", "1 Gbps", "--samples", "0", "--format", "json")[1]
    told = "fsx-windows: 2 items (500 B) with signs in names that it does not take; wanted them renamed or left out"
    assert told in json.loads(out)["notes"]
    status, _, err = call("inventory", root, "--target", "fsx-window")
    assert status == 2
    assert err == "error: target: 'fsx-window' is not known; did you mean 'fsx-windows'?\n"


def test_a_file_of_faults_is_refused_before_the_scan_and_where_nobody_looked_for_any(
    call, root, tmp_path, monkeypatch
):
    shape, bad = tmp_path / "shape.json", tmp_path / "bad.csv"
    status, _, err = call("inventory", root, "--faults", bad, "-o", shape)
    assert (status, err) == (2, "error: --faults: no name is held against a target; wanted --target\n")
    assert not shape.exists()
    assert not bad.exists()
    bad.write_text("of somebody else")
    monkeypatch.setattr(scanning, "read_some", None)
    status, _, err = call("inventory", root, "--target", "s3", "--faults", bad, "-o", shape)
    assert status == 1
    assert "bad.csv: is there already, and migplan did not write it" in err


def test_what_is_not_shown_is_told(call, root, monkeypatch):
    """Folders beyond the largest, targets that take all, and that a listing does not know its moment."""
    monkeypatch.setattr("migplan.report.inventory.MOST_FOLDERS", 2)
    long = root / "dept1" / ("deep " * 12) / "b:d"
    long.mkdir(parents=True)
    (long / "x").write_bytes(b"1")
    _, out, _ = call("inventory", root, "--target", "fsx-windows", "--target", "s3", "--format", "markdown")
    assert "First-level folders, the 2 largest of 3" in out
    assert "s3 takes all names and sizes that are there" in out
    assert "fsx-windows takes" not in out
    assert "deep /b:d |" in out
    assert "| dept1/deep" not in out


def test_notes_of_several_sources_say_whose_they_are(call, root, tmp_path):
    listing = tmp_path / "list.txt"
    times = "\t".join(["1700000000.0"] * 3)
    listing.write_text(f"migplan1\tf\t5\t8\t1\t1:1\t{times}\ta/b\0")
    status, out, err = call("inventory", root, listing, "--format", "json")
    assert status == 0, err
    told = f"{listing}: it does not say when it was taken: ages count from the newest time in it"
    assert told in json.loads(out)["source"]["notes"]


def test_a_shape_to_compare_with_is_looked_at_before_the_scan(call, root, tmp_path, monkeypatch):
    old = tmp_path / "old.json"
    assert call("inventory", root, "-o", old)[0] == 0
    table = json.loads(old.read_text())
    table["source"]["taken_s"] = None
    old.write_text(json.dumps(table))
    monkeypatch.setattr(scanning, "read_some", None)
    status, _, err = call("inventory", root, "--since", old)
    assert status == 2, err
    assert "--since: does not say when it was taken" in err


def test_what_a_shape_says_of_changes_is_not_assumed_as_well(call, root, tmp_path):
    shape = tmp_path / "shape.json"
    call("inventory", root, "-o", shape)
    command = ("plan", "--inventory", shape, "--link", "1 Gbps", "--samples", "0")
    out = call(*command)[1]
    assert "/day changes" not in " ".join(out.split())
    workload = json.loads(call(*command, "--format", "json")[1])["workload"]
    assert (workload["changed"]["status"], workload["change"]["status"]) == ("given", "unused")
