"""What finished moves say of the next one: on the same path, with the same tool, and with its relatives."""

import dataclasses
import math
from pathlib import Path

import pytest

from migplan.analyses.backtest import learn, learned, samples_of
from migplan.analyses.backtest.factors import at_priors
from migplan.analyses.backtest.fit import Sample
from migplan.analyses.backtest.forecast import forecast
from migplan.analyses.backtest.history import levels_of, study, weight, with_history
from migplan.analyses.backtest.matching import setting
from migplan.engine.draws import Draws
from migplan.facts import load
from migplan.facts.keys import TIME_FACTORS

ROW = {"tool": "rclone", "source_protocol": "NFS", "target": "S3", "volume_bytes": 1e12, "file_count": 1e6}


def p50(table, catalogue, **row):
    ((case, _),) = table({"id": "new.1", **ROW, **row})
    return forecast(setting(case, catalogue), catalogue, Draws(0, 1000)).p50


def moves(table, catalogue, factor, count=3, source="mine", **row):
    """Moves that took a factor of what is forecast of them."""
    rows = [{"id": f"{source}.{n}", **ROW, **row} for n in range(count)]
    made = [(case, setting(case, catalogue)) for case, _ in table(*rows)]
    return [
        Sample(each, forecast(each, catalogue, Draws(0, 1000)).p50 * factor, case.origin, "2025")
        for case, each in made
    ]


def shift(table, catalogue, samples, **row):
    """By how much a forecast moves, as a logarithm."""
    after = with_history(catalogue, study(samples, catalogue))
    return math.log(p50(table, after, **row) / p50(table, catalogue, **row))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("factor", [0.7, 1.5])
def test_own_moves_weigh_their_number_against_the_stated_spread(table, catalogue, count, factor):
    levels = levels_of(catalogue)
    found = shift(table, catalogue, moves(table, catalogue, factor, count))
    wanted = weight(count, levels.run, levels.between) * math.log(factor)
    assert found == pytest.approx(wanted, rel=0.05, abs=0.025)


def test_the_nearer_the_more_is_learned(table, catalogue):
    samples = moves(table, catalogue, 2.0)
    path = shift(table, catalogue, samples)
    tool = shift(table, catalogue, samples, target="Azure Blob")
    group = shift(table, catalogue, samples, tool="s5cmd")
    size = shift(table, catalogue, samples, volume_bytes=1e15)
    other = shift(table, catalogue, samples, tool="robocopy", source_protocol="SMB", target="FSx for Windows")
    assert path > tool > group > size > other == 0.0
    assert group > 0.5 * path


def test_what_nothing_explains_moves_little(table, catalogue):
    odd = [*moves(table, catalogue, 1.0), *moves(table, catalogue, 300.0, 1, "odd")]
    mild = [*moves(table, catalogue, 1.0), *moves(table, catalogue, 1.8, 1, "odd")]
    assert shift(table, catalogue, odd) < 0.15
    assert shift(table, catalogue, mild) > 0.05


def test_a_move_that_its_line_held_says_nothing_of_its_tool_and_a_slower_one_does(table, catalogue):
    lined = {"link_bps": 1e8, "file_count": 100}
    assert study(moves(table, catalogue, 1.2, **lined), catalogue).facts == {}
    slow = moves(table, catalogue, 8.0, **lined)
    assert shift(table, catalogue, slow, file_count=100) > 0.5


def test_of_a_device_only_filling_counts(table, catalogue):
    row = {"kind": "offline", "tool": "Snowball Edge", "source_protocol": "NAS", "target": "S3", "devices": 1}
    assert (
        study(moves(table, catalogue, 2.0, what_the_duration_covers="import", **row), catalogue).facts == {}
    )
    filled = {**row, "what_the_duration_covers": "load"}
    assert shift(table, catalogue, moves(table, catalogue, 2.0, **filled), **filled) > 0.4


def test_moves_that_agree_narrow_the_band_and_moves_that_do_not_widen_it(table, catalogue):
    stated = catalogue.assumptions["sigma_history"].value
    alike = study(moves(table, catalogue, 1.5, 10), catalogue).sigma
    mixed = [*moves(table, catalogue, 6.0, 5), *moves(table, catalogue, 0.16, 5, "more")]
    assert alike < stated < study(mixed, catalogue).sigma

    def width(facts):
        ((case, _),) = table({"id": "new.1", **ROW})
        found = forecast(setting(case, facts), facts, Draws(0, 1000))
        return found.p90 / found.p10

    after = with_history(catalogue, study(moves(table, catalogue, 1.5, 5), catalogue))
    assert width(after) < width(catalogue)


def test_what_was_learned_says_what_it_rests_on(table, catalogue):
    samples = [
        *moves(table, catalogue, 2.0, 2),
        *(dataclasses.replace(s, year="2023") for s in moves(table, catalogue, 2.0, 1, "acme")),
    ]
    facts = study(samples, catalogue).facts
    notes = {
        place.target or place.tool or place.group: table["time_factor_1mb"].note
        for place, table in facts.items()
    }
    assert set(notes) == {"object-copier", "rclone", "s3"}
    levels = levels_of(catalogue)
    assert notes["s3"].startswith("3 cases of 2023 to 2025 (mine, acme); they weigh ")
    assert notes["s3"].endswith(" % here")
    weighs = 100 * weight(3, levels.run, levels.between)
    assert int(notes["s3"].split()[-3]) == pytest.approx(weighs, abs=1.5)


def rows(seconds, count=4, **row):
    made = {**ROW, "what_the_duration_covers": "whole job", **row}
    return [
        {"id": f"acme.{n}", **made, "file_count": 1e6 + n, "reported_duration_s": seconds}
        for n in range(count)
    ]


def test_plans_read_in_an_overlay_what_a_backtest_learns(table, tmp_path, catalogue):
    cases = table(*rows(200_000))
    learn(cases, tmp_path / "mine")
    in_place, written = learned(cases, catalogue), load([tmp_path / "mine"])
    for row in ({}, {"target": "Azure Blob"}, {"tool": "s5cmd"}, {"tool": "gsutil", "volume_bytes": 1e10}):
        assert p50(table, written, **row) == pytest.approx(p50(table, in_place, **row), rel=0.02)
        assert p50(table, written, **row) > 1.05 * p50(table, catalogue, **row)


def test_a_second_history_goes_on_from_the_first_and_keeps_its_cases(table, tmp_path, catalogue):
    learn(table(*rows(200_000)), tmp_path / "one")
    first = load([tmp_path / "one"])
    later = [{**row, "id": f"later.{n}"} for n, row in enumerate(rows(800_000))]
    learn(table(*later), tmp_path / "two", [tmp_path / "one"])
    second = load([tmp_path / "one", tmp_path / "two"])
    assert p50(table, catalogue) < p50(table, first) < p50(table, second)
    fact = second.movers["rclone"].towards["s3"]["time_factor_1mb"]
    assert fact.cases == (*(f"acme.{n}" for n in range(4)), *(f"later.{n}" for n in range(4)))
    assert fact.prior[0] == pytest.approx(first.movers["rclone"].towards["s3"]["time_factor_1mb"].value)


def test_a_catalogue_at_its_priors_has_learned_nothing(table, catalogue):
    base = at_priors(catalogue)
    after = learned(table(*rows(200_000)), base)
    assert set(TIME_FACTORS) <= set(after.movers["rclone"].facts)
    assert p50(table, at_priors(after)) == p50(table, base)


def test_a_tool_without_a_profile_learns_by_its_class_and_target(table, catalogue):
    own = {"tool": "frobnicate sync", "target": "Wasabi S3-compatible bucket"}
    found = shift(table, catalogue, moves(table, catalogue, 2.0, **own), **own)
    assert found > 0.4


def test_nothing_is_learned_from_nothing(catalogue):
    assert study([], catalogue).facts == {}
    assert samples_of([], catalogue) == []


def test_the_page_has_the_curve_and_the_spreads_of_the_facts(catalogue):
    page = (Path(__file__).parents[3] / "docs" / "method.md").read_text(encoding="utf-8")
    levels = levels_of(catalogue)
    counts = (1, 2, 3, 5, 10, 20)
    shown = " | ".join(f"{weight(n, levels.run, levels.between):.0%}".replace("%", " %") for n in counts)
    assert f"| own moves | {' | '.join(map(str, counts))} |" in page
    assert f"| weight | {shown} |" in page
    assert f"{levels.between:.2f}:" in page
    for key in ("history_class", "history_tool", "history_path", "sigma_history"):
        assert f"| {catalogue.assumptions[key].value:g} | `{key}` |" in page
