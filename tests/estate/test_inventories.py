"""A table may name a data shape in each row: rows are planned as single plans with that shape are."""

import datetime as dt

import pytest

import migplan
from migplan.inventory.shape import Bucket, Changed, Problems, Shape, to_toml

DAY = dt.date(2026, 11, 23)


def shape_of(files, size):
    total = files * size
    return Shape(
        bytes=total,
        files=files,
        largest_file=size,
        sizes=(
            Bucket(up_to=size // 2, files=files // 2, bytes=total // 10),
            Bucket(files=files // 2, bytes=total // 10 * 9),
        ),
        changed=(Changed(days=1, files=5, bytes=total // 100), Changed(days=30, files=5, bytes=total // 10)),
        errors=Problems(),
    )


@pytest.fixture
def table(tmp_path):
    """A table beside its shapes."""
    (tmp_path / "small.toml").write_text(to_toml(shape_of(20_000_000, 100_000)))
    (tmp_path / "large.toml").write_text(to_toml(shape_of(20_000, 1_000_000_000)))

    def write(*rows):
        path = tmp_path / "shares.csv"
        path.write_text("\n".join(("name,inventory,volume,files,file size,change,link", *rows)) + "\n")
        return path

    return write


def test_rows_are_planned_as_single_plans_are(table, tmp_path):
    path = table(
        "a,small.toml,,,,,1 Gbps",
        "b,large.toml,,,,,1 Gbps",
        "c,,3 TB,1M,,,1 Gbps",
        "d,small.toml,,10M,,,1 Gbps",
        "e,small.toml,,,1 MB,,1 Gbps",
        "f,small.toml,,,,5 %/day,1 Gbps",
    )
    frame = migplan.batch(path, today=DAY)
    single = [
        {"inventory": str(tmp_path / "small.toml")},
        {"inventory": str(tmp_path / "large.toml")},
        {"volume": "3 TB", "files": "1M"},
        {"inventory": str(tmp_path / "small.toml"), "files": "10M"},
        {"inventory": str(tmp_path / "small.toml"), "file_size": "1 MB"},
        {"inventory": str(tmp_path / "small.toml"), "change": "5 %/day"},
    ]
    assert len(frame) == len(single)
    for (_, row), given in zip(frame.iterrows(), single, strict=True):
        best = migplan.plan(link="1 Gbps", today=DAY, samples=0, **given).recommendation.option
        option = next(
            o for o in migplan.plan(link="1 Gbps", today=DAY, samples=0, **given).options if o.id == best
        )
        assert row["option"] == best
        assert row["duration_days"] == pytest.approx(option.duration_days, rel=1e-9)


def test_what_is_wrong_with_a_shape_is_said_of_its_rows(table, call, tmp_path):
    path = table("a,nothing.toml,,,,,1 Gbps", "b,small.toml,9 TB,,,,1 Gbps", "c,large.toml,,,,,1 Gbps")
    status, _, _ = call("batch", path, "-o", tmp_path / "out.csv", "--errors", tmp_path / "bad.csv")
    assert status == 1
    lines = (tmp_path / "bad.csv").read_text().splitlines()[1:]
    assert len(lines) == 2
    assert "nothing.toml: cannot be read" in lines[0]
    assert "the buckets add up to 2 TB" in lines[1]


def test_a_rate_of_changes_is_assumed_for_none_whose_inventory_tells_them(table, call, tmp_path):
    path = table("a,small.toml,,,,,1 Gbps", "b,large.toml,,,,,1 Gbps", "c,,3 TB,1M,,,1 Gbps")
    _, _, err = call("batch", path, "-o", tmp_path / "out.csv")
    assert "change assumed for 1 of 3 rows: 0.3 %/day" in err
