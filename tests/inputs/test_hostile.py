"""Texts that nobody means: refused in a line, soon, and without much memory, however long they are."""

import time

import pytest

from migplan.errors import MigplanError, UnitError
from migplan.inputs.fields import FIELDS
from migplan.inputs.pilot_file import read_line, read_pilot
from migplan.inputs.readers import READERS
from migplan.inputs.scenario import read_scenario
from migplan.text import near_names

PIECES = (
    *("a", "aA", "1", " ", "\t", "-", "_", "v", "nfsv", "smb ", "Mon-", "Mon,", "Mon ", "19:00-07:00 "),
    *(
        "0:00-24:00,",
        "Hol off ",
        ",",
        ";",
        "2026-12-20..",
        "2026-12-20 to ",
        "2026-12-20,",
        "1_",
        "1.",
        "1 000",
    ),
    *(
        "1e9",
        "/",
        "%/",
        "k",
        "Ki",
        "Europe/",
        "../",
        "a.",
        "\0",
        "é",
        "\u202f",
        "\ud800",
        "(",
        "\n",
        "DE-",
        "UTC+",
    ),
    *("'", '"', ".", "0,", "1,000", "dacl,", "€", "٣", "TB "),
)


def seconds(read, *arguments):
    """How long the processor is busy with what is refused or read."""
    begin, message = time.process_time(), ""
    try:
        read(*arguments)
    except UnitError as error:
        message = str(error)
    assert "\n" not in message
    assert len(message) < 1000
    return time.process_time() - begin


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_no_text_takes_long(field):
    for piece in PIECES:
        for end in ("", "!"):
            text = (piece * 20_000)[:20_000] + end
            # The first one may have to load a library.
            takes = seconds(READERS[field.form], field, text)
            assert takes < 0.05 or seconds(READERS[field.form], field, text) < 0.05, piece


def test_names_are_looked_for_in_no_time():
    names = [f"name-{number}" for number in range(600)]
    assert min(seconds(near_names, "nmae-" * 20_000, names) for _ in range(2)) < 0.05
    assert min(seconds(near_names, "nmae-17", names) for _ in range(2)) < 0.05


def test_hours_of_any_length_are_refused():
    hours = next(field for field in FIELDS if field.form == "hours")
    with pytest.raises(UnitError, match="has more than 2000 characters"):
        READERS["hours"](hours, "Mon," * 600)


LARGE = {
    "dotted": b"a" + b".a" * 50_000 + b" = 1\n",
    "table": b"[a" + b".a" * 50_000 + b"]\n",
    "brackets": b"a = " + b"[" * 50_000,
    "braces": b"a = " + b"{a = " * 50_000,
    "digits": b"a = " + b"9" * 1_000_000,
    "hex": b"a = 0x" + b"f" * 1_000_000,
    "quotes": b'"' * 1_000_000,
    "lines": b"[a]\n" * 500_000,
    "long": b"# " + b"x" * 5_000_000,
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize("read", [read_scenario, read_pilot])
def test_files_of_any_form_are_one_line(tmp_path, read, content):
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    begin = time.process_time()
    with pytest.raises(MigplanError) as error:
        read(path)
    assert str(error.value).startswith("x.toml: " if read is read_pilot else str(path)) or "x.toml" in str(
        error.value
    )
    assert len(str(error.value).splitlines()) == 1
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "read", [read_scenario, read_pilot, lambda path: read_line(path, "internet", "site")]
)
def test_files_without_an_end_are_refused(tmp_path, read):
    sparse = tmp_path / "sparse.toml"
    with sparse.open("wb") as file:
        file.truncate(5_000_000_000)
    endless = tmp_path / "endless.toml"
    endless.symlink_to("/dev/zero")
    for path in (sparse, endless):
        with pytest.raises(MigplanError, match=r"is larger than [0-9,]+ bytes"):
            read(path)


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"9" * 100_000, b'{"start": ' * 50_000, b"\xff", b'"\\ud800"', b"{}"]
)
def test_line_tests_of_any_form_are_one_line(tmp_path, content):
    path = tmp_path / "line.json"
    path.write_bytes(content)
    with pytest.raises(MigplanError) as error:
        read_line(path, "internet", "site")
    assert len(str(error.value).splitlines()) == 1
