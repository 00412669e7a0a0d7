from pathlib import Path

import pytest
from click.testing import CliRunner

from migplan.cli.plan import report as command
from migplan.errors import MigplanError

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "reports" / "file-server-150tb.toml"


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def saved(tmp_path, plan):
    path = tmp_path / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    return path


def test_markdown_has_its_charts_beside_it(tmp_path, saved):
    out = tmp_path / "out"
    out.mkdir()
    assert run(saved, "-o", out / "my plan.md", "--title", "For the board", "--full").exit_code == 0
    names = {path.name for path in out.iterdir()}
    assert names == {"my plan.md", "my plan-options.svg", "my plan-time.svg", "my plan-chance.svg"}
    told = (out / "my plan.md").read_text(encoding="utf-8")
    assert told.startswith("# For the board\n")
    for chart in ("options", "time", "chance"):
        assert f"](my%20plan-{chart}.svg)" in told
        assert (out / f"my plan-{chart}.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_without_full_it_is_short(tmp_path, saved):
    sizes = []
    for flags in ([], ["--full"], ["--all"]):
        folder = tmp_path / ("short" + "".join(flags))
        folder.mkdir()
        assert run(saved, "-o", folder / "plan.md", *flags).exit_code == 0
        assert ("plan-time.svg" in {path.name for path in folder.iterdir()}) == bool(flags)
        sizes.append(len((folder / "plan.md").read_text(encoding="utf-8").splitlines()))
    assert sizes[0] < min(sizes[1:])


def test_html_is_one_file_and_is_told_by_the_ending(tmp_path, saved):
    out = tmp_path / "out"
    out.mkdir()
    assert run(saved, "-o", out / "plan.html").exit_code == 0
    assert [path.name for path in out.iterdir()] == ["plan.html"]
    assert (out / "plan.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(MigplanError, match="wanted a name that ends in"):
        run(saved, "-o", out / "plan.html", "--format", "markdown")


@pytest.mark.slow
def test_a_scenario_is_planned_and_its_line_swept(tmp_path):
    assert (
        run(SCENARIO, "-o", tmp_path / "plan.md", "--today", "2026-11-23", "--samples", "200").exit_code == 0
    )
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"plan.md", *(f"plan-{chart}.svg" for chart in ("options", "line", "chance"))}
    told = (tmp_path / "plan.md").read_text(encoding="utf-8")
    assert "### With another line" in told
    assert "100 Mbps to " in told
    assert " to 10 Gbps: " in told


@pytest.mark.slow
def test_the_same_question_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        run(SCENARIO, "-o", tmp_path / name / "plan.html", "--today", "2026-11-23", "--samples", "50")
    assert (tmp_path / "a" / "plan.html").read_bytes() == (tmp_path / "b" / "plan.html").read_bytes()


@pytest.mark.parametrize("name", ["plan.docx", "plan.pdf", "plan.txt", "plan"])
def test_a_report_of_another_kind_is_refused(tmp_path, saved, name):
    with pytest.raises(MigplanError, match=r"wanted a name that ends in \.md or \.markdown or \.html"):
        run(saved, "-o", tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_plan_that_cannot_be_written_leaves_nothing(tmp_path, saved):
    with pytest.raises(MigplanError, match="could not be written"):
        run(saved, "-o", tmp_path / "none" / "plan.md")


@pytest.mark.parametrize("name", ["plan.yaml", "plan", "plan.md"])
def test_other_kinds_of_files_are_refused(tmp_path, name):
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(MigplanError, match=r"wanted a scenario \(\.toml\), a plan \(\.json\) or the table"):
        run(tmp_path / name, "-o", tmp_path / "out.md")


def test_an_estate_becomes_one_report(tmp_path):
    header = (
        "name,volume,option,target,usable,meets,duration_days,cutover_hours,bottleneck,cost_one_off_usd,"
        "cost_monthly_usd,cost_running_usd,cost_horizon_usd,cost_complete,reasons"
    )
    rows = [f"share {n},{n} TB,a/b/c,c,true,true,{n}.5,2,link,10,1,2,46,true," for n in range(20)]
    (tmp_path / "out.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert run(tmp_path / "out.csv", "-o", tmp_path / "estate.md").exit_code == 0
    assert "Shares: 20, of which 20 meet" in (tmp_path / "estate.md").read_text(encoding="utf-8")
    assert run(tmp_path / "out.csv", "-o", tmp_path / "estate.html").exit_code == 0
    page = (tmp_path / "estate.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == 21
    assert page.count("<figure>") == 2
    for chart in ("finish", "cost"):
        assert f"](estate-{chart}.svg)" in (tmp_path / "estate.md").read_text(encoding="utf-8")
        assert (tmp_path / f"estate-{chart}.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_the_day_is_a_day():
    assert run("x.toml", "-o", "y.md", "--today", "soon").exit_code == 2
