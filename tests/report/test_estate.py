"""The plan of an estate as people look at it, and its JSON there and back."""

import dataclasses
import json
import math
import re
from pathlib import Path

import pytest
from tests.report.estate_example import empty, example, good

from migplan.errors import MigplanError
from migplan.report.estate import told
from migplan.report.render import render_estate
from migplan.results.json import estate_from_dict, read_estate

GOLDEN = Path(__file__).parents[1] / "golden" / "estate"


def big(count=100, each=10, sites=10):
    """Many shares and waves, by the example's own, repeated under other names."""
    plan = example()
    places = [f"Site {number}" for number in range(1, sites + 1)]
    shares, waves = [], []
    for number in range(count // each * 2):
        name, site = f"wave {number + 1}", places[number % sites]
        own = [
            dataclasses.replace(
                plan.shares[k % 13], name=f"share {number}-{k}", site=site, wave=name, meets=True, reasons=()
            )
            for k in range(each // 2)
        ]  # fmt: skip
        shares += own
        waves.append(
            dataclasses.replace(plan.waves[number % 5], id=name, site=site, shares=tuple(s.name for s in own))
        )
    found = [dataclasses.replace(plan.sites[k % 3], name=place) for k, place in enumerate(places)]
    systems = [
        dataclasses.replace(plan.file_systems[k % 4], id=f"fs-{k}", site=place)
        for k, place in enumerate(places)
    ]
    lines = tuple({**line, "site": place} for place in places for line in plan.cost_usd.lines)
    return dataclasses.replace(
        plan, shares=tuple(shares), waves=tuple(waves), sites=tuple(found), file_systems=tuple(systems),
        cost_usd=dataclasses.replace(plan.cost_usd, lines=lines), orders=plan.orders * 6, conflicts=plan.conflicts * 9,
        assumptions=plan.assumptions * 5, bad_rows=plan.bad_rows * 30,
    )  # fmt: skip


ALL = {"example": example, "good": good, "empty": empty, "big": big}


@pytest.fixture(params=ALL)
def any_estate(request):
    return ALL[request.param]()


def test_what_was_written_is_read_back(any_estate, tmp_path):
    path = tmp_path / "estate.json"
    path.write_text(render_estate(any_estate, "json"), encoding="utf-8")
    again = read_estate(path)
    assert again == any_estate or again.to_json() == any_estate.to_json()
    assert path.read_text(encoding="utf-8").startswith('{\n"schema": "migplan.estate/1",\n"today"')


def test_json_has_null_for_what_is_not_finite():
    odd = example(gap=math.inf, bound_usd=math.nan, horizon_months=math.nan)
    assert json.loads(odd.to_json())["gap"] is None
    again = estate_from_dict(odd.to_dict())
    assert again.gap is None
    assert math.isnan(again.horizon_months)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda p: p.update(schema="migplan.plan/1"), "schema: is 'migplan.plan/1'; wanted 'migplan.estate/1'"),
        (lambda p: p["shares"][0].pop("site"), "shares.0.site: is missing"),
        (lambda p: p["waves"][1].update(bytes="many"), "waves.1.bytes: is 'many'; wanted a number"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_of_an_estate_is_refused(change, wanted, tmp_path):
    plain = example().to_dict()
    change(plain)
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(MigplanError) as caught:
        read_estate(path)
    assert wanted in str(caught.value)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("verbose", [False, True])
def test_what_the_terminal_shows(golden, width, verbose):
    shown = render_estate(example(), "table", width, verbose)
    golden(GOLDEN / f"table-{width}{'-v' if verbose else ''}.txt", shown)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(any_estate, width, verbose):
    shown = render_estate(any_estate, "table", width, verbose)
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown


@pytest.mark.parametrize("width", [80, 100])
def test_names_of_usual_length_are_not_broken(width):
    shown = render_estate(example(), "table", width, verbose=True)
    for name in [share.name for share in example().shares] + [wave.id for wave in example().waves]:
        assert re.search(rf"(?<!\S){re.escape(name)}(?![\w-])", shown), name


def test_the_default_is_short():
    assert len(render_estate(example(), "table", 100).splitlines()) < 80
    assert len(render_estate(big(), "table", 100).splitlines()) < 130
    assert "and 8 more with -v" in render_estate(big(), "table", 100)


def test_the_verdict_counts():
    assert told.verdict(good()) == "All 13 shares meet what was asked."
    assert told.verdict(example()).startswith("12 of 14 shares meet what was asked, 1 misses it and 1 cannot")
    assert told.verdict(empty()) == "Nothing can be planned: no share can be placed."
    one = dataclasses.replace(good(), shares=good().shares[:1])
    assert told.verdict(one) == "It meets what was asked."


@pytest.mark.parametrize(
    ("status", "gap", "wanted"),
    [
        ("gap", 0.012, "within 1.2 % of the cheapest plan that these options allow"),
        ("gap", 0.00041, "within 0.1 % of the cheapest plan that these options allow"),
        ("gap", 0.0121, "within 1.3 % of the cheapest plan that these options allow"),
        ("gap", 0.25, "within 25 % of the cheapest plan that these options allow"),
        ("optimal", 1e-9, "the cheapest plan that these options allow"),
        ("gap", None, ""),
        ("gap", math.inf, ""),
    ],
)
def test_the_gap_in_words(status, gap, wanted):
    assert told.nearness(example(status=status, gap=gap)) == wanted


def test_dates_are_those_of_the_site():
    plan = example()
    assert told.window(plan, plan.waves[1]) == "Sat 16 Jan 2027 18:00 to Sun 06:00"
    assert told.zone(plan.waves[1]) == "time of Tokyo, UTC+09:00"
    bare = dataclasses.replace(plan.waves[1], start="2027-01-16", end="2027-01-16")
    assert told.window(plan, bare) == "Sat 16 Jan 2027"
    assert told.zone(bare) == "time of Tokyo"


@pytest.mark.parametrize(
    ("likely", "sure", "wanted"),
    [
        ("2027-02-21T02:00", "2027-03-02", "The last is likely done 21 Feb 2027; 80 % sure by 2 Mar 2027."),
        ("2026-12-21", "2026-12-21", "The last is likely done 21 Dec; 80 % sure by the same day."),
        ("2027-02-21T02:00", None, "The last is likely done 21 Feb 2027; in 2 of 10 cases it never is."),
        (None, None, "When the last is done is not known."),
    ],
)
def test_the_end_in_words(likely, sure, wanted):
    assert told.ends(example(finish_p50=likely, finish_p80=sure)) == wanted


def test_a_share_that_a_conflict_names_is_told_once():
    assert "Misses what was asked" not in render_estate(example(), "table")
    alone = render_estate(example(conflicts=()), "table")
    assert "Misses what was asked\n  legal (Frankfurt, 18.4 TB): is ready on 11 Feb 2027" in alone


def test_unknown_money_is_never_nought():
    shown = render_estate(example(), "table", 100)
    assert re.search(r"Backup of the file systems .* unknown", shown)
    assert re.search(r"VPN connection to the Region .* unknown", shown)
    assert "with unknown prices at an upper bound" in shown
    assert "with unknown prices" not in render_estate(good(), "table", 100)
    assert re.search(r"Tokyo .* ≥ 9,760", shown)
    assert not re.search(r"Frankfurt .* ≥ 4,320", shown)


def test_the_terminal_gets_no_signs_that_steer_it():
    odd = "a\x1b[31mb\u202e\nc"
    plan = example()
    shares = tuple(dataclasses.replace(share, name=odd, owner=odd, reasons=(odd,)) for share in plan.shares)
    waves = tuple(dataclasses.replace(wave, id=odd, owners=(odd,)) for wave in plan.waves)
    sites = tuple(dataclasses.replace(site, name=odd) for site in plan.sites)
    shown = render_estate(
        example(shares=shares, waves=waves, sites=sites, notes=(odd,), bad_rows=(odd,)), "table", verbose=True
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_terminal_gets_colour():
    assert "\x1b[1;31m" in render_estate(example(), "table", terminal=True)
    assert "\x1b[1;32m" in render_estate(good(), "table", terminal=True)


def test_an_earlier_end_has_its_price():
    points = (
        {"finish": "2027-01-31", "total_usd": 512_300.0},
        {"finish": "2027-02-21", "total_usd": 340_000.0},
    )
    shown = render_estate(example(frontier=points), "table")
    assert re.search(r"What an earlier end costs\n.*\n *31 Jan 2027 +512,000\n *21 Feb 2027 +340,000", shown)


def test_the_example_hangs_together():
    """Every wave, file system and site of it has the shares that say so."""
    plan = example()
    assert {share.wave for share in plan.shares if share.wave} == {wave.id for wave in plan.waves}
    assert len(plan.shares) == 14
    assert len(plan.waves) == 5
    assert sum(len(wave.shares) for wave in plan.waves) == 13
