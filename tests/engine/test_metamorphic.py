"""What must hold between two plans that differ in one input, whatever the rest is."""

import datetime as dt
import itertools

import pytest

import migplan

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
        given = {"volume": "30 TB", "link": "1 Gbps", "change": "2 %/day", "freeze": LATER}
        first, then = (finishes(plan(start=start, **given), start) for start in starts)
        assert len(first) > 50
        assert not [name for name in first if name in then and first[name] > then[name] + 1e-6]

    def test_the_bill_does_not_grow_while_the_line_rests(self):
        given = {"volume": "5 TB", "link": "10 Gbps", "change": "5 %/day", "hours": "Sat 00:00-24:00"}
        sunday, saturday = (
            option(plan(start=start, **given), "datasync-basic/internet/fsx-windows")
            for start in ("2026-11-29", "2026-12-05")
        )
        assert sunday.finish == saturday.finish
        assert sunday.cost_usd.one_off == pytest.approx(saturday.cost_usd.one_off)
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
