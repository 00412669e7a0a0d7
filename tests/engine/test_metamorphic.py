"""What must hold between two plans that differ in one input, whatever the rest is."""

import datetime as dt
import itertools
import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import migplan

pytestmark = pytest.mark.slow

TODAY = dt.date(2026, 11, 28)
LATER = "2027-01-01..2027-03-31"


def plan(**given):
    return migplan.plan(today=TODAY, samples=0, **given)


def option(finished, name):
    return next(found for found in finished.options if found.id == name)


def finishes(finished, start):
    """When each option ends, in days from today; those that cannot be computed left out."""
    ahead = (dt.date.fromisoformat(start) - TODAY).days
    return {
        found.id: ahead + found.duration_days for found in finished.options if found.duration_days is not None
    }


class TestALaterStartNeverEndsEarlier:
    """Who starts sooner can wait: what is copied ages from the first byte on, and not while the line rests."""

    @pytest.mark.parametrize(
        "starts",
        [
            ("2027-01-01", "2027-03-31"),
            # A copy that the freeze cuts off, or whose first pass it follows, waits as well.
            ("2026-12-28", "2027-01-01"),
            ("2026-12-24", "2027-03-31"),
        ],
    )
    def test_before_and_in_a_freeze(self, starts):
        given = {"volume": "30 TB", "link": "1 Gbps", "change": "2 %/day", "freeze": LATER, "agents": "2"}
        first, then = (finishes(plan(start=start, **given), start) for start in starts)
        assert len(first) > 50
        assert not [name for name in first if name in then and first[name] > then[name] + 1e-6]

    def test_the_bill_does_not_grow_while_the_line_rests(self):
        given = {"volume": "5 TB", "link": "10 Gbps", "change": "5 %/day", "hours": "Sat 00:00-24:00"}
        # The mover is set up by Saturday either way.
        sunday, friday = (
            option(plan(start=start, **given), "datasync-basic/internet/fsx-windows")
            for start in ("2026-11-29", "2026-12-04")
        )
        assert sunday.finish == friday.finish
        assert sunday.cost_usd.one_off == pytest.approx(friday.cost_usd.one_off)
        phases = {phase.name: phase for phase in sunday.phases}
        assert phases["wait to begin"].days > 5
        assert phases["scan"].start_days == pytest.approx(6.0)


class TestMoreFilesNeverEndEarlier:
    """Tasks follow from the number of files, and what they add could be had with fewer files as well."""

    @pytest.mark.parametrize("agents", [1, 4, 8])
    def test_where_one_more_task_is_needed(self, agents):
        # 25 and 50 million items to a task, one folder to every so many files among them.
        given = {
            "volume": "50 TB",
            "link": "10 Gbps",
            "support": "enterprise",
            "keep": "none",
            "agents": agents,
        }
        found = [
            finishes(plan(files=files, **given), str(TODAY)) for files in ("22M", "24.5M", "45M", "49.9M")
        ]
        for fewer, more in itertools.pairwise(found):
            assert len(more) > 50
            assert not [name for name in more if name in fewer and more[name] < fewer[name] - 1e-6]

    def test_agents_list_side_by_side_however_many_files_there_are(self):
        few, many = (
            option(
                plan(volume="1 TB", files=files, link="10 Gbps", agents=4),
                "datasync-basic/internet/fsx-windows",
            )
            for files in ("30M", "60M")
        )
        assert (few.tasks, many.tasks) == (4, 4)
        assert many.duration_days > few.duration_days


# Any plan against its like. `MIGPLAN_EXAMPLES` makes it as many as one likes.

EXAMPLES = int(os.environ.get("MIGPLAN_EXAMPLES", "2"))
relation = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 100,
    phases=(Phase.explicit, Phase.generate),  # to shrink takes hundreds of plans
    suppress_health_check=[HealthCheck.too_slow],
)
SECOND = 1 / 86400
MINUTE = 60 * SECOND


@st.composite
def questions(draw):
    """What people ask, over the orders of magnitude that they ask about."""
    volume = draw(st.sampled_from([0.3, 2.0, 12.0, 45.0, 180.0, 700.0]))
    files = draw(st.sampled_from([2e4, 8e5, 9e6, 26e6, 140e6]))
    asked = {
        "volume": f"{volume} TB",
        "files": f"{files:.0f}",
        "link": f"{draw(st.sampled_from([40, 150, 800, 2500, 9000]))} Mbps",
        "change": f"{draw(st.sampled_from([0, 0.05, 0.256, 1.0, 2.5]))} %/day",
        "protocol": draw(st.sampled_from(["smb", "nfs"])),
        "support": "enterprise",
        "customer": "existing",
        "agents": draw(st.sampled_from([1, 3, 8])),
        "start": str(TODAY + dt.timedelta(days=draw(st.integers(0, 20)))),
    }
    calendar = {
        "hours": draw(st.sampled_from(["", "Mon-Fri 19:00-07:00, Sat-Sun", "Sat 00:00-24:00"])),
        "timezone": draw(st.sampled_from(["", "Europe/Berlin"])),
        "freeze": draw(st.sampled_from(["", "2026-12-18..2027-01-06", "2027-01-10..2027-02-20"])),
        "cutover_window": draw(st.sampled_from(["", "6 hours", "30 hours"])),
    }
    return asked | {name: text for name, text in calendar.items() if text}


def ends(asked, **other):
    given = {**asked, **other}
    return finishes(plan(**given), given["start"])


def earlier(harder, easier, slack=SECOND):
    """Options that end earlier although it is harder; those that the harder one does not have are told apart."""
    return {
        name: (easier[name], end)
        for name, end in harder.items()
        if name in easier and end < easier[name] - slack
    }


def scaled(text, factor):
    number, unit = text.split(" ", 1)
    return f"{float(number) * factor:.12g} {unit}"


@relation
@given(questions(), st.sampled_from([1, 3, 12, 40]))
def test_a_later_start_never_ends_earlier(asked, later):
    # What is shipped ages on the way: a device that is handed over before a weekend, and lands no sooner for that,
    # carries older data. Nobody has to hand it over, but the plan does.
    start = dt.date.fromisoformat(asked["start"]) + dt.timedelta(days=later)
    found = earlier(ends(asked, start=str(start)), ends(asked), MINUTE)
    assert not {name: pair for name, pair in found.items() if "+" not in name}


@relation
@given(questions(), st.sampled_from([1.1, 2.0, 4.0]))
def test_more_change_never_ends_earlier_nor_has_the_shorter_cutover(asked, factor):
    less, more = plan(**asked), plan(**{**asked, "change": scaled(asked["change"], factor)})
    assert not earlier(finishes(more, asked["start"]), finishes(less, asked["start"]))
    if "cutover_window" in asked or "hours" in asked or "freeze" in asked:
        return  # what waits for a window makes passes meanwhile
    cutovers = {found.id: found.cutover_hours for found in less.options if found.kind == "online"}
    assert not {
        found.id: (cutovers[found.id], found.cutover_hours)
        for found in more.options
        if found.cutover_hours is not None
        and cutovers.get(found.id) is not None
        and found.cutover_hours < cutovers[found.id] - 1.01 / 60
    }


@relation
@given(questions(), st.sampled_from([1.02, 1.3, 2.1]))
def test_more_files_never_end_earlier(asked, factor):
    more = ends(asked, files=f"{float(asked['files']) * factor:.0f}")
    # Whether small files are packed on the way to a device depends on their mean size.
    assert not {name for name in earlier(more, ends(asked), MINUTE) if "batched" not in name}


@relation
@given(questions(), st.sampled_from([1.1, 3.0]))
def test_a_longer_line_never_ends_earlier(asked, factor):
    assert not earlier(ends(asked, rtt=f"{30 * factor} ms"), ends(asked, rtt="30 ms"), MINUTE)


@relation
@given(questions(), st.sampled_from([1.1, 3.0]))
def test_more_volume_of_as_large_files_never_ends_earlier(asked, factor):
    size = f"{float(asked['volume'].split()[0]) * 1e12 / float(asked['files']):.6f} B"
    del asked["files"]
    more = ends(asked, file_size=size, volume=scaled(asked["volume"], factor))
    assert not earlier(more, ends(asked, file_size=size), MINUTE)


@relation
@given(questions())
def test_equivalent_units_are_the_same_plan(asked):
    number, _ = asked["volume"].split()
    line, _ = asked["link"].split()
    same = {"volume": f"{float(number) * 1000:.12g} GB", "link": f"{float(line) / 8:.12g} MB/s"}
    one, other = ends(asked), ends({**asked, **same})
    assert one.keys() == other.keys()
    assert [other[name] for name in one] == pytest.approx(list(one.values()), rel=1e-9)


@relation
@given(questions(), st.sampled_from([0.5, 3.0]))
def test_a_price_of_ones_own_changes_its_lines_and_nothing_else(asked, factor):
    with tempfile.TemporaryDirectory() as folder:
        prices = Path(folder) / "prices"
        prices.mkdir()
        text = f'name = "DataSync Basic"\nunit = "USD/GB"\n[regions.us-east-1]\nvalue = {0.0125 * factor}\n'
        source = 'source = "https://example.com/offer"\nas_of = 2026-11-01\n'
        (prices / "datasync-basic-data.toml").write_text(text + source, encoding="utf-8")
        listed, own = plan(**asked), plan(profiles=[folder], **asked)
    for one, other in zip(sorted(listed.options, key=id_of), sorted(own.options, key=id_of), strict=True):
        assert (one.id, one.duration_days, one.phases) == (other.id, other.duration_days, other.phases)
        for mine, theirs in zip(one.cost_usd.lines, other.cost_usd.lines, strict=True):
            if mine.item == "DataSync Basic, data copied":
                assert theirs.amount == pytest.approx(mine.amount * factor)
            else:
                assert theirs == mine


def id_of(found):
    return found.id


@relation
@given(st.lists(questions(), min_size=1, max_size=3))
def test_a_row_of_a_table_is_the_plan_of_its_cells(tables):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.csv")
        pd.DataFrame(tables).to_csv(source, index=False)
        rows = migplan.batch(source, today=TODAY)
    for asked, (_, row) in zip(tables, rows.iterrows(), strict=True):
        finished = plan(**asked)
        best = finished.recommendation.option
        chosen = {found.id: found for found in finished.options}.get(best)
        assert (None if pd.isna(row["option"]) else row["option"]) == best
        if chosen is not None and chosen.duration_days is not None:
            assert float(row["duration_days"]) == pytest.approx(chosen.duration_days, rel=1e-9)
            assert float(row["cost_one_off_usd"]) == pytest.approx(chosen.cost_usd.one_off, rel=1e-9)
