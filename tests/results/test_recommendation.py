"""What a recommendation misses, and what could be had instead."""

import datetime as dt
import re
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec import structs

from migplan.analyses.plan import make_plan, plan_case
from migplan.engine.case import Case
from migplan.engine.certainty import Certainty, CloseCall
from migplan.facts import load
from migplan.report.advice import doubts
from migplan.results.alternatives import build_alternatives
from migplan.results.misses import build_close_calls

TODAY = dt.date(2026, 11, 23)
ASSUMPTIONS = load().assumptions
SERVER = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "share": "70 %", "cutover_window": "24 hours"}
MEDIA = {"volume": "20 TB", "files": "20M", "link": "1 Gbps", "protocol": "nfs", "use": "media"}


def plan(samples=200, **fields):
    return make_plan({**SERVER, **fields}, (), TODAY, samples=samples)


def test_a_deadline_that_is_missed_is_told_with_by_how_much():
    made = plan(deadline="20 days")
    (missed,) = made.recommendation.misses
    late = made.chosen.p80_days
    assert missed == {
        "wish": "deadline",
        "wanted": "20.0 days",
        "got": f"{late:.1f} days",
        "by": f"{late - 20:.1f} days",
    }


def test_a_date_is_told_as_it_was_given():
    (missed,) = plan(start="2026-12-01", deadline="2026-12-20").recommendation.misses
    assert missed["wanted"] == "20.0 days (2026-12-20)"


def test_each_wish_that_is_missed_is_told():
    made = plan(deadline="20 days", cutover_window="1 hour", budget="50000 USD")
    found = {missed["wish"]: missed for missed in made.recommendation.misses}
    assert set(found) == {"deadline", "cutover_window", "budget"}
    assert found["cutover_window"]["got"] == f"{made.chosen.cutover_hours_p80:,.1f} hours"
    cost = made.chosen.cost_usd
    assert cost.complete
    assert found["budget"]["by"] == f"{cost.horizon_total - 50000:,.0f} USD"


def test_no_difference_to_a_budget_contains_an_unknown_price():
    # HDD that is provisioned has no known price in any Region.
    unknown = {"cloud": "azure", "target": "azure-files-hdd", "configuration": "multi-zone-v2"}
    made = make_plan(
        {"volume": "40 TB", "link": "1 Gbps", "budget": "9 USD", **unknown}, (), TODAY, samples=0
    )
    (missed,) = made.recommendation.misses
    assert not made.chosen.cost_usd.complete
    assert (missed["wish"], missed["by"]) == ("budget", "")
    assert "not known" in missed["got"] or "at least" in missed["got"]


def test_what_meets_misses_nothing():
    assert plan(deadline="200 days").recommendation.misses == ()


def less_kept(made, way):
    """What must be kept and is not kept in full."""
    return set(made.workload["keep"].value) - set(way.fidelity["kept"])


LARGE = {"volume": "500 TB", "files": "60000", "link": "10 Gbps", "protocol": "nfs", "use": "media"}


@pytest.mark.parametrize(
    "fields",
    [SERVER, {**SERVER, "link": "500 Mbps", "deadline": "120 days"}, MEDIA, {**MEDIA, "deadline": "20 days"},
     {**LARGE, "keep": "timestamps"}],
    ids=["server", "server with a deadline", "media", "media with a deadline", "large media"],
)  # fmt: skip
def test_alternatives_are_what_the_options_say(fields):
    made = make_plan(fields, (), TODAY, samples=300)
    ways, chosen = {way.id: way for way in made.options}, made.chosen
    # What is cheaper than that of the server saves less than a hundredth, no circuit is surer than its line, and its
    # deadline is kept in 19 of 20 cases.
    assert bool(made.recommendation.alternatives) == (fields.get("volume") != SERVER["volume"])
    for other in made.recommendation.alternatives:
        way = ways[other["option"]]
        assert way.usable
        # What is not known to keep who may do what does not meet, and is told for all else.
        assert way.meets or other["kind"] == "present" or (other["kind"] == "partial" and other["may_lose"])
        assert way.id != chosen.id
        assert chosen.p80_days - way.p80_days == pytest.approx(other["saves_days"] - other["costs_days"])
        if chosen.cost_usd.complete and way.cost_usd.complete:
            apart = chosen.cost_usd.horizon_total - way.cost_usd.horizon_total
            assert apart == pytest.approx(other["saves_usd"] - other["costs_usd"], abs=0.01)
        assert way.id in other["text"]
        if other["kind"] == "cheapest":
            as_much = [
                one for one in made.options if one.meets and less_kept(made, one) <= less_kept(made, chosen)
            ]
            known = [one.cost_usd.horizon_total for one in as_much if one.cost_usd.complete]
            assert way.cost_usd.horizon_total == min(known)
        if other["kind"] == "partial":
            assert set(other["loses"]) == less_kept(made, way) - less_kept(made, chosen)
            assert set(other["may_lose"]) <= set(way.fidelity["unknown"])
            assert not set(other["loses"]) & set(way.fidelity["lost"])
        if other["kind"] == "complete":
            assert less_kept(made, chosen)
            assert not less_kept(made, way)


def fake(
    name,
    cash=1000.0,
    days=10.0,
    complete=True,
    keeps=None,
    meets=True,
    p_deadline=1.0,
    system="",
    sure=True,
    ordered=False,
):
    """An option that keeps times, and what it keeps of them; whether it is sure to keep who may do what."""
    day = 86400.0
    return SimpleNamespace(
        option=SimpleNamespace(
            id=name,
            keeps={"timestamps": "yes"} if keeps is None else keeps,
            mover=None,
            route=None,
            device=None,
            exists=not ordered,
            own_line=ordered,
            target=SimpleNamespace(by_hand=False, system=system),
        ),
        verdict=SimpleNamespace(
            usable=True,
            keeps=sure,
            lateness=int(not meets),
            overrun=0,
            in_time=meets,
            in_window=True,
            in_budget=True,
        ),
        cost=SimpleNamespace(total=cash, ceiling=cash if complete else 1.5 * cash, complete=complete),
        decisive=days * day,
        outage=0.0,
        sampled=np.full(1000, days * day),
        spread=SimpleNamespace(p95=days * day, p_deadline=p_deadline),
    )


def told(*items, deadline=np.nan, **assumed):
    inputs = {"keep": SimpleNamespace(status="given"), "use": SimpleNamespace(status="absent")}
    w = SimpleNamespace(
        keep=("timestamps",), deadline=deadline, source="windows", inputs=inputs, shape=(1, 1, 1)
    )
    facts = {
        **ASSUMPTIONS,
        **{name: structs.replace(ASSUMPTIONS[name], value=v) for name, v in assumed.items()},
    }
    return {other["kind"]: other for other in build_alternatives(items[0], items, w, facts)}


class TestKinds:
    def test_cheaper_and_later(self):
        found = told(fake("a"), fake("b", 400.0, 12.0))
        assert set(found) == {"cheapest"}
        assert found["cheapest"]["text"] == "Cheapest: b; saves 600 USD, ends 2 days later."
        assert (found["cheapest"]["saves"], found["cheapest"]["costs"]) == (
            "saves 600 USD",
            "ends 2 days later",
        )

    def test_what_is_no_better_is_left_out(self):
        assert told(fake("a"), fake("b", 1000.5, 10.1)) == {}

    def test_what_saves_less_than_a_hundredth_of_the_total_is_left_out(self):
        assert told(fake("a", 40000.0), fake("b", 39994.0, 9.9)) == {}
        assert told(fake("a", 40000.0), fake("b", 39601.0)) == {}
        assert set(told(fake("a", 40000.0), fake("b", 39599.0))) == {"cheapest"}
        partial = {"keeps": {"timestamps": "partial"}}
        assert told(fake("a", 40000.0), fake("b", 39994.0, **partial)) == {}

    def test_what_is_worth_a_word_is_assumed(self):
        assert set(told(fake("a", 40000.0), fake("b", 39601.0), least_saving=0.001)) == {"cheapest"}
        assert "fastest" in told(fake("a"), fake("b", 3000.0, 9.5))
        assert told(fake("a"), fake("b", 3000.0, 9.5), same_end=0.1) == {}
        unsure = {"keeps": {"timestamps": "unknown"}, "sure": False}
        assert set(told(fake("a"), fake("b", 960.0, **unsure), unsure_gain=0.03)) == {"partial"}

    def test_what_misses_more_is_none(self):
        assert told(fake("a"), fake("b", 10.0, 1.0, meets=False)) == {}

    def test_what_is_cheaper_and_sooner_says_what_it_needs_of_people(self):
        found = told(fake("a"), fake("b", 400.0, 9.0, system="ontap"))
        needs = "needs skills for a system that the team does not run today"
        assert found["cheapest"]["costs"] == needs
        assert found["cheapest"]["text"] == f"Cheapest: b; saves 600 USD, ends 1 day sooner, {needs}."

    def test_where_the_recommended_misses_too_it_is_one(self):
        assert set(told(fake("a", meets=False), fake("b", 10.0, meets=False))) == {"cheapest"}

    def test_sooner_and_dearer(self):
        found = told(fake("a"), fake("b", 3000.0, 9.5))
        assert found["fastest"]["text"] == "Fastest: b; ends 12 hours sooner, costs 2,000 USD more."

    def test_what_it_keeps_that_nobody_asked_for(self):
        # What nobody asked to keep and this loses, such as the streams that a Mac writes, may decide for another.
        few, all_kept = {"timestamps": "yes", "ads": "no"}, {"timestamps": "yes", "ads": "yes"}
        found = told(fake("a", keeps=few), fake("b", 1500.0, 8.0, keeps=all_kept))
        assert found["fastest"]["saves"] == "ends 2 days sooner and also keeps alternate data streams"
        assert "keeps" not in told(fake("a"), fake("b", 1500.0, 8.0, keeps=all_kept))["fastest"]["saves"]

    def test_surer(self):
        # Who keeps a deadline in 19 of 20 cases needs nothing that ends weeks later in all of them.
        assert "surest" not in told(
            fake("a", p_deadline=0.96), fake("b", 1500.0, p_deadline=1.0), deadline=20.0
        )
        found = told(fake("a", p_deadline=0.85), fake("b", 1500.0, p_deadline=0.99), deadline=20.0)
        assert found["surest"]["saves"] == "keeps the deadline with a chance of 99 % instead of 85 %"
        assert "surest" not in told(fake("a", p_deadline=0.99), fake("b", p_deadline=1.0), deadline=20.0)

    def test_that_it_ends_sooner_is_said_once(self):
        found = told(fake("a", p_deadline=np.nan), fake("b", 1500.0, 8.0, p_deadline=np.nan))
        assert found["surest"]["saves"] == "ends 2 days sooner and 2 days at P95"

    def test_what_a_circuit_is_paid_for_is_told(self):
        circuit, line = (
            fake("a", 9000.0, 60.0, ordered=True),
            fake("b", 1000.0, 90.0, meets=False, p_deadline=0.1),
        )
        found = told(circuit, fake("c", 9500.0, 61.0, ordered=True), line, deadline=70.0)
        assert found["present"]["text"] == (
            "On the line that is there: b; saves 8,000 USD, ends 30 days later, keeps the deadline with a chance of "
            "10 % instead of 100 %."
        )
        # Who orders nothing has no other line to compare with, and what never ends is none.
        assert "present" not in told(line, circuit, deadline=70.0)
        assert "present" not in told(circuit, fake("b", days=np.inf, meets=False), deadline=70.0)

    def test_less_sure_is_said(self):
        found = told(fake("a"), fake("b", 100.0, p_deadline=0.82), deadline=20.0)
        assert "82 % instead of 100 %" in found["cheapest"]["costs"]

    def test_kept_in_part(self):
        found = told(fake("a"), fake("b", 100.0, keeps={"timestamps": "partial"}))
        assert set(found) == {"partial"}
        assert found["partial"]["loses"] == ["timestamps"]
        assert (
            found["partial"]["text"] == "Keeps less: b; saves 900 USD, keeps modification times only in part."
        )

    def test_kept_in_part_and_no_better_is_left_out(self):
        assert told(fake("a"), fake("b", 2000.0, keeps={"timestamps": "partial"})) == {}

    def test_what_may_not_be_kept_is_told_so(self):
        found = told(fake("a"), fake("b", 100.0, keeps={"timestamps": "unknown"}))
        assert set(found) == {"partial"}
        assert (found["partial"]["loses"], found["partial"]["may_lose"]) == (["timestamps"], ["timestamps"])
        assert found["partial"]["text"] == "May keep less: b; saves 900 USD, may not keep modification times."

    def test_who_may_do_what_is_told_where_it_may_not_be_kept_and_much_is_gained(self):
        unsure = {"keeps": {"timestamps": "unknown"}, "sure": False}
        found = told(fake("a"), fake("b", 100.0, **unsure))
        assert set(found) == {"partial"}, "the cheapest and the fastest keep all that is kept"
        assert told(fake("a"), fake("b", 960.0, 9.6, **unsure)) == {}, "not for a few percent"
        assert told(fake("a"), fake("b", 100.0, keeps={"timestamps": "no"}, sure=False)) == {}
        assert told(fake("a"), fake("b", 100.0, meets=False, **unsure)) == {}, "late as well"

    def test_of_what_keeps_less_the_cheapest_is_told(self):
        partly = fake("b", 500.0, keeps={"timestamps": "partial"})
        for cash, name in ((100.0, "c"), (600.0, "b")):
            unsure = fake("c", cash, keeps={"timestamps": "unknown"}, sure=False)
            assert told(fake("a"), partly, unsure)["partial"]["option"] == name

    def test_what_keeps_all_is_told_where_the_recommended_does_not(self):
        found = told(fake("a", keeps={"timestamps": "partial"}), fake("b", 2000.0))
        assert (
            found["complete"]["text"]
            == "Keeps all: b; keeps modification times in full, costs 1,000 USD more."
        )

    def test_no_difference_of_money_contains_an_unknown_price(self):
        for items in (
            (fake("a"), fake("b", 400.0, complete=False)),
            (fake("a", complete=False), fake("b", 400.0)),
        ):
            other = told(*items)["cheapest"]
            assert (other["saves_usd"], other["costs_usd"]) == (None, None)
            assert "by the prices that are known" in other["text"]
            assert not re.search(r"(saves|costs) [\d,]+ USD", other["text"])

    def test_the_price_at_which_the_order_flips_is_told_where_one_side_is_known(self):
        found = told(fake("a"), fake("b", 400.0, complete=False))["cheapest"]
        assert (
            found["saves"]
            == "is cheaper by the prices that are known, unless the unknown ones exceed 600 USD"
        )


def test_work_that_is_assumed_is_told_where_it_decides(catalogue):
    def planned(hours, **given):
        fact = structs.replace(catalogue.assumptions["work_system"], value=hours * 3600.0)
        facts = structs.replace(
            catalogue, assumptions=catalogue.assumptions.with_facts({"work_system": fact})
        )
        made = {"volume": "100 TB", "link": "1 Gbps", "region": "eu-central-1", **given}
        return plan_case(Case.read(made, facts, TODAY), samples=0)

    found = planned(80)
    told = (
        "assumed: to learn a system that the team does not run today takes 80 hours, which count for 6,400 USD;"
        " without them FSx for ONTAP would be recommended"
    )
    assert (found.recommendation.target, told in found.notes) == ("fsx-windows", True)
    without = planned(0)
    assert without.recommendation.target == "fsx-ontap"
    for other in (without, planned(80, volume="40 TB"), planned(80, optimize="time")):
        assert not [note for note in other.notes if "to learn a system" in note]


def test_what_loses_something_and_costs_more_is_no_trade_for_some_hours():
    # It ends a tenth sooner and keeps times only in part: worth a word at the same price, and not for 2 % more.
    best = fake("a", cash=10_000.0, days=10.0)
    for cash, named in ((10_050.0, True), (10_200.0, False), (9_000.0, True)):
        partly = fake("b", cash=cash, days=9.0, keeps={"timestamps": "partial"})
        assert ("partial" in told(best, partly)) is named, cash


class TestDearRivals:
    """A rival that another seed may prefer is told with what it costs more, where that is a quarter or above."""

    def told(self, wish, totals, option="b", other="", meets=True, complete=True, mover=""):
        items = [
            SimpleNamespace(
                option=SimpleNamespace(
                    id=name, mover=mover or name, device=None, target=SimpleNamespace(key="t"), route=name
                ),
                sampled=np.zeros(1000),
                verdict=SimpleNamespace(meets=meets),
                cost=SimpleNamespace(total=total, ceiling=total, complete=complete),
            )
            for name, total in zip("ab", totals, strict=True)
        ]
        w = SimpleNamespace(deadline=100.0)
        call = CloseCall(wish, option, other, 0.79, 0.01)
        [found] = build_close_calls(Certainty("on-the-edge", (call,)), items[0], items, w, ASSUMPTIONS)
        return found["text"]

    def test_one_of_about_the_same_price_comes_instead(self):
        assert self.told("deadline", (100.0, 120.0), other="a").endswith("if it keeps it, it comes before a.")
        assert self.told("deadline", (100.0, 120.0), option="a", other="b").endswith("; if not, b.")

    def test_a_much_dearer_one_is_the_price_of_being_surer(self):
        price = "it costs 100 USD more, 2.0 times as much: take it only where that is worth the price."
        assert self.told("deadline", (100.0, 200.0), other="a").endswith(f"wanted, but {price}")
        mine = self.told("deadline", (100.0, 200.0), option="a", other="b")
        assert mine.endswith(f"; surer is b, but {price}")
        assert "comes before" not in mine
        closer = self.told("cost", (100.0, 200.0), other="a", meets=False)
        assert closer == f"b is about as close, since it misses by less, but {price}"

    def test_the_same_way_over_another_route_is_no_matter_of_doubt(self):
        found = self.told("cost", (100.0, 100.1), other="a", mover="m")
        assert found == "b would do just as well; only the route differs."
        call = {"wish": "cost", "option": "b", "text": found, "same_way": True}
        advice = SimpleNamespace(verdict="on-the-edge", close_calls=(call,))
        assert doubts(advice) == [found]
        assert doubts(SimpleNamespace(verdict="on-the-edge", close_calls=({**call, "same_way": False},))) == [
            f"On the edge: {found}"
        ]

    def test_no_difference_has_a_price_that_nobody_knows(self):
        told = self.told("deadline", (100.0, 200.0), other="a", complete=False)
        assert told.endswith("but it is much dearer with unknown prices at an upper bound.")
        assert "USD" not in told
