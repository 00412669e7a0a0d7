import datetime as dt
from contextlib import closing

import pytest

from migplan.errors import MigplanError
from migplan.estate.chunks import open_input
from migplan.estate.outputs import identity
from migplan.estate.partition import catalogue_of, facts_digest
from migplan.estate.settings import Layout, Settings, read_settings_fields

SETTINGS = Settings(today=dt.date(2026, 11, 23))


def chunks_of(path):
    with closing(open_input(path, SETTINGS)) as source:
        return list(source.chunks())


def test_short_lines_do_not_make_more_rows_of_a_chunk_than_long_ones(tmp_path):
    path, rows = tmp_path / "in.csv", 2_000_000
    path.write_text("volume\n" + "1 TB\n" * rows)
    sizes = [chunk.size for chunk in chunks_of(path)]
    assert sum(sizes) == 5 * rows
    assert len(sizes) % 4 == 0
    assert max(sizes) / 5 < 200_000
    assert max(sizes) - min(sizes) < 0.1 * max(sizes)


@pytest.mark.parametrize(("text", "count"), [("volume", 0), ("volume\r1 TB\r", 1)])
def test_files_without_a_line_feed_are_read_as_others(tmp_path, text, count):
    path = tmp_path / "in.csv"
    path.write_text(text)
    assert len(chunks_of(path)) == count


@pytest.mark.parametrize("text", ["", "\n"])
def test_files_with_nothing_in_them_say_so(tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_text(text)
    with pytest.raises(MigplanError, match="no header line"):
        chunks_of(path)


def test_what_a_run_is_told_by_is_the_same_of_facts_that_were_read_again():
    """Where it held the place of a record in memory, no run could be taken up again."""
    found = []
    for _ in range(2):
        catalogue_of.cache_clear()
        found.append(identity(SETTINGS, Layout((), (), {}), "in.csv", None, facts_digest(SETTINGS)))
    assert found[0] == found[1]
    assert " at 0x" not in repr(found)


@pytest.mark.parametrize("text", ["lang=ja", "sizes=1 MB: 3"])
def test_what_a_scenario_alone_says_is_not_offered_to_many_shares(text):
    name = text.partition("=")[0]
    with pytest.raises(MigplanError) as refused:
        read_settings_fields([text])
    assert f"did you mean '{name}'" not in str(refused.value)
