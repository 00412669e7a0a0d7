"""How wide a cold forecast is: by what is known of tool, target, class, machine and line."""

import dataclasses
import math

import pytest
from msgspec import structs

from migplan.analyses.backtest import run
from migplan.analyses.backtest.factors import at_priors
from migplan.analyses.backtest.forecast import forecast
from migplan.analyses.backtest.matching import ANY_FILES, ANY_OBJECTS, CENTRE, setting
from migplan.engine.draws import Draws
from migplan.engine.options import Option
from migplan.engine.settings import spread_by, unknowns
from migplan.errors import MigplanError

ROW = {
    "tool": "rclone", "source_protocol": "NFS on m5.large", "target": "S3", "volume_bytes": 1e12, "file_count": 1e6,
}  # fmt: skip


def made(table, catalogue, **row):
    ((case, _),) = table({"id": "new.1", **ROW, **row})
    return setting(case, catalogue)


def sigma(table, catalogue, **row):
    found = made(table, catalogue, **row)
    knowledge = "hosted" if found.hosted else "vendor"
    return spread_by(found.option, knowledge, catalogue.assumptions, int(found.anywhere))


def band(table, catalogue, **row):
    found = forecast(made(table, catalogue, **row), catalogue, Draws(0, 1000))
    return math.log(found.p90 / found.p10)


UNKNOWN = {"tool": "frobnicate sync", "target": "Wasabi bucket"}


def test_each_unknown_adds_its_variance(table, catalogue):
    known, more = (catalogue.assumptions[f"sigma_{key}"].value for key in ("vendor", "unknown"))
    assert sigma(table, catalogue) == known
    assert sigma(table, catalogue, tool=UNKNOWN["tool"]) == pytest.approx(math.hypot(known, more))
    assert sigma(table, catalogue, target=UNKNOWN["target"]) == pytest.approx(math.hypot(known, more))
    assert sigma(table, catalogue, **UNKNOWN) == pytest.approx(math.hypot(known, more, more))
    nowhere = {"source_protocol": "NFS"}
    assert sigma(table, catalogue, **nowhere) == pytest.approx(math.hypot(known, more))
    assert sigma(table, catalogue, **nowhere, **UNKNOWN) == pytest.approx(math.hypot(known, more, more, more))


def test_the_host_of_a_tool_that_is_run_by_hand_is_stated_or_unknown(table, catalogue):
    def anywhere(**row):
        return made(table, catalogue, **row).anywhere

    assert not anywhere()
    assert anywhere(source_protocol="NFS")
    assert not anywhere(source_protocol="NFS", streams_or_agents="1 VM with 16 vCPU")
    # A service has hosts of its maker's, or agents as he wants them.
    assert not anywhere(source_protocol="NFS", tool="DataSync")
    assert band(table, catalogue) < band(table, catalogue, source_protocol="NFS")


def test_the_less_is_known_the_wider_the_band(table, catalogue):
    known = band(table, catalogue)
    target, tool = (band(table, catalogue, **{key: UNKNOWN[key]}) for key in ("target", "tool"))
    assert known < min(target, tool)
    assert max(target, tool) < band(table, catalogue, **UNKNOWN)


def test_a_class_that_nobody_has_measured_is_wider(table, catalogue):
    before = at_priors(catalogue)
    assert unknowns(made(table, catalogue).option) == 0
    assert unknowns(made(table, before).option) == 1
    assert band(table, catalogue) < band(table, before)


def test_plans_of_the_tools_that_there_are_are_as_sure_as_they_were(catalogue):
    """What stands for others is in no plan, and of every class somebody measured a tool."""
    target = catalogue.targets["s3"]
    for mover in (mover for mover in catalogue.movers.values() if mover.paths):
        option = Option(mover.id, "online", target, mover=mover)
        assert (
            spread_by(option, "vendor", catalogue.assumptions) == catalogue.assumptions["sigma_vendor"].value
        )


def test_a_tool_of_no_class_is_what_its_documents_say(catalogue):
    own = structs.replace(catalogue.movers["rclone"], like="", facts={}, paths=())
    assert unknowns(Option("own", "online", catalogue.targets["s3"], mover=own)) == 0


def test_what_stands_for_others_says_so(catalogue):
    classes = {mover.like for mover in catalogue.movers.values() if mover.like}
    assert {mover.id for mover in catalogue.movers.values() if mover.stands_in} == classes
    targets = {target.id for target in catalogue.targets.values() if target.stands_in}
    assert targets == {ANY_FILES, ANY_OBJECTS, CENTRE}


@pytest.mark.parametrize(
    ("workers", "hosted"),
    [
        ("1 agent 8 vCPU 16 GiB", True),
        ("1 x m5.large", True),
        ("16-core VM", True),
        ("2 agents", False),
        ("", False),
    ],
)
def test_a_service_on_a_machine_that_is_stated_is_surer(table, catalogue, workers, hosted):
    row = {"tool": "DataSync", "streams_or_agents": workers}
    assert made(table, catalogue, **row).hosted is hosted
    wanted = catalogue.assumptions["sigma_hosted" if hosted else "sigma_vendor"].value
    assert sigma(table, catalogue, **row) == wanted
    # A tool that is run by hand has settings that nobody states.
    assert not made(table, catalogue, streams_or_agents=workers).hosted


def test_a_line_that_a_report_states_may_carry_much_less_and_never_more(table, catalogue):
    row = {"link_bps": 1e7, "file_count": 10}
    found = forecast(made(table, catalogue, **row), catalogue, Draws(0, 1000))
    line = 1e12 / (1e7 / 8)
    apart = catalogue.assumptions["sigma_reported_line"].value
    assert found.bound == "line"
    assert found.p10 > line
    assert math.log(found.p90 / found.p50) == pytest.approx(1.2816 * apart, rel=0.1)


ROWS = (
    *({"id": f"a.{n}", **ROW, "file_count": 1e6 + n, "reported_duration_s": 3e5} for n in range(5)),
    *({"id": f"b.{n}", **ROW, "tool": "DataSync", "reported_duration_s": 2e4 + n} for n in range(5)),
    {"id": "c.1", "tool": "frobnicate"},
)


def test_without_its_class_a_case_is_forecast_by_other_classes_alone(table):
    rows = table(*ROWS)
    found = run(rows, samples=100, by_class=True)
    assert (found.left_out, found.left_out_by) == (True, "class")
    assert [result.case for result in found.results] == [row["id"] for row in ROWS[:-1]]
    assert [case for case, _ in found.missing] == ["c.1"]
    slower = [(case, dataclasses.replace(out, duration=out.duration * 3)) for case, out in rows]
    assert [r.p50 for r in run(slower[:5], samples=100, by_class=True).results] == [
        r.p50 for r in found.results[:5]
    ]
    one, other = (
        run(rows, samples=100, **how).results[0] for how in ({"by_class": True}, {"leave_out": True})
    )
    assert one.p90 / one.p10 == pytest.approx(other.p90 / other.p10, rel=0.1)


def test_classes_and_sources_are_not_left_out_together(table):
    with pytest.raises(MigplanError, match="leaves classes out, and sources are to be left out too"):
        run(table(*ROWS), samples=10, by_class=True, half_history=True)
