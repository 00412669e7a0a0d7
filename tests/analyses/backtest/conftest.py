from pathlib import Path

import pytest

from migplan.analyses.backtest import read_cases
from migplan.facts import load

MEASURED = Path(__file__).parents[2] / "data" / "measured.csv"
HEADER = (
    "id,kind,tool,source_protocol,target,volume_bytes,file_count,avg_file_bytes,link_bps,rtt_ms,loss,"
    "streams_or_agents,devices,change_rate,reported_duration_s,reported_throughput_Bps,what_the_duration_covers"
)


@pytest.fixture(scope="session")
def catalogue():
    return load()


@pytest.fixture(scope="session")
def measured():
    return read_cases(MEASURED)


@pytest.fixture
def table(tmp_path):
    """Write rows given as dicts to a CSV of cases and read it."""

    def make(*rows):
        columns = list(dict.fromkeys([*HEADER.split(","), *(key for row in rows for key in row)]))
        lines = [
            ",".join(columns),
            *(",".join(str(row.get(column, "")) for column in columns) for row in rows),
        ]
        path = tmp_path / "cases.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_cases(path)

    return make
