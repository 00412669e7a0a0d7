"""The plan of an estate: what holds of every one of them."""

import datetime as dt
import itertools

import pytest
from tests.estate.joint.conftest import TODAY, share, site

import migplan
from migplan.errors import MigplanError
from migplan.estate.joint.line import JUDGED_AT
from migplan.estate.joint.money import Prices, price
from migplan.estate.joint.placing import Choice, place

WORK_OF_AGENT = 4 * 80.0
"""Hours that `work_agent` says, at `staff_rate`. [USD]"""

WEEKENDS = {"cutover_days": "Sat-Sun", "cutover_window": "20 hours"}


def when(text):
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (share("a", "20 TB", "8M"), {}),
        (share("a", "80 TB", "40M", protocol="nfs", deadline="120 days"), {**WEEKENDS, "holidays": "JP"}),
        (share("a", "300 TB", "3M", protocol="nfs"), {"link": "200 Mbps"}),
        (share("a", "40 TB", "200M", deadline="9 days"), {"cutover_window": "4 hours"}),
        # What its target lacks of what its use needs counts, and tasks that a limit of items asks for.
        (share("a", "80 TB", "300M", protocol="nfs"), {"use": "hpc", "link": "10 Gbps"}),
        # A device would end sooner, and keep people from writing for eleven days.
        (share("a", "100 TB", "5M"), {"cloud": "azure", "region": "eastus", "link": "100 Mbps"}),
    ],
)
def test_one_share_alone_has_its_own_plan(planned, row, fields):
    estate = planned([row], site(**fields))
    names = ("name", "site", "volume", "files", "protocol", "group", "deadline")
    given = dict(zip(names, row.split(","), strict=False))
    given = {name: text for name, text in given.items() if text}
    usual = {"link": "500 Mbps", "share": "60 %", "region": "us-east-1", **fields}
    plan = migplan.plan(today=TODAY, **{**usual, **given})
    (one,), chosen = estate.shares, plan.chosen
    assert one.option == chosen.id
    cost = chosen.cost_usd
    assert estate.cost_usd.one_off + 12 * estate.cost_usd.monthly == pytest.approx(
        cost.upper_bound, rel=1e-12
    )
    if chosen.p80_days is not None:
        start = dt.datetime.fromisoformat(TODAY)
        for text, days in ((one.finish_p50, chosen.p50_days), (one.finish_p80, chosen.p80_days)):
            assert abs(when(text) - start - dt.timedelta(days=days)) < dt.timedelta(minutes=1)
    assert one.meets is plan.recommendation.meets
    assert "cutover_days" not in fields or when(one.cutover_start).weekday() >= 5


def shares_of(count, **fields):
    return [share(f"s{n}", f"{1 + n % 4} TB", f"{1 + n % 3}M", **fields) for n in range(count)]


def test_shares_on_one_line_wait_for_each_other(planned):
    rows = [share(f"s{n}", "400 GB", "200k") for n in range(8)]
    estate, alone = planned(rows, site()), planned(rows[:1], site())
    work = [one.volume_bytes for one in estate.shares]
    start = dt.datetime.fromisoformat(TODAY)
    days = (when(estate.finish_p80) - start) / dt.timedelta(days=1)
    # 500 Mbps of which 60 % are ours, and of which not all carries data.
    assert days > sum(work) * 8 / (500e6 * 0.6) / 86400
    assert when(estate.finish_p80) > when(alone.finish_p80)
    assert len(estate.file_systems) == 1
    assert estate.cost_usd.monthly < 8 * alone.cost_usd.monthly


def test_groups_are_cut_over_in_one_window_and_windows_are_kept(planned):
    rows = [*shares_of(4), share("g1", group="erp"), share("g2", "6 TB", group="ERP")]
    estate = planned(rows, site(**WEEKENDS, staff=2), ramp="1, 9")
    by_name = {one.name: one for one in estate.shares}
    assert by_name["g1"].wave == by_name["g2"].wave
    for one in estate.shares:
        assert when(one.cutover_start).weekday() >= 5
        assert when(one.finish_p50).weekday() >= 5
        assert when(one.ready) <= when(one.cutover_start)
    assert all(wave.groups <= 2 for wave in estate.waves)
    assert estate.waves[0].groups == 1


def test_a_group_ties_sites_to_each_other(planned):
    rows = [share("a", group="g"), share("b", "9 TB", site="Kobe", group="g"), share("c", site="Kobe")]
    estate = planned(rows, site(**WEEKENDS) + site("Kobe", link="200 Mbps", cutover_days="Sat-Sun"))
    a, b, _ = estate.shares
    assert a.cutover_start[:10] in (
        b.cutover_start[:10],
        (when(b.cutover_start) - dt.timedelta(days=1)).isoformat()[:10],
    )


def test_a_circuit_is_paid_once_by_all_who_use_it(planned):
    sites = 'name = "Osaka"\noffline = true\nregion = "us-east-1"\n'
    estate = planned(shares_of(5), f"[[sites]]\n{sites}")
    (order,) = [order for order in estate.orders if order["kind"] == "route"]
    assert len(order["shares"]) == 5
    ports = [line for line in estate.cost_usd.lines if line.get("owner") and line["shared"]]
    assert ports
    assert len({line["item"] for line in ports}) == len(ports)


def test_a_wish_that_others_stand_in_the_way_of_is_named_with_what_frees_it(planned):
    rows = [share(f"s{n}", "10 TB", "2M", deadline="8 days") for n in range(6)]
    estate = planned(rows, site())
    assert estate.status == "infeasible"
    (conflict,) = estate.conflicts
    assert conflict.kind == "line"
    assert 1 <= len(conflict.shares) < 6
    assert any("Mbps" in text for text in conflict.frees)
    missed = [one.name for one in estate.shares if not one.meets]
    assert set(missed) == set(conflict.shares)
    wider = planned(rows, site(link="5 Gbps"))
    assert wider.status != "infeasible"


@pytest.mark.parametrize("change", [{"link": "1 Gbps"}, {"staff": 6}, {"agents": 4}])
def test_more_of_anything_is_never_worse(planned, change):
    rows = [share(f"s{n}", f"{2 + n} TB", "6M") for n in range(6)]
    less = planned(rows, site(**{"staff": 2, "agents": 2, **WEEKENDS}))
    more = planned(rows, site(**{"staff": 2, "agents": 2, **WEEKENDS, **change}))
    # Agents that a site says it has are set up, which is work.
    work = (change.get("agents", 2) - 2) * WORK_OF_AGENT
    assert more.cost_usd.total - work <= less.cost_usd.total * (1.0 + more.gap + 0.003)


LARGE = [share("a", "17 TB"), share("b", "18 TB", "3M"), share("c", "2.4 TB", "1M")]
"""Two that are larger than half of a file system whose step would hold all by volume."""


@pytest.mark.parametrize(
    ("rows", "fields", "looked_at"),
    [
        (
            [
                share("a", "3 TB"),
                share("b", "30 TB", "2M", protocol="nfs"),
                share("c", "1 TB", "4M", deadline="20 days"),
            ],
            {"staff": 2},
            4,
        ),
        pytest.param(LARGE, {"agents": 2, "link": "1 Gbps"}, 3, marks=pytest.mark.slow),
    ],
)
def test_small_estates_are_as_cheap_as_the_best_of_all_choices(planned, monkeypatch, rows, fields, looked_at):
    from migplan.estate.joint import build

    kept = []
    real = build.build
    monkeypatch.setattr(build, "build", lambda made, day: kept.append(made) or real(made, day))
    estate = planned(rows, site(**WEEKENDS, **fields), ramp="2, 2")
    (part,) = kept[0].parts
    problem, prices, best = part.placement.problem, Prices(), float("inf")
    modes = [range(min(len(item.modes), looked_at)) for item in problem.items]
    for chosen in itertools.product(*modes):
        for slots in itertools.product(range(3), repeat=len(problem.items)):
            hosts = {}
            for item, mode in zip(problem.items, chosen, strict=True):
                key = item.share.site, item.modes[mode].hosts
                hosts[key] = max(hosts.get(key, 1.0), item.modes[mode].agents)
            played = place(problem, Choice(chosen, slots, hosts))
            if not played.late():
                best = min(best, price(played, prices).total)
    assert estate.cost_usd.total <= best * 1.003
    assert estate.bound_usd <= best


def test_no_line_carries_more_than_there_is(planned, monkeypatch):
    from migplan.estate.joint import build

    kept = []
    real = build.build
    monkeypatch.setattr(build, "build", lambda made, day: kept.append(made) or real(made, day))
    planned(shares_of(9), site(agents=2, hours="Mon-Fri 19:00-07:00, Sat-Sun"))
    (part,) = kept[0].parts
    (flow,) = part.placement.flows.values()
    left = [flow.left(name, own=False) for name in ("line", "hosts:datasync-basic")]
    assert all((values >= -1e-6).all() for values in left)
    assert (left[0] < flow.usable(own=False) - 1.0).any()
    for one in part.placement.placed:
        assert one.run.ready[JUDGED_AT] >= one.run.begin[JUDGED_AT]


def test_what_nobody_says_is_asked_for_by_name(planned):
    with pytest.raises(MigplanError) as caught:
        planned([share("a"), share("b", site="Kobe")], site())
    assert "Kobe" in str(caught.value)
    with pytest.raises(MigplanError) as caught:
        planned([share("a")], '[[sites]]\nname = "Osaka"\n')
    assert 'wanted link = "1 Gbps"' in str(caught.value)


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ("[[sites]]\nlink = '1 Gbps'\n", "has no name"),
        ("sites = 3", "has no [[sites]]"),
        ("[[sites]]\nname='Osaka'\nlnk='1 Gbps'\n", "did you mean 'link'"),
        ("[[sites]]\nname='Osaka'\nlink='fast'\n", "link"),
        ("[[sites]]\nname='Osaka'\nlink='1 Gbps'\nvolume='1 TB'\n", "each share's own"),
        ("[[sites]]\nname='Osaka'\nlink='1 Gbps'\nstaff=0\n", "how many groups"),
        ("[[sites]]\nname='Osaka'\nlink='1 Gbps'\n[[sites]]\nname='osaka'\nlink='1 Gbps'\n", "there twice"),
        ("[[sites\n", "is not TOML"),
    ],
)
def test_faults_of_sites_are_one_line_each(planned, sites, told):
    with pytest.raises(MigplanError) as caught:
        planned([share("a")], sites)
    assert told in str(caught.value)


def test_bad_rows_lose_no_good_ones(planned):
    estate = planned([share("a"), share("b", "many TB")], site())
    assert [one.name for one in estate.shares] == ["a"]
    (bad,) = estate.bad_rows
    assert "line 3" in bad


def test_what_never_ends_by_itself_is_not_placed_and_hinders_no_others(planned):
    endless = share("b", "1 B", "1000000M", protocol="nfs")
    estate = planned([share("a", protocol="nfs"), endless], site(target="efs", loss="50 %"))
    assert {one.name: one.option is None for one in estate.shares} == {"a": False, "b": True}
    (told,) = next(one.reasons for one in estate.shares if one.name == "b")
    assert "none ends in 8 of 10 cases" in told


def test_the_same_estate_gives_the_same_plan(planned):
    rows = shares_of(5)
    assert planned(rows, site()).to_json() == planned(rows, site()).to_json()


def test_a_frontier_costs_more_the_sooner_it_ends(planned):
    rows = [share(f"s{n}", "20 TB", "9M") for n in range(3)]
    estate = planned(rows, site(link="100 Mbps", delay_cost="1 USD/day"), frontier=4)
    totals = [point["total_usd"] for point in sorted(estate.frontier, key=lambda point: point["finish"])]
    assert len(totals) > 1
    assert totals[0] > 1.02 * totals[-1]
    assert all(later <= sooner * 1.02 for sooner, later in itertools.pairwise(totals))


def test_a_group_of_two_sites_that_is_all_there_is_waits_for_its_slower_share(planned):
    slow = 'name = "Osaka"\noffline = true\nregion = "us-east-1"\ncutover_days = "Sat-Sun"\n'
    rows = [share("a", "40 TB", group="g"), share("b", "200 GB", site="Kobe", group="g")]
    estate = planned(rows, f"[[sites]]\n{slow}" + site("Kobe", cutover_days="Sat-Sun"))
    a, b = estate.shares
    assert a.cutover_start[:10] == b.cutover_start[:10]
    assert when(b.finish_p50) >= when(a.cutover_start) - dt.timedelta(days=2)
