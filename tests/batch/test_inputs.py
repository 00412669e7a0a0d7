import datetime as dt

import pytest

from migplan.batch.inputs import open_input
from migplan.batch.settings import Settings
from migplan.errors import MigplanError

SETTINGS = Settings(today=dt.date(2026, 11, 23))


def test_short_lines_do_not_make_more_rows_of_a_chunk_than_long_ones(tmp_path):
    path, rows = tmp_path / "in.csv", 700_000
    path.write_text("volume\n" + "1.234 TB\n" * rows)
    sizes = [chunk.size for chunk in open_input(path, SETTINGS).chunks()]
    assert sum(sizes) == 9 * rows
    assert len(sizes) % 4 == 0
    assert max(sizes) / 9 < 200_000
    assert max(sizes) - min(sizes) < 0.1 * max(sizes)


@pytest.mark.parametrize("text", ["", "\n", "volume", "volume\r1 TB\r"])
def test_files_without_a_line_are_read_as_others(tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_text(text)
    try:
        chunks = list(open_input(path, SETTINGS).chunks())
    except MigplanError as error:
        assert "no header line" in str(error)
        assert not text.strip()
    else:
        assert len(chunks) == (1 if "1 TB" in text else 0)
