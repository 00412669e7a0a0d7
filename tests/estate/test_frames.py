"""A batch in memory gives what the command writes, and every row of the frame."""

import datetime as dt

import pandas as pd
import pytest
from tests.estate.conftest import rows_of

import migplan
from migplan import batch as plan_frame
from migplan.errors import MigplanError

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "Share": ["a", "b", "c", "d"],
            "Size (TB)": [1.5, None, 3.0, 40],
            "link": ["1 Gbps", "1 Gbps", "x", "1 Gbps"],
            "mine": [object(), [1], {}, None],
            "deadline": [pd.Timedelta("20D"), None, None, pd.Timedelta("12h")],
        },
        index=pd.Index(["w", "x", "y", "z"], name="key"),
    )


def test_every_row_comes_back_with_its_index_and_its_plan_or_what_is_wrong(frame):
    made = plan_frame(frame, today=DAY, maps={"Share": "name"})
    assert list(made.index) == list(frame.index)
    assert made.index.name == "key"
    for name in frame:
        assert all(
            x is y or x == y or (x != x and y != y) for x, y in zip(made[name], frame[name], strict=True)
        )
    assert made["errors"].isna().tolist() == [True, False, False, True]
    assert made.loc["x", "errors"] == "Size (TB): is required; wanted such as '150 TB'"
    assert made["usable"].tolist() == [True, pd.NA, pd.NA, True]
    assert made["reasons"].tolist()[3] == "misses-deadline"
    assert frame.columns.tolist() == ["Share", "Size (TB)", "link", "mine", "deadline"]


@pytest.mark.parametrize("options", [{}, {"options": "families", "samples": 5}])
def test_a_file_gives_what_the_command_writes(migplan, tmp_path, options):
    text = "name,volume,link\na,1 TB,1 Gbps\nb,1\nc,20 TB,x\nd,30 TB,1 Gbps\n"
    (tmp_path / "in.csv").write_text(text)
    flags = ("--options", "families", "--percentiles", "--samples", "5") if options else ()
    assert migplan("in.csv", "-o", "out.csv", *flags, "--today", str(DAY)).returncode == 1
    made = plan_frame(tmp_path / "in.csv", today=DAY, **options)
    assert made.index.name == "line"
    assert [line for line, text in made["errors"].items() if text == text] == [3, 4]
    good = made[made["errors"].isna()].drop(columns="errors")
    written = rows_of((tmp_path / "out.csv").read_bytes())
    assert list(good) == list(written[0])
    for (_, row), plain in zip(good.iterrows(), written, strict=True):
        assert row["option"] == plain["option"]
        assert row["duration_days"] == float(plain["duration_days"])
        if options:
            assert str(row["finish_p80"].date()) == plain["finish_p80"]


def test_fields_for_all_rows_and_units_are_said_as_on_the_command_line():
    frame = pd.DataFrame({"Used": ["1T", "n/a"], 7: [1, 2]})
    made = plan_frame(
        frame, today=DAY, maps={"Used": "volume"}, units={"T": "TB"}, empty=["n/a"], link="1 Gbps"
    )
    alone = plan_frame(pd.DataFrame({"volume": ["1 TB"]}), today=DAY, link="1 Gbps")
    assert made["duration_days"].iloc[0] == alone["duration_days"].iloc[0]
    assert "is required" in made["errors"].iloc[1]
    assert made[7].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        (pd.DataFrame({"x": [1]}), {}, "none gives the volume"),
        (pd.DataFrame({"volume": ["1 TB"]}), {"options": "most"}, "'most'; wanted"),
        (pd.DataFrame({"volume": ["1 TB"]}), {"regio": "x"}, "did you mean 'region'"),
        ("nowhere.csv", {}, "nowhere.csv: cannot be read"),
    ],
)
def test_what_is_wrong_with_all_rows_is_raised(table, settings, message):
    with pytest.raises(MigplanError, match=message):
        plan_frame(table, **settings)


def test_no_rows_make_no_rows_with_the_same_columns(tmp_path):
    (tmp_path / "in.csv").write_text("volume\n")
    some = plan_frame(pd.DataFrame({"volume": ["1 TB"]}))
    for table in (some[["volume"]].iloc[:0], tmp_path / "in.csv"):
        made = plan_frame(table)
        assert (len(made), list(made)) == (0, list(some))


def test_the_options_of_a_plan_are_a_frame():
    plan = migplan.plan(volume="10 TB", link="1 Gbps", today=DAY, samples=20)
    frame = plan.options_frame()
    assert frame["option"].tolist() == [option.id for option in plan.options]
    first, option = frame.iloc[0], plan.options[0]
    assert (first["p80_days"], first["cost_one_off_usd"]) == (option.p80_days, option.cost_usd.one_off)
    assert first["finish_p80"] == pd.Timestamp(option.finish_p80)
    assert frame["reasons"].tolist() == ["; ".join(reason.code for reason in o.reasons) for o in plan.options]
    typical = migplan.plan(volume="10 TB", link="1 Gbps", today=DAY, samples=0).options_frame()
    assert (typical.dtypes == frame.dtypes).all()
