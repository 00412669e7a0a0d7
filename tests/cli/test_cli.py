"""The command line as its users meet it: answers, exit statuses, and one clear line for bad input."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migplan.cli import COMMANDS, cli, main
from migplan.inputs.fields import FIELDS, FIRST

SCENARIO = Path(__file__).parents[2] / "reports" / "file-server-150tb.toml"
DAY = ("--today", "2026-11-23")
QUICK = ("--samples", "0", *DAY)
PLAIN = ("plan", "--volume", "10 TB", "--link", "1 Gbps", *QUICK)


def call(capsys, monkeypatch, *arguments):
    """Run the command line in this process; returns exit status, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["migplan", *map(str, arguments)])
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code or 0
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.mark.parametrize(("columns", "most"), [("80", 80), ("200", 120)])
def test_a_plan_is_as_wide_as_the_terminal_and_its_sentences_no_wider_than_people_read(
    capsys, monkeypatch, columns, most
):
    monkeypatch.setenv("COLUMNS", columns)
    status, out, err = call(capsys, monkeypatch, "plan", SCENARIO, *DAY)
    assert (status, err) == (0, "")
    assert most - 20 < max(map(len, out.splitlines())) <= most
    assert "Recommended: " in out


def test_json_equals_the_api(capsys, monkeypatch):
    import datetime as dt

    import migplan

    _, out, _ = call(capsys, monkeypatch, *PLAIN, "--format", "json")
    made = migplan.plan(volume="10 TB", link="1 Gbps", today=dt.date(2026, 11, 23), samples=0)
    assert json.loads(out) == json.loads(json.dumps(made.to_dict()))


def test_late_plans_exit_with_3_only_when_asked(capsys, monkeypatch):
    late = (*PLAIN, "--deadline", "1 hour")
    assert call(capsys, monkeypatch, *late)[0] == 0
    assert call(capsys, monkeypatch, *late, "--fail-if-late")[0] == 3


def test_a_file_appears_whole_or_not_at_all(capsys, monkeypatch, tmp_path):
    status, _, err = call(capsys, monkeypatch, *PLAIN, "-o", tmp_path / "none" / "plan.json")
    assert status == 1
    assert len(err.splitlines()) == 1
    status, out, _ = call(capsys, monkeypatch, *PLAIN, "--format", "json", "-o", tmp_path / "plan.json")
    assert (status, out) == (0, "")
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["schema"] == "migplan.plan/1"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("command", ["plan", "sweep", "breakeven", "tornado"])
def test_help_lists_the_fields_in_their_groups(capsys, monkeypatch, command):
    status, out, _ = call(capsys, monkeypatch, command, "--help")
    assert status == 0
    places = {line.strip().split(" ")[0]: place for place, line in enumerate(out.splitlines())}
    groups = [field.group for field in FIELDS]
    headings = [out.splitlines().index(f"{group}:") for group in dict.fromkeys(groups)]
    assert headings == sorted(headings)
    assert out.splitlines().index("Options:") < headings[0]
    for field in FIELDS:
        if not field.scenario_only and field.name not in FIRST:
            above = [line for line in headings if line < places[f"--{field.name.replace('_', '-')}"]]
            assert out.splitlines()[above[-1]] == f"{field.group}:"


@pytest.mark.parametrize(
    ("flag", "value", "told"),
    [
        ("--volume", "50", "volume: '50' has no unit"),
        ("--volume", "50 XB", "volume: unit 'XB'"),
        ("--volume", "nan TB", "volume: 'nan TB' is not"),
        ("--volume", "0 TB", "volume: '0 TB' is out of range"),
        ("--volume", "-1 TB", "volume: '-1 TB' is negative"),
        ("--volume", "9**9**9 B", "volume: '9**9**9 B' is not"),
        ("--volume", "1e400 TB", "volume: '1e400 TB' is too large"),
        ("--volume", "1e9 PB", "volume: '1e9 PB' is out of range"),
        ("--volume", "1e300 TB", "volume: '1e300 TB' is too large"),
        ("--link", "1 GB", "link: '1 GB' is no rate; write '1 Gbps' (bits) or '1 GB/s' (bytes)"),
        ("--share", "120 %", "share: '120 %' is out of range"),
        ("--region", "mars-1", "region: 'mars-1' is not known"),
        ("--target", "fsx", "target: 'fsx' is not known"),
        ("--routes", "tunnel", "routes: 'tunnel' is not known"),
        ("--keep", "dacl,everything", "keep: 'everything' is not known"),
        ("--start", "soon", "start: 'soon' is not a date"),
        ("--deadline", "2020-01-01", "deadline: 2020-01-01 lies before the start"),
        ("--files", "many", "files: 'many' is not a count"),
        ("--files", "1.5", "files: '1.5' is not whole; wanted a whole number such as '40M'"),
        ("--agents", "1.5", "agents: '1.5' is not whole; wanted a whole number such as '2'"),
    ],
)
def test_bad_flags_are_one_line_that_names_the_field(capsys, monkeypatch, flag, value, told):
    given = () if flag == "--volume" else ("--volume", "10 TB")
    status, out, err = call(capsys, monkeypatch, "plan", *given, flag, value, *QUICK)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert told in err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'volume = "10 TB"\nvolumes = "3 TB"\n', "volumes: nothing reads this; did you mean 'volume'"),
        (b'\xff\xfe"', "is not UTF-8"),
        (b"volume = ", "is not TOML"),
        (b'volume = "10 TB"\nfiles = 5\nfile_size = "1 MB"\n', "files and file_size: say the same thing"),
        (b"volume = 10\n", "volume: '10' has no unit"),
        (
            b'volume = "10 TB"\nagents = 1.5\n',
            "agents: '1.5' is not whole; wanted a whole number such as '2'",
        ),
        (b'volume = "10 TB"\nfiles = ' + b"9" * 5000, "has a whole number of more than 64 bits"),
        (b'volume = "10 TB"\nsizes = [{size = "1 MB", files = 0x' + b"9" * 9000 + b"}]", "more than 64 bits"),
        (b"[volume]\nx = 1\n", "volume: "),
        (b"", "volume: is required"),
    ],
)
def test_broken_scenarios_are_one_line(capsys, monkeypatch, tmp_path, content, told):
    path = tmp_path / "scenario.toml"
    path.write_bytes(content)
    status, out, err = call(capsys, monkeypatch, "plan", path, *QUICK)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert told in err


def test_every_fault_is_told_at_once(capsys, monkeypatch):
    status, _, err = call(capsys, monkeypatch, "plan", "--volume", "x", "--link", "y", "--share", "z", *QUICK)
    assert status == 2
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["volume", "link", "share"]


def test_a_missing_file_and_a_broken_profile_are_told(capsys, monkeypatch, tmp_path):
    status, _, err = call(capsys, monkeypatch, "plan", tmp_path / "none.toml", *QUICK)
    assert status == 2
    assert "cannot be read" in err
    folder = tmp_path / "mine" / "devices"
    folder.mkdir(parents=True)
    (folder / "box.toml").write_text('name = "Box"\ncapacity = 3\n', encoding="utf-8")
    status, out, err = call(capsys, monkeypatch, *PLAIN, "--profiles", tmp_path / "mine")
    assert (status, out) == (2, "")
    assert "devices/box.toml" in err
    assert all(line.startswith("error: devices/box.toml") for line in err.splitlines())


def test_a_report_wants_the_name_of_a_file(capsys, monkeypatch):
    status, out, err = call(capsys, monkeypatch, "report", SCENARIO, "-o", "-", *QUICK)
    assert (status, out) == (2, "")
    assert err.splitlines() == ["error: -o: '-' is no file; wanted a name such as report.md or report.html"]


def test_a_plan_without_a_region_is_of_one_of_its_own_cloud_and_says_so(capsys, monkeypatch, tmp_path):
    path = tmp_path / "plan.toml"
    # HDD that is provisioned has no known price in any Region.
    given = 'volume = "10 TB"\nlink = "1 Gbps"\ncloud = "azure"\ntarget = "azure-files-hdd"\n'
    path.write_text(f'{given}configuration = "multi-zone-v2"\n', encoding="utf-8")
    status, _, err = call(capsys, monkeypatch, "report", path, "-o", tmp_path / "plan.md", *QUICK)
    assert (status, err) == (0, "")
    told = (tmp_path / "plan.md").read_text(encoding="utf-8")
    assert "from the site to Azure eastus, over a line of 1 Gbps" in told
    assert "No Region is given: prices and what is offered are those of eastus" in told
    assert "unknown a month for the target and " in told


def test_a_contract_price_replaces_ours(capsys, monkeypatch, tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "datasync-basic-data.toml").write_text(
        'name = "DataSync, our contract"\nunit = "USD/GB"\n[regions.any]\nvalue = 0.001\n'
        'source = "assumption: our contract"\nas_of = 2026-01-01\n',
        encoding="utf-8",
    )
    _, ours, _ = call(capsys, monkeypatch, *PLAIN, "--format", "json")
    _, theirs, _ = call(capsys, monkeypatch, *PLAIN, "--format", "json", "--profiles", tmp_path)

    def fee(text):
        options = json.loads(text)["options"]
        chosen = next(o for o in options if o["id"] == "datasync-basic/internet/fsx-windows")
        return next(line for line in chosen["cost_usd"]["lines"] if line["owner"] == "datasync-basic")[
            "unit_price"
        ]

    assert fee(ours) != pytest.approx(0.001)
    assert fee(theirs) == pytest.approx(0.001)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["--volume", "--link", "--files", "--share", "--change", "--deadline", "--routes", "--keep"]
            ),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_text_on_the_command_line_gives_a_traceback(flags):
    words = [word for pair in flags for word in pair]
    result = CliRunner().invoke(cli, ["plan", *words, *QUICK], standalone_mode=False)
    from migplan.errors import MigplanError

    if result.exception is not None:
        assert isinstance(result.exception, (MigplanError, click.ClickException)), words


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name):
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.slow
def test_help_needs_no_heavy_library():
    code = (
        "import sys\nfrom migplan.cli import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "heavy = {'msgspec', 'numpy', 'pandas', 'pint', 'pyarrow', 'rich'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_plan_needs_neither_pandas_nor_pictures():
    code = (
        "import sys, migplan\n"
        "migplan.plan(volume='10 TB', link='1 Gbps')\n"
        "loaded = {*sys.modules, *(name.split('.')[0] for name in sys.modules)}\n"
        # Of numpy too what a plan has no use for: masked arrays come in with `np.unique`.
        "unwanted = {'pandas', 'pyarrow', 'matplotlib', 'rich', 'pint', 'pydantic', 'httpx', 'numpy.ma'}\n"
        "print(sorted({*loaded & unwanted, *(n for n in loaded if n.startswith('migplan.pricelists'))}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_report_of_a_plan_does_not_need_what_reads_tables(tmp_path):
    code = (
        "import sys, migplan\n"
        "made = migplan.plan(volume='10 TB', link='1 Gbps', samples=0)\n"
        "for name in ('plan.html', 'plan.md'):\n"
        "    migplan.write_report(made, name)\n"
        "print(sorted(n for n in sys.modules if n in ('pandas', 'pyarrow') or n.startswith('migplan.estate')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "[]"


def shell(command):
    """Run a command line with redirections; returns exit status, standard output and standard error."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments", ["facts list", "plan --volume 1TB --samples 0", "check --list", "--help"]
)
def test_a_full_disk_behind_standard_output_is_one_line(arguments):
    status, _, err = shell(f"{sys.executable} -m migplan {arguments} > /dev/full")
    assert status == 1
    assert err == "error: standard output: could not be written: No space left on device\n"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["facts list", "plan --volume 1TB --samples 0"])
def test_a_closed_standard_output_is_one_line(arguments):
    status, _, err = shell(f"{sys.executable} -m migplan {arguments} >&-")
    assert status == 1
    assert err.splitlines() == ["error: standard output: could not be written: Bad file descriptor"]


@pytest.mark.slow
def test_a_closed_standard_error_is_borne():
    status, out, _ = shell(f"{sys.executable} -m migplan facts list movers 2>&-")
    assert status == 0
    assert "datasync-basic" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan", "--lnk", "1 Gbps"), ("--lnk", "--link", "plan --help")),
        (("plan", "--samples", "many"), ("--samples", "many")),
        (("plann",), ("plann",)),
        (("check",), ("--route",)),
        (("batch", "x.csv"), ("--output",)),
    ],
)
def test_wrong_usage_is_one_line(capsys, monkeypatch, arguments, told):
    status, out, err = call(capsys, monkeypatch, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert all(word in err for word in told)


@pytest.mark.parametrize("name", [".", "folder"])
@pytest.mark.parametrize(
    "arguments", [("plan", "--volume", "1 TB", *QUICK), ("report", SCENARIO), ("batch", "shares.csv")]
)
def test_a_folder_as_output_is_one_line(capsys, monkeypatch, tmp_path, arguments, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "shares.csv").write_text("volume\n1 TB\n")
    before = sorted(tmp_path.iterdir())
    assert call(capsys, monkeypatch, *arguments, "-o", name) == (
        1,
        "",
        f"error: {name}: is a folder; wanted a file\n",
    )
    assert sorted(tmp_path.iterdir()) == before


def test_a_hyphen_is_standard_output(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    status, out, _ = call(capsys, monkeypatch, *PLAIN, "-o", "-")
    assert status == 0
    assert out == call(capsys, monkeypatch, *PLAIN)[1]
    assert not list(tmp_path.iterdir())


def test_a_pipe_is_written_into_and_not_replaced(capsys, monkeypatch, tmp_path):
    import os
    import threading

    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()), daemon=True)
    reader.start()
    status, _, _ = call(capsys, monkeypatch, *PLAIN, "-o", pipe)
    reader.join(10)
    assert status == 0
    assert pipe.is_fifo()
    assert "Recommended: " in found[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "shares.csv"), "shares.csv: is an input of this command; wanted another name"),
        (("-o", "./shares.csv"), "shares.csv: is an input of this command; wanted another name"),
        (("-o", "o.csv", "--errors", "o.csv"), "o.csv: would be written twice; wanted different names"),
        (
            ("-o", "o.md", "--report", "o.md", "--format", "csv"),
            "o.md: ends in '.md'; wanted a name that ends in .csv with --format csv",
        ),
        (
            ("-o", "o.csv", "--report", "shares.csv"),
            "shares.csv: is an input of this command; wanted another name",
        ),
        (
            ("-o", "o.csv", "--errors", "e.md", "--report", "e.md"),
            "e.md: would be written twice; wanted different names",
        ),
    ],
)
def test_no_file_of_a_batch_is_laid_over_another(capsys, monkeypatch, tmp_path, arguments, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shares.csv").write_text("volume\n1 TB\n")
    status, _, err = call(capsys, monkeypatch, "batch", "shares.csv", *arguments)
    assert (status, err) == (2, f"error: {told}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["shares.csv"]
    assert (tmp_path / "shares.csv").read_text() == "volume\n1 TB\n"
