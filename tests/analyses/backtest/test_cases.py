import math

import pytest

from migplan.analyses.backtest import read_cases
from migplan.errors import MigplanError


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "mine.csv"
    path.write_bytes(text.encode(encoding))
    return read_cases(path)


def test_the_published_table_is_read_whole(measured):
    assert len(measured) == 97
    assert len({case.origin for case, _ in measured}) == 23


def test_units_become_base_units(tmp_path):
    text = "id,tool,volume_bytes,link_bps,rtt_ms,reported_duration_s\na.1,scp,1e9,8e9,40,12\n"
    ((case, out),) = read(tmp_path, text)
    assert (case.volume, case.link, case.rtt) == (1e9, 1e9, 0.04)
    assert math.isnan(case.files)
    assert out.duration == 12
    assert math.isnan(out.rate)


def test_empty_lines_a_byte_order_mark_and_columns_for_people_do_no_harm(tmp_path):
    text = '\ufeffid,tool,notes\n\na.1,scp,"by hand, twice"\n,,\n\n'
    ((case, _),) = read(tmp_path, text)
    assert (case.id, case.tool) == ("a.1", "scp")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "mine.csv: is empty; wanted a header and one line a case"),
        (
            "id,volume_bytes\na,1\n",
            "mine.csv: header: has no column 'tool'; wanted id, tool and what is known",
        ),
        ("id,tool,tool\na,b,c\n", "mine.csv: header: has column 'tool' twice; wanted it once"),
        ("id,tool\na\n", "mine.csv: line 2: has 1 cell; wanted 2, as the header has"),
        ("id,tool\na,\n", "mine.csv: line 2: tool: is empty"),
        ("id,tool\na,scp\na,cp\n", "mine.csv: line 3: id: 'a' stands there twice"),
        (
            "id,tool,volume_bytes\na,scp,1 TB\n",
            "mine.csv: line 2: volume_bytes: found '1 TB'; wanted a number from 0 to 1e+20, without a unit",
        ),
        (
            "id,tool,file_count\na,scp,-4\n",
            "mine.csv: line 2: file_count: found '-4'; wanted a number from 1 to 1e+20, without a unit",
        ),
        (
            "id,tool,rtt_ms\na,scp,nan\n",
            "mine.csv: line 2: rtt_ms: found 'nan'; wanted a number from 0 to 1e+20, without a unit",
        ),
        (
            "id,tool,change_rate\na,scp,2\n",
            "mine.csv: line 2: change_rate: found '2'; wanted a part from 0 to 1",
        ),
        ('id,tool\na,"sc\n', "mine.csv: is not CSV: unexpected end of data"),
    ],
)
def test_faults_are_one_line_that_names_the_place(tmp_path, text, found):
    with pytest.raises(MigplanError) as raised:
        read(tmp_path, text)
    told = str(raised.value).replace(f"{tmp_path}/", "")
    assert told.splitlines()[0] == found


def test_every_fault_of_every_line_is_told(tmp_path):
    with pytest.raises(MigplanError) as raised:
        read(tmp_path, "id,tool,loss,rtt_ms\na,,7,x\nb,scp,y,1\n")
    assert len(raised.value.faults) == 4


def test_a_file_that_is_no_text_or_not_there_is_told(tmp_path):
    with pytest.raises(MigplanError, match="is not UTF-8"):
        read(tmp_path, "id,tool\na,\u00e9\n", encoding="latin-1")
    with pytest.raises(MigplanError, match="cannot be read: No such file"):
        read_cases(tmp_path / "absent.csv")
