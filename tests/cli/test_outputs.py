"""What every command does with the files that it writes: none destroys an input, or what migplan did not write."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

import migplan

QUICK = ("--samples", "0", "--today", "2026-11-23")
SCENARIO = 'volume = "10 TB"\nlink = "1 Gbps"\n'
CASES = Path(__file__).parents[1] / "data" / "measured.csv"
HEADER = (
    "name,option,target,usable,meets,duration_days,cutover_hours,bottleneck,cost_one_off_usd,"
    "cost_monthly_usd,cost_running_usd,cost_horizon_usd,cost_complete,reasons\n"
)
COMMANDS = {
    "plan": (("plan", "s.toml", *QUICK), "json"),
    "report": (("report", "p.json"), "md"),
    "sweep": (("sweep", "s.toml", "--over", "link=1Gbps..2Gbps:2", *QUICK), "csv"),
    "breakeven": (("breakeven", "s.toml", "--today", "2026-11-23"), "json"),
    "tornado": (("tornado", "s.toml", "--today", "2026-11-23"), "svg"),
    "diff": (("diff", "p.json", "q.json"), "md"),
    "check": (("check", "s.toml", "--today", "2026-11-23"), "json"),
    "backtest": (("backtest", "cases.csv", "--samples", "10"), "md"),
}
"""Command -> its arguments, and a suffix that it writes."""


@pytest.fixture(scope="module")
def planned():
    """A plan as JSON."""
    made = migplan.plan(volume="10 TB", link="1 Gbps", samples=0, today=dt.date(2026, 11, 23))
    return made.to_json()


@pytest.fixture
def folder(tmp_path, monkeypatch, planned):
    for name in ("p.json", "q.json"):
        (tmp_path / name).write_text(planned, encoding="utf-8")
    (tmp_path / "s.toml").write_text(SCENARIO, encoding="utf-8")
    cases = CASES.read_text(encoding="utf-8").splitlines(keepends=True)[:2]
    (tmp_path / "cases.csv").write_text("".join(cases), encoding="utf-8")
    (tmp_path / "pilot.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_no_output_replaces_an_input(call, folder, name, force):
    arguments, suffix = COMMANDS[name]
    before = contents(folder)
    for source in (word for word in arguments if (folder / word).is_file()):
        # By its own name, and by the name that the command would write of itself.
        os.link(source, f"linked.{suffix}")
        for output in (source, f"linked.{suffix}"):
            status, _, err = call(*arguments, "-o", output, *force)
            assert (status, err) == (
                2,
                f"error: {output}: is an input of this command; wanted another name\n",
            )
        Path(f"linked.{suffix}").unlink()
    assert contents(folder) == before


@pytest.mark.parametrize("name", ["plan", "report", "sweep", "breakeven", "tornado", "check"])
def test_a_pilot_and_profiles_are_inputs_too(call, folder, name):
    (folder / "mine" / "prices").mkdir(parents=True)
    arguments, suffix = COMMANDS[name]
    before = contents(folder)
    status, _, err = call(*arguments, "--pilot", "pilot.toml", "-o", "pilot.toml", "--force")
    assert (status, err) == (2, "error: pilot.toml: is an input of this command; wanted another name\n")
    (folder / "pilot.toml").write_text(f'[link]\niperf3 = "line.{suffix}"\n', encoding="utf-8")
    (folder / f"line.{suffix}").write_text("{}", encoding="utf-8")
    before = contents(folder)
    status, _, err = call(*arguments, "--pilot", "pilot.toml", "-o", f"line.{suffix}", "--force")
    assert (status, err) == (2, f"error: line.{suffix}: is an input of this command; wanted another name\n")
    status, _, err = call(*arguments, "--profiles", "mine", "-o", f"mine/prices/a.{suffix}", "--force")
    assert (status, err.count("lies in mine, which this command reads")) == (2, 1)
    assert contents(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_of_somebody_else_is_replaced_by_force_alone(call, folder, name):
    arguments, suffix = COMMANDS[name]
    output = folder / f"mine.{suffix}"
    output.write_text("Mine.\n", encoding="utf-8")
    status, _, err = call(*arguments, "-o", output.name)
    assert status == 1
    assert err == (
        f"error: mine.{suffix}: is there already, and migplan did not write it; wanted another name, or --force\n"
    )
    assert output.read_text(encoding="utf-8") == "Mine.\n"
    assert call(*arguments, "-o", output.name, "--force")[0] == 0
    first = output.read_bytes()
    assert first != b"Mine.\n"
    # Once it is ours it may be replaced.
    assert call(*arguments, "-o", output.name)[::2] == (0, "")
    assert output.read_bytes() == first


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_suffix_is_refused(call, folder, name):
    arguments, _ = COMMANDS[name]
    before = contents(folder)
    for output in ("a.docx", "a"):
        status, out, err = call(*arguments, "-o", output)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "wanted a name that ends in ." in err
    assert contents(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "suffix", "begins"),
    [
        ("plan", "json", '{\n"schema": "migplan.plan/1"'),
        ("plan", "html", "<!DOCTYPE html>"),
        ("plan", "md", "# Migration plan"),
        ("plan", "txt", "plan: 10 TB"),
        ("sweep", "svg", "<?xml"),
        ("sweep", "csv", "link,option"),
        ("sweep", "json", '{\n "schema": "migplan.sweep/1"'),
        ("breakeven", "json", '{\n "schema": "migplan.breakeven/1"'),
        ("tornado", "json", '{\n "schema": "migplan.tornado/1"'),
        ("tornado", "svg", "<?xml"),
        ("diff", "json", '{\n "schema": "migplan.diff/1"'),
        ("diff", "md", "### What changed"),
        ("check", "json", '{\n "schema": "migplan.checks/1"'),
        ("backtest", "json", '{\n "schema": "migplan.backtest/1"'),
        ("report", "html", "<!DOCTYPE html>"),
        ("report", "md", "# Migration plan"),
    ],
)
def test_a_suffix_decides_the_format(call, folder, name, suffix, begins):
    arguments, _ = COMMANDS[name]
    assert call(*arguments, "-o", f"out.{suffix}") == (0, "", "")
    assert (folder / f"out.{suffix}").read_text(encoding="utf-8").startswith(begins)
    status, _, err = call(
        *arguments, "-o", f"out.{suffix}", "--format", "markdown" if suffix == "json" else "json"
    )
    assert status == 2
    assert err.startswith(("error: out.", "error: Invalid value for '--format'"))


@pytest.mark.parametrize("name", ["sweep", "tornado"])
def test_a_chart_as_png_has_a_drawing_of_a_sensible_size(call, folder, name):
    from matplotlib.image import imread

    arguments, _ = COMMANDS[name]
    assert call(*arguments, "-o", "out.png") == (0, "", "")
    first = (folder / "out.png").read_bytes()
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    height, width = imread("out.png").shape[:2]
    assert 900 <= width <= 1300
    assert 300 <= height <= 2000
    inked = (imread("out.png")[..., :3].min(axis=-1) < 0.9).mean()
    assert 0.01 < inked < 0.6, "neither empty nor full"
    # It is ours, so it is replaced, and by the same.
    assert call(*arguments, "-o", "out.png") == (0, "", "")
    assert (folder / "out.png").read_bytes() == first
    status, _, err = call("plan", "s.toml", "-o", "plan.png")
    assert (status, "wanted a name that ends in" in err) == (2, True)


def test_charts_beside_a_report_destroy_nothing(call, folder):
    (folder / "r-options.svg").write_text("<svg>mine</svg>", encoding="utf-8")
    before = contents(folder)
    status, _, err = call("report", "p.json", "-o", "r.md")
    assert (status, err.startswith("error: r-options.svg: is there already")) == (1, True)
    assert contents(folder) == before
    assert call("report", "p.json", "-o", "r.md", "--force") == (0, "", "")


def test_batch_destroys_nothing_either(call, folder):
    (folder / "one.csv").write_text("volume\n1 TB\n", encoding="utf-8")
    (folder / "pilot.toml").write_text('[link]\niperf3 = "line.csv"\n', encoding="utf-8")
    (folder / "line.csv").write_text("{}", encoding="utf-8")
    (folder / "plans.errors.csv").write_text("volume\n1 TB\n", encoding="utf-8")
    before = contents(folder)
    for arguments in (
        ("one.csv", "-o", "s.toml"),
        ("one.csv", "-o", "s.toml", "--format", "csv"),
        ("one.csv", "-o", "cases.csv"),
        ("one.csv", "-o", "one.csv", "--force"),
        ("one.csv", "-o", "line.csv", "--pilot", "pilot.toml", "--force"),
        ("plans.errors.csv", "-o", "plans.csv", "--force"),
        ("one.csv", "-o", "out.csv", "--report", "one.csv", "--force"),
        ("one.csv", "-o", "out.csv", "--errors", "one.csv", "--force"),
    ):
        status, out, err = call("batch", *arguments)
        assert (status in (1, 2), out, err.count("\n")) == (True, "", 1), arguments
        assert contents(folder) == before, arguments


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="no null device")
def test_a_report_into_a_device_lays_nothing_beside_it(call, folder):
    os.symlink("/dev/null", "null.md")
    before = sorted(folder.iterdir())
    devices = sorted(Path("/dev").glob("null*"))
    for output in ("null.md", "/dev/null"):
        assert call("report", "p.json", "-o", output) == (0, "", "")
    assert sorted(folder.iterdir()) == before
    assert sorted(Path("/dev").glob("null*")) == devices
    assert Path("/dev/null").is_char_device()


def test_an_overlay_replaces_no_profile_of_yours(call, folder):
    arguments = ("backtest", "cases.csv", "--samples", "10", "--write-overlay", "mine")
    assert call(*arguments)[0] == 0
    written = contents(folder / "mine")
    assert written
    assert call(*arguments)[0] == 0
    assert contents(folder / "mine") == written
    path = next((folder / "mine").rglob("*.toml"))
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    status, _, err = call(*arguments)
    assert (status, "is there already" in err) == (1, True)
    assert call(*arguments, "--force")[0] == 0
    status, _, err = call(*arguments, "--profiles", "mine", "--force")
    assert (status, "which this command reads" in err) == (2, True)


def test_json_of_a_plan_is_the_same_in_a_file(call, folder):
    arguments, _ = COMMANDS["plan"]
    _, out, _ = call(*arguments, "--format", "json")
    call(*arguments, "-o", "out.json")
    assert (folder / "out.json").read_text(encoding="utf-8") == out
    assert json.loads(out)["schema"] == "migplan.plan/1"
