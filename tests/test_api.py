"""What programs can call: names that import nothing before they are used, short texts of records, files as inputs."""

import datetime as dt
import inspect
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import migplan
from migplan import api
from migplan.errors import MigplanError

DAY = dt.date(2026, 11, 23)
FIELDS = {"volume": "20 TB", "link": "1 Gbps"}
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def plan():
    return migplan.plan(FIELDS, today=DAY, samples=0)


def test_every_public_name_is_there_and_documented():
    for name in migplan.__all__:
        thing = getattr(migplan, name)
        assert name.startswith("__") or inspect.getdoc(thing), name
    assert set(migplan.__all__) == set(dir(migplan))
    functions = {
        name
        for name, thing in vars(api).items()
        if inspect.isfunction(thing) and thing.__module__.startswith(api.__name__)
    }
    assert {name for name in functions if not name.startswith("_")} <= set(migplan.__all__)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert not [name for name in functions if not name.startswith("_") and f"`{name}(" not in page]


def test_what_is_not_public_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'make_plan'"):
        migplan.make_plan  # noqa: B018


def test_functions_and_rooms_have_names_of_their_own(plan):
    """A room that is imported is an attribute of the package, and must not hide a function of the same name."""
    import migplan.facts
    import migplan.report

    for name in migplan.__all__:
        assert not inspect.ismodule(getattr(migplan, name)), name


@pytest.mark.slow
def test_importing_migplan_imports_nothing_heavy():
    code = (
        "import sys, migplan\n"
        "heavy = {'numpy', 'pandas', 'pint', 'pyarrow', 'rich', 'click', 'orjson', 'pydantic', 'matplotlib'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_scenario_is_a_file_or_a_mapping_and_fields_count_more(plan, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('volume = "20 TB"\nlink = "100 Mbps"\n', encoding="utf-8")
    for scenario in (path, str(path), {"volume": "20 TB", "link": "100 Mbps"}):
        assert migplan.plan(scenario, link="1 Gbps", today=DAY, samples=0).to_json() == plan.to_json()


def test_a_number_of_files_replaces_the_sizes_of_a_scenario():
    scenario = {"volume": "20 TB", "sizes": [{"size": "1 MB", "files": "20M"}]}
    made = migplan.plan(scenario, files="10M", today=DAY, samples=0)
    assert made.workload["files"].value == 1e7


def test_the_day_may_be_iso_text():
    made = migplan.plan(FIELDS, today="2026-11-23", samples=0)
    assert made.today == "2026-11-23"
    assert migplan.plan(FIELDS, today=dt.datetime(2026, 11, 23, 9), samples=0).today == "2026-11-23"
    assert migplan.diff(FIELDS, link="2 Gbps", today="2026-11-23", samples=np.int64(0)).inputs


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"today": "23 Nov"}, "today: '23 Nov' is no date; wanted a date or ISO text, such as '2026-11-23'"),
        ({"today": 5}, "today: '5' is no date; wanted a date or ISO text, such as '2026-11-23'"),
        ({"samples": "x"}, "samples: 'x' is no whole number from 0"),
        ({"samples": -1}, "samples: '-1' is no whole number from 0"),
        ({"samples": 1.5}, "samples: '1.5' is no whole number from 0"),
        ({"seed": None}, "seed: 'None' is no whole number from 0"),
    ],
)
@pytest.mark.parametrize("call", [migplan.plan, partial(migplan.sweep, over="agents=1,2")])
def test_a_setting_that_is_none_is_a_fault_in_one_line(call, settings, told):
    with pytest.raises(MigplanError) as caught:
        call(FIELDS, **settings)
    assert str(caught.value) == told


def test_a_plan_shows_itself_in_five_lines(plan):
    lines = repr(plan).split("\n")
    assert lines[0] == "<Plan 'plan', 20 TB over 1 Gbps, 2026-11-23"
    assert lines[1] == f" recommended: {plan.chosen.name}"
    assert lines[2].startswith(f" typically done {plan.chosen.finish}, after ")
    assert lines[3].startswith(
        f" costs {plan.chosen.cost_usd.horizon_total:,.0f} USD with 12 months of the target, "
    )
    assert lines[4].startswith(f" {len(plan.options)} options: ")
    assert lines[4].endswith(" meet all that is wanted>")
    assert (len(lines), plan.__str__()) == (5, repr(plan))
    sure = migplan.plan(FIELDS, today=DAY, samples=50)
    assert f"80 % sure by {sure.chosen.finish_p80}" in repr(sure)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"target": "fsx-windows", "keep": "posix"}, "no option can be used\n most often because of "),
        ({"deadline": "1 hour"}, "nothing meets all (deadline: "),
        ({"target": "fsx-ontap", "region": "Osaka", "link": None}, " costs >= "),
        ({"link": None}, "20 TB without a line"),
    ],
)
def test_what_a_plan_lacks_stands_in_its_five_lines(given, told):
    text = repr(migplan.plan({**FIELDS, **given}, today=DAY, samples=0))
    assert told in text
    assert text.count("\n") == 4


def test_a_plan_shows_itself_as_a_table_in_a_notebook(plan):
    page = migplan.plan(FIELDS, name="<b>&", today=DAY, samples=0)._repr_html_()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    assert 2 <= page.count("<tr>") <= 11
    first = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert first.startswith(f"<tr><td>{plan.chosen.name}</td>")
    assert first.endswith(f"<td>yes</td><td>{plan.chosen.id}</td>")
    assert page.count("<br>") == 4


def test_other_results_show_themselves_shortly(plan):
    results = [
        migplan.sweep(FIELDS, over=["link=1 Gbps..2 Gbps:2", "protocol=smb,nfs"], today=DAY, samples=0),
        migplan.breakeven(FIELDS, today=DAY),
        migplan.load_facts(),
        migplan.backtest(ROOT / "tests" / "data" / "measured.csv", samples=10),
    ]
    for result in results:
        assert repr(result).startswith(f"<{type(result).__name__} of ")
        assert len(repr(result)) < 200


def test_sweeps_and_tornadoes_have_frames():
    swept = migplan.sweep(FIELDS, over=["link=1 Gbps..2 Gbps:2", "protocol=smb,nfs"], today=DAY, samples=0)
    frame = swept.frame()
    assert frame[["link", "protocol"]].values.tolist() == [
        [a, b] for a in ("1 Gbps", "2 Gbps") for b in ("smb", "nfs")
    ]
    assert frame["duration_days"].tolist() == pytest.approx(swept.days.ravel().tolist())
    assert frame["p50_days"].isna().all()
    found = migplan.tornado(FIELDS, today=DAY)
    assert found.frame().index.tolist() == [bar.name for bar in found.bars]
    assert found.frame()["swing_days"].is_monotonic_decreasing


def test_plans_are_compared_as_records_or_as_files(plan, tmp_path):
    other = migplan.plan(FIELDS, link="2 Gbps", today=DAY, samples=0)
    for name, made in (("a.json", plan), ("b.json", other)):
        (tmp_path / name).write_text(made.to_json(), encoding="utf-8")
    records = migplan.diff(plan, other)
    files = migplan.diff(tmp_path / "a.json", str(tmp_path / "b.json"))
    assert records.inputs == files.inputs
    assert [change.name for change in records.inputs] == ["link"]
    assert migplan.read_plan(tmp_path / "a.json").to_json() == plan.to_json()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["md", "html"])
def test_a_report_is_written_of_a_plan_a_file_or_fields(plan, tmp_path, suffix):
    (tmp_path / "p.json").write_text(plan.to_json(), encoding="utf-8")
    texts = []
    for source in (plan, tmp_path / "p.json"):
        migplan.write_report(source, tmp_path / f"r.{suffix}")
        texts.append((tmp_path / f"r.{suffix}").read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    migplan.write_report(FIELDS, str(tmp_path / f"fields.{suffix}"), today=DAY, samples=0)
    assert "20 TB" in (tmp_path / f"fields.{suffix}").read_text(encoding="utf-8")
    with pytest.raises(migplan.MigplanError, match="is an input of this command"):
        migplan.write_report(tmp_path / "p.json", tmp_path / "p.json", form="markdown", force=True)


def test_a_report_into_a_pipe_has_no_charts(plan, tmp_path):
    import os
    import threading

    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    migplan.write_report(plan, pipe)
    reader.join(20)
    assert found[0].startswith("# Migration plan")
    assert "![" not in found[0]
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_checks_are_of_a_scenario_of_words_or_all():
    every = {check.id for check in migplan.check()}
    words = {check.id for check in migplan.check(routes=["vpn"], traits=["multicast"])}
    mine = {check.id for check in migplan.check(FIELDS, today=DAY)}
    assert words < every
    assert mine < every


def test_json_has_what_the_record_has(plan):
    assert json.loads(plan.to_json()) == json.loads(json.dumps(plan.to_dict()))
