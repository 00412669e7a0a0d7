"""What a data shape says of a workload, where nobody else does."""

import datetime as dt

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.inputs.notes import notes_on
from migplan.inputs.scenario import given_fields
from migplan.inputs.workload import read_workload
from migplan.inventory.shape import Bucket, Changed, Cold, Origin, Problems, Shape, to_toml

DAY = dt.date(2026, 11, 23)
SHAPE = Shape(
    source=Origin(form="scan", path="/data", taken=1795348800.0),
    bytes=1_000_000,
    files=101,
    largest_file=400_000,
    sizes=(
        Bucket(up_to=0, files=1, bytes=0),
        Bucket(up_to=8192, files=90, bytes=500_000),
        Bucket(up_to=524288, files=10, bytes=500_000),
    ),
    changed=(
        Changed(days=1, files=1, bytes=0),
        Changed(days=7, files=2, bytes=7_000),
        Changed(days=30, bytes=7_000),
    ),
    cold=(
        Cold(by="modified", days=90, share=0.9),
        Cold(by="accessed", days=30, share=0.8),
        Cold(by="accessed", days=90, share=0.6),
    ),
    errors=Problems(folders=2),
    grades=dict.fromkeys(("bytes", "files", "sizes", "largest_file_bytes", "changed"), "measured"),
)


@pytest.fixture
def read(tmp_path):
    """Read a workload with a shape."""

    def of(shape=SHAPE, **given):
        (tmp_path / "shape.toml").write_text(to_toml(shape))
        return read_workload({"inventory": str(tmp_path / "shape.toml"), **given}, load(()).assumptions, DAY)

    return of


def test_a_shape_gives_what_nobody_else_does(read):
    w = read()
    assert (w.volume, w.files, w.largest_file, w.cold) == (1e6, 101, 4e5, 0.6)
    assert w.sizes == ((pytest.approx(500_000 / 91), 91), (50_000, 10))
    assert w.changed == ((7 * 86400, 7_000), (30 * 86400, 7_000))
    assert w.inputs["volume"].why == "measured by the inventory of 2026-11-22"
    assert w.inputs["cold"].why == "told by the inventory of 2026-11-22: not read for 90 days"
    assert w.inventory == "shape.toml"
    assert notes_on(w, DAY)[0] == "the inventory shape.toml gives volume, largest file, sizes, changed, cold"
    assert "the inventory could not read 2 folders: what lies there is in no figure" in notes_on(w, DAY)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"files": "50"}, {"volume", "largest_file", "changed", "cold"}),
        ({"file_size": "20 kB"}, {"volume", "largest_file", "changed", "cold"}),
        ({"change": "2 %/day"}, {"volume", "largest_file", "sizes", "cold"}),
        ({"cold": "10 %", "largest_file": "1 kB"}, {"volume", "sizes", "changed"}),
    ],
)
def test_what_is_given_stands_and_so_does_nothing_that_says_the_same(read, given, left):
    w = read(**given)
    assert {*w.found.told} == left
    for name, text in given.items():
        assert w.inputs[name].text == text


def test_another_volume_than_that_of_the_sizes_is_a_contradiction(read):
    with pytest.raises(MigplanError, match="sizes: the buckets add up to 1 MB, the volume is 2 MB"):
        read(volume="2 MB")


def test_a_shape_without_a_histogram_gives_its_files(read):
    w = read(Shape(bytes=1_000_000, files=50, grades={"bytes": "reported", "files": "reported"}))
    assert (w.volume, w.files, w.sizes) == (1e6, 50, ())
    assert w.inputs["files"].why == "told by the inventory"
    told = "the inventory does not say whether anything could not be read, so there may be more data"
    assert told in notes_on(w, DAY)


def test_what_never_changed_does_not_change(read):
    still = (Changed(days=1, files=0, bytes=0), Changed(days=365, files=0, bytes=0))
    assert read(Shape(bytes=1000, files=1, changed=still)).change_rate == 0


def test_a_shape_that_is_none_is_one_line(tmp_path):
    with pytest.raises(MigplanError) as caught:
        read_workload({"inventory": str(tmp_path / "nothing")}, load(()).assumptions, DAY)
    assert str(caught.value).startswith("inventory: ")
    assert "cannot be read" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_shape_of_a_scenario_lies_beside_it(tmp_path):
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('inventory = "shapes/a.toml"\n')
    assert given_fields(scenario, {})["inventory"] == str(tmp_path / "shapes" / "a.toml")
    assert given_fields({"inventory": "a.toml"}, {})["inventory"] == "a.toml"


def test_a_plan_tells_the_age_by_which_data_is_cold(tmp_path):
    (tmp_path / "shape.toml").write_text(to_toml(SHAPE))
    fields = {"inventory": str(tmp_path / "shape.toml"), "link": "1 Gbps"}
    for given, told in (({}, True), ({"cold": "10 %"}, False)):
        plan = migplan.plan({**fields, **given}, samples=0, today=DAY)
        assert ("assumptions/workload.cold_age" in {fact.id for fact in plan.facts}) == told
