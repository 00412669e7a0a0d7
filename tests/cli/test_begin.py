"""A first scenario: what `init` writes can be planned as it is, and overwrites nothing."""

import json
import tomllib

import pytest

from migplan.cli import begin
from migplan.facts.keys import KINDS
from migplan.inputs.fields import ASKED, FIELDS, FIRST, SCHEMA_FILE, SHOWN

QUICK = ("--samples", "0", "--today", "2026-11-23")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr(begin, "_on_terminal", lambda: True)


def test_what_is_written_plans_without_change(call, folder):
    status, out, err = call("init")
    assert (status, out) == (0, "")
    assert err == f"wrote scenario.toml and {SCHEMA_FILE}; next: migplan plan scenario.toml\n"
    assert set(tomllib.loads((folder / "scenario.toml").read_text())) == set(SHOWN)
    assert call("plan", "scenario.toml", *QUICK)[0] == 0


def test_every_comment_that_matters_can_be_taken_off(call, folder):
    call("init")
    lines = (folder / "scenario.toml").read_text().splitlines()
    said = [line.removeprefix("# ") for line in lines if " = " in line and "`" not in line]
    assert [line.split(" = ")[0] for line in said] == [*ASKED]
    (folder / "all.toml").write_text("\n".join(said))
    status, _, err = call("plan", "all.toml", *QUICK)
    assert (status, err) == (0, "")


def test_the_file_names_the_schema_beside_it(call, folder):
    call("init", "mine.toml")
    first = (folder / "mine.toml").read_text().splitlines()[0]
    assert first == f"#:schema {SCHEMA_FILE}"
    assert (folder / SCHEMA_FILE).read_text() == call("schema")[1]
    # The schema is ours and is replaced; a scenario is the user's as soon as it is there.
    assert call("init", "other.toml")[0] == 0


def test_nothing_is_overwritten_without_force(call, folder):
    (folder / "mine.toml").write_text('volume = "1 TB"\n')
    status, _, err = call("init", "mine.toml")
    assert (status, err.count("\n")) == (1, 1)
    assert "wanted another name, or --force" in err
    assert (folder / "mine.toml").read_text() == 'volume = "1 TB"\n'
    assert call("init", "mine.toml", "--force")[0] == 0
    assert call("init", "mine.toml")[0] == 1, "what init wrote may have been edited since"
    assert call("init", "mine.json")[0] == 2
    (folder / SCHEMA_FILE).write_text("{}")
    assert call("init", "new.toml")[0] == 1
    assert not (folder / "new.toml").exists()


def test_flags_are_written_and_checked(call, folder):
    assert call("init", "--site", 'Ko"ln\\', "--keep", "dacl")[0] == 0
    said = tomllib.loads((folder / "scenario.toml").read_text())
    assert said == {"site": 'Ko"ln\\', "volume": "150 TB", "keep": "dacl"}
    status, _, err = call("init", "new.toml", "--volume", "12", "--link", "fast")
    assert (status, err.count("\n")) == (2, 2)
    assert not (folder / "new.toml").exists()


def test_standard_output_gets_the_text_alone(call, folder):
    status, out, err = call("init", "-")
    assert (status, err) == (0, "")
    assert tomllib.loads(out)
    assert not [*folder.iterdir()]


def test_a_terminal_is_asked_until_an_answer_can_be_read(call, folder, asked):
    given = {"site": "Osaka", "volume": "20 TB", "deadline": "60 days", "region": "ap-northeast-1"}
    typed = given | {
        "volume": "12\n20 TB",
        "deadline": "2020-01-01\n60 days",
        "region": "Tokio\nap-northeast-1",
    }
    stdin = "".join(f"{typed.get(name, '')}\n" for name in ASKED if name != "link").encode()
    status, _, err = call("init", "--link", "1 Gbps", stdin=stdin)
    assert status == 0, err
    assert "'12' has no unit" in err
    assert "2020-01-01 lies before the start" in err
    assert "did you mean 'ap-northeast-1'" in err
    assert tomllib.loads((folder / "scenario.toml").read_text()) == {**given, "link": "1 Gbps"}
    assert call("plan", "scenario.toml", *QUICK)[0] == 0


def test_a_file_that_cannot_be_written_asks_nothing(call, folder, asked):
    (folder / "mine.toml").write_text("name = 'x'\n")
    status, _, err = call("init", "mine.toml", stdin=b"")
    assert (status, err.count("\n")) == (1, 1)


def test_schemas_are_printed(call):
    plain = json.loads(call("schema")[1])
    assert [*plain["properties"]] == [field.name for field in FIELDS]
    assert json.loads(call("schema", "scenario")[1]) == plain
    for kind in KINDS:
        assert json.loads(call("schema", "profile", kind)[1])["type"] == "object"
    assert "did you mean 'prices'?" in call("schema", "profile", "price")[2]
    for wrong in (("profile",), ("scenari",), ("scenario", "prices")):
        status, _, err = call("schema", *wrong)
        assert (status, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("command", ["plan", "sweep", "breakeven", "tornado", "init"])
def test_help_begins_with_what_matters_most(call, command):
    _, out, _ = call(command, "--help")
    headings = [line for line in out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings[0] == "What matters most:"
    part = out.partition(headings[0])[2].partition(headings[1])[0]
    flags = [line.split()[0] for line in part.splitlines() if line.startswith("  --")]
    assert flags[-7:] == [f"--{name.replace('_', '-')}" for name in FIRST]
    assert len(flags) == 7 + (command == "sweep")
    assert len(headings) == len(set(headings))
    assert headings[-6:] == ["Place:", "Data:", "Files:", "Line and source:", "Time:", "Aim:"]


def test_a_misspelt_file_is_told_its_name(call, folder):
    call("init")
    (folder / "plans").mkdir()
    (folder / "plans" / "office.toml").write_text('volume = "1 TB"\n')
    wrong = "error: scenari.toml: cannot be read: No such file or directory"
    assert call("plan", "scenari.toml")[2] == f"{wrong}; did you mean 'scenario.toml'?\n"
    assert "did you mean 'plans/office.toml'?" in call("plan", "plans/offise.toml")[2]
    for other in ("xyz.toml", "none/scenario.toml"):
        status, _, err = call("plan", other)
        assert (status, err) == (2, f"error: {other}: cannot be read: No such file or directory\n")
