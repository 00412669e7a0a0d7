"""Pilots: what timed copies and a line test say goes before what the profiles say."""

import datetime as dt
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.stacks import case_of, outcome_of

from migplan.analyses.plan import make_plan
from migplan.cli import main
from migplan.engine.case import assumed_values
from migplan.engine.clock import Clock
from migplan.engine.draws import Draws, evaluate_draws, spread_of, summarize
from migplan.engine.options import enumerate_options
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.inputs.pilot import apply_pilot
from migplan.inputs.pilot_file import read_pilot
from migplan.inputs.workload import read_workload

TODAY = dt.date(2026, 11, 23)
RATE, OVERLAPPED, SERIAL, SCAN = 90e6, 0.040, 0.0003, 5000.0
SHARE = {"volume": "20 TB", "files": "5M", "link": "10 Gbps", "protocol": "smb", "agents": "1"}
PILOT = {
    "mover": '"robocopy"',
    "target": '"fsx-windows"',
    "date": "2026-11-20",
}


def timed(kind, mover, volume, files, in_flight):
    """Time of a run on a path with the known constants, with the start of the mover's run. [s]"""
    items = files * (1 + 1 / load().assumptions["files_per_directory"].value)
    start = mover.fact("run_time").value
    if kind == "unchanged":
        return start + items / SCAN
    scan = items / SCAN if mover.phases == "sequential" else 0.0
    return start + scan + volume / RATE + files * (OVERLAPPED / in_flight + SERIAL)


COPIES = (
    ("large", 400e9, 20, 8),
    ("small", 0.4e9, 1e5, 8),
    ("small", 0.4e9, 1e5, 32),
    ("unchanged", 0, 2e6, 0),
)


def pilot_text(name="robocopy", repeats=1, noise=0.0, **changes):
    mover = load().movers[name]
    rng = np.random.default_rng(11)
    head = {**PILOT, "mover": f'"{name}"', **changes}
    lines = [f"{key} = {value}" for key, value in head.items() if value is not None]
    for kind, volume, files, in_flight in COPIES * repeats:
        time = timed(kind, mover, volume, files, in_flight) * math.exp(noise * rng.standard_normal())
        lines += [f"[[{kind}]]", f"files = {files:.0f}", f'time = "{time!r} s"']
        if volume:
            lines += [f'volume = "{volume:.0f} B"', f"in_flight = {in_flight}"]
    return "\n".join(lines) + "\n"


def a_line_test(rate=600e6, protocol="TCP", reverse=0, intervals=10, rtt=21_000, **end):
    rng = np.random.default_rng(5)
    rates = rate * (1 + 0.05 * rng.standard_normal(intervals))
    return {
        "start": {
            "timestamp": {"timesecs": 1795000000},
            "test_start": {"protocol": protocol, "reverse": reverse, "duration": intervals},
        },
        "intervals": [{"sum": {"bits_per_second": float(value), "omitted": False}} for value in rates],
        "end": {
            "streams": [{"sender": {"min_rtt": rtt, "mean_rtt": rtt * 3}}],
            "sum_received": {"bits_per_second": rate},
            **end,
        },
    }


@pytest.fixture
def written(tmp_path):
    def write(text, line=None):
        path = tmp_path / "pilot.toml"
        path.write_text(text, encoding="utf-8")
        if line is not None:
            (tmp_path / "line.json").write_text(json.dumps(line), encoding="utf-8")
        return path

    return write


def refused(path, fields=SHARE):
    with pytest.raises(MigplanError) as caught:
        apply_pilot(read_pilot(path), load(), fields)
    return str(caught.value)


LINK = '[link]\niperf3 = "line.json"\nroute = "internet"\n'


@pytest.mark.parametrize("name", ["robocopy", "datasync-basic"])
def test_known_constants_come_back(written, name):
    path = written(pilot_text(name, verify='"none"'))
    constants = apply_pilot(read_pilot(path), load(), SHARE).constants
    assert constants.rate.value == pytest.approx(RATE, rel=1e-6)
    assert constants.per_file.value == pytest.approx(OVERLAPPED / 32 + SERIAL, rel=1e-6)
    assert constants.scan_rate.value == pytest.approx(SCAN, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["robocopy", "datasync-basic"])
def test_noisy_copies_give_the_constants_within_three_standard_errors(written, name):
    path = written(pilot_text(name, repeats=4, noise=0.08, verify='"none"'))
    constants = apply_pilot(read_pilot(path), load(), SHARE).constants
    for found, true in (
        (constants.rate, RATE),
        (constants.per_file, OVERLAPPED / 32 + SERIAL),
        (constants.scan_rate, SCAN),
    ):
        assert abs(found.value - true) <= 3 * found.error
        assert found.relative < 0.1
    assert constants.noise == pytest.approx(0.08, rel=0.4)
    assert constants.timings == 16


def test_the_engine_predicts_the_pilots_own_copies(written):
    path = written(pilot_text())
    piloted = apply_pilot(read_pilot(path), load(), SHARE)
    mover = load().movers["robocopy"]
    for kind, volume, files, in_flight in COPIES[:3]:
        if in_flight not in (8, 32) or (kind == "small" and in_flight == 8):
            continue
        given = {**SHARE, "volume": f"{volume:.0f} B", "files": f"{files:.0f}", "link": "100 Gbps"}
        w = read_workload(given, piloted.catalogue.assumptions, TODAY)
        options = [
            option
            for option in enumerate_options(piloted.catalogue, w)
            if option.mover is not None
            and option.mover.id == "robocopy"
            and option.target.id == "fsx-windows"
            and option.kind == "online"
        ]
        assert options
        outcome = outcome_of(options, w, assumed_values(piloted.catalogue), Clock())
        copy = float(np.min(outcome.details["copy"]))
        measured = timed(kind, mover, volume, files, in_flight) - mover.fact("run_time").value
        # Bytes and files are added in the fit and overlap in the engine: with one of them small, by little.
        assert copy == pytest.approx(measured, rel=0.05)


def test_the_mover_is_measured_onto_the_pilots_target_alone(written):
    path = written(pilot_text())
    before = make_plan(SHARE, today=TODAY, samples=0)
    after = make_plan(SHARE, today=TODAY, samples=0, pilot=path)
    ids = [option.id for option in before.options]
    assert sorted(ids) == sorted(option.id for option in after.options)
    old = {option.id: option.duration_days for option in before.options}
    changed = {option.id for option in after.options if option.duration_days != old[option.id]}
    assert changed
    assert all(name.split("/")[0].split("+")[-1] == "robocopy" for name in changed)
    assert all(name.removesuffix("/split").endswith("fsx-windows") for name in changed)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["SMB", "CIFS", "SMB 3.1.1"])
def test_a_pilot_counts_whatever_the_protocol_is_called(written, protocol):
    path = written(pilot_text())
    wanted, found = (
        make_plan({**SHARE, "protocol": name}, today=TODAY, samples=0, pilot=path)
        for name in ("smb", protocol)
    )
    assert found.options == wanted.options


def test_the_facts_name_the_pilot_as_their_source(written):
    plan = make_plan(SHARE, today=TODAY, samples=0, pilot=written(pilot_text()))
    found = {fact.id: fact for fact in plan.facts if fact.source.startswith("pilot: ")}
    assert set(found) >= {
        "movers/robocopy.fsx-windows.task_rate",
        "movers/robocopy.fsx-windows.per_file_time",
        "movers/robocopy.fsx-windows.files_in_flight",
        "movers/robocopy.fsx-windows.scan_rate",
    }
    assert plan.notes[-1] == f"measured by the pilot: {', '.join(sorted(found))}"
    rate = found["movers/robocopy.fsx-windows.task_rate"]
    assert rate.source == "pilot: 4 timed runs of 2026-11-20 (pilot.toml)"
    assert rate.value == pytest.approx(RATE / 1e6)
    assert rate.low < rate.value < rate.high
    assert rate.as_of == "2026-11-20"


def test_the_band_of_the_piloted_mover_is_narrower(written):
    catalogue = load()
    piloted = apply_pilot(read_pilot(written(pilot_text())), catalogue, SHARE)
    bands = []
    # Over a circuit that is there: how long one takes to build would be most of the band.
    there = {**SHARE, "routes": "direct-connect-10g"}
    for known in (catalogue, piloted.catalogue):
        w = read_workload(there, known.assumptions, TODAY)
        option = next(
            option
            for option in enumerate_options(known, w)
            if option.id == "robocopy/direct-connect-10g/fsx-windows"
        )
        assert (
            spread_of(option, case_of(w, known))
            == known.assumptions["sigma_vendor" if known is catalogue else "sigma_pilot"].value
        )
        case = case_of(w, known, clock=Clock())
        spread = summarize(evaluate_draws(case, [option], Draws(1, 2000)), w)
        bands.append((spread.p95 / spread.p10).item())
    assert bands[1] < bands[0]


def test_what_the_user_knows_better_stays(written):
    catalogue = load()
    piloted = apply_pilot(read_pilot(written(pilot_text())), catalogue, {**SHARE, "knowledge": "running"})
    w = read_workload(piloted.fields, piloted.catalogue.assumptions, TODAY)
    option = next(
        option
        for option in enumerate_options(piloted.catalogue, w)
        if option.id == "robocopy/direct-connect-10g/fsx-windows"
    )
    assert spread_of(option, case_of(w, piloted.catalogue)) == catalogue.assumptions["sigma_running"].value


def test_a_source_that_gave_more_than_assumed_is_believed(written):
    fast = pilot_text().replace("400000000000 B", "40000000000000 B")
    catalogue = apply_pilot(read_pilot(written(fast)), load(), SHARE).catalogue
    assert catalogue.assumptions["source_rate"].value > load().assumptions["source_rate"].value
    assert catalogue.assumptions["source_rate"].source.startswith("pilot: ")


def test_verification_in_turn_is_taken_off(written):
    mover = load().movers["datasync-basic"]
    rate = mover.fact("verify_rate").value
    text = "\n".join(
        line for line in pilot_text("datasync-basic", verify='"all"').splitlines() if "unchanged" not in line
    )
    assert "is missing" in refused(written(pilot_text("datasync-basic", verify='"all"')))
    assert math.isfinite(rate)
    assert "[[unchanged]]: wanted" in refused(written(text.split("files = 2000000")[0]))


# The line


def test_a_line_test_stands_for_the_share(written):
    fields = {"volume": "20 TB", "link": "1 Gbps"}
    piloted = apply_pilot(read_pilot(written(LINK, a_line_test())), load(), fields)
    share = piloted.catalogue.assumptions["share"]
    goodput = load().routes["internet"].fact("goodput").value
    # 600 Mbps of payload are 600 / goodput on the wire, of 1 Gbps.
    assert share.value == pytest.approx(0.6 / goodput)
    assert share.low < share.value < share.high
    assert share.source == "pilot: line test of 2026-11-18 (line.json)"
    assert piloted.catalogue.assumptions["round_trip_time"].value == pytest.approx(0.021)
    assert piloted.fields["knowledge"] == "measured"


def test_a_line_test_stands_for_a_line_that_was_not_given(written):
    piloted = apply_pilot(read_pilot(written(LINK, a_line_test())), load(), {"volume": "20 TB"})
    w = read_workload(piloted.fields, piloted.catalogue.assumptions, TODAY)
    goodput = load().routes["internet"].fact("goodput").value
    assert w.link * w.share * goodput * 8 == pytest.approx(600e6)
    assert w.share == 1.0


@pytest.mark.parametrize(("given", "kept"), [("50 %", True), ("90 %", False)])
def test_a_given_share_stays_unless_the_line_gave_less(written, given, kept):
    fields = {"volume": "20 TB", "link": "1 Gbps", "share": given}
    piloted = apply_pilot(read_pilot(written(LINK, a_line_test())), load(), fields)
    assert ("share" in piloted.fields) == kept
    if not kept:
        assert "90% that was given" in piloted.catalogue.assumptions["share"].note


def test_a_plan_tells_where_the_share_comes_from(written):
    plan = make_plan(
        {"volume": "20 TB", "link": "1 Gbps"},
        today=TODAY,
        samples=0,
        pilot=written(LINK, a_line_test()),
    )
    assert plan.workload["share"].status == "assumed"
    assert plan.workload["share"].why == "pilot: line test of 2026-11-18 (line.json)"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (a_line_test(protocol="UDP"), "is a test of 'UDP'; wanted one of TCP"),
        (a_line_test(reverse=1), "tests the way from the cloud to the site"),
        (a_line_test(sum_received={}), "has no rate that was received"),
        ({"error": "unable to connect to server"}, "is a test that failed: 'unable to connect to server'"),
        ({"schema": 5}, "is not a test of iperf3"),
        ([], "is not a test of iperf3"),
        (a_line_test(rate=2e9), "more than a line of 1 Gbps carries"),
    ],
)
def test_line_tests_that_do_not_say_what_is_wanted(written, line, told):
    message = refused(written(LINK, line), {"volume": "20 TB", "link": "1 Gbps"})
    assert told in message
    assert message.startswith("line.json: ")
    assert "\n" not in message


def test_a_client_in_the_cloud_wants_the_other_direction(written):
    text = LINK + 'client = "cloud"\n'
    assert apply_pilot(read_pilot(written(text, a_line_test(reverse=1))), load(), {"link": "1 Gbps"})
    assert "wanted a client at the cloud to run with --reverse" in refused(written(text, a_line_test()))


@pytest.mark.parametrize(("rtt", "changed"), [(0, False), (None, False), (21_000, True)])
def test_a_round_trip_is_taken_where_the_test_tells_it(written, rtt, changed):
    fields = {"volume": "20 TB", "link": "1 Gbps"}
    piloted = apply_pilot(read_pilot(written(LINK, a_line_test(rtt=rtt or 0))), load(), fields)
    old = load().assumptions["round_trip_time"].value
    assert (piloted.catalogue.assumptions["round_trip_time"].value != old) == changed


# What is refused


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace('"robocopy"', '"rsink"'), "pilot.toml: mover: 'rsink' is not known"),
        (lambda t: t.replace('"fsx-windows"', '"s3"'), "has no path to 's3'"),
        (lambda t: t.replace('"robocopy"', '"snapmirror"').replace("fsx-windows", "fsx-ontap"), "moves blocks"),
        (lambda t: "verify = 'all'\n" + t, "pilot.toml: verify: 'all' is not what Robocopy can do"),
        (lambda t: "speed = 5\n" + t, "pilot.toml: speed: nothing reads this"),
        (lambda t: t.replace("in_flight = 32", "in_flight = 8"), "two different values of in_flight"),
        (lambda t: "in_flight = 64\n" + t, "'64' was not timed; wanted 8 to 32"),
        (lambda t: t.replace("in_flight = 32", "colour = 32"), "small 2, colour: nothing reads this"),
        (lambda t: t.replace("in_flight = 32\n", ""), "small 2, in_flight: is missing"),
        (lambda t: t.replace('volume = "400000000000 B"', "volume = 5"), "large 1, volume: '5' has no unit"),
        (lambda t: t.replace("files = 20\n", "files = -3\n"), "large 1, files: '-3' is out of range"),
        (lambda t: t.replace("files = 20\n", "files = true\n"), "large 1, files: 'True' is not a count"),
        (lambda t: t.replace("files = 20\n", "files = 20.5\n"), "large 1, files: '20.5' is not whole"),
        (lambda t: t.replace("date = 2026-11-20\n", ""), "pilot.toml: date: is missing"),
        (lambda t: t.replace("2026-11-20", '"soon"'), "pilot.toml: date: 'soon' is not a date"),
        (lambda t: "large = 5\n" + t.split("[[")[0], "wanted [[large]]"),
        (lambda t: t.split("[[")[0], "one of them is wanted"),
        (lambda t: "link = 5\n" + t, "wanted [link]"),
        (lambda t: t + "[link]\nroute = 'internet'\n", "iperf3: is missing"),
        (lambda t: t + "[link]\nroute = 'internet'\niperf3 = 'no.json'\n", "no.json: cannot be read"),
        (lambda t: "not TOML", "is not TOML"),
    ],
)  # fmt: skip
def test_pilots_that_cannot_be_used_are_told_in_one_line_each(written, change, told):
    message = refused(written(change(pilot_text())))
    assert told in message, message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace('"robocopy"', '"Robocopi"'), "'robocopi' is not known; did you mean 'robocopy'?"),
        (lambda t: t.replace('"fsx-windows"', '"fsx-window"'), "did you mean 'fsx-windows'?"),
        (lambda t: t.replace("in_flight = 32", "inflight = 32"), "nothing reads this; did you mean 'in_flight'?"),
        (lambda t: t.replace('volume = "400000000000 B"', 'volume = "400 Gb"'), "write '400 GB' (bytes)"),
    ],
)  # fmt: skip
def test_pilots_are_told_what_may_have_been_meant(written, change, told):
    message = refused(written(change(pilot_text())))
    assert told in message, message


def test_all_that_is_wrong_with_a_mover_is_told_at_once(written):
    text = pilot_text().replace('"fsx-windows"', '"s3"')
    message = refused(written(f'verify = "twice"\n{text}'))
    assert "has no path to 's3'" in message
    assert "'twice' is not what" in message


def test_a_run_shorter_than_its_start_is_refused(written):
    text = pilot_text()
    line = next(line for line in text.splitlines() if line.startswith("time"))
    assert "wanted a larger copy" in refused(written(text.replace(line, 'time = "1 ms"')))


def test_copies_that_contradict_each_other_are_refused(written):
    text = pilot_text()
    lines = text.splitlines()
    times = [line for line in lines if line.startswith("time")]
    # Large files so fast that the small ones' bytes would have taken less than nothing.
    text = text.replace(times[1], 'time = "1 hour"').replace(times[2], 'time = "1 hour"')
    text = text.replace('volume = "400000000000 B"', 'volume = "1 B"')
    assert "contradict each other" in refused(written(text))


def test_the_example_of_the_documentation_can_be_used(written):
    text = (Path(__file__).parents[2] / "docs" / "pilot.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    plan = make_plan(
        {**SHARE, "link": "1 Gbps"}, today=TODAY, samples=0, pilot=written(example, a_line_test())
    )
    assert any(fact.id == "movers/robocopy.fsx-windows.task_rate" for fact in plan.facts)
    assert plan.workload["knowledge"].text == "measured"


def test_the_command_takes_a_pilot(written, capsys, monkeypatch):
    path = written(pilot_text())
    flags = [part for name, text in SHARE.items() for part in (f"--{name}", text)]
    arguments = [
        "plan",
        *flags,
        "--pilot",
        str(path),
        "--samples",
        "0",
        "--today",
        str(TODAY),
        "--format",
        "json",
    ]
    monkeypatch.setattr(sys, "argv", ["migplan", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert "pilot: 4 timed runs of 2026-11-20 (pilot.toml)" in capsys.readouterr().out
