"""A pilot counts for the rows of a batch as it does for a plan."""

import json
from pathlib import Path

import pytest
from tests.estate.test_plan_equality import TODAY, batch, same, told

from migplan.analyses.plan import make_plan
from migplan.errors import MigplanError

PILOT = (Path(__file__).parents[1] / "data" / "pilot.toml").read_text(encoding="utf-8")


def a_line_test():
    return {
        "start": {
            "timestamp": {"timesecs": 1795000000},
            "test_start": {"protocol": "TCP", "reverse": 0, "duration": 10},
        },
        "intervals": [{"sum": {"bits_per_second": 6e8 + k * 1e6, "omitted": False}} for k in range(10)],
        "end": {
            "streams": [{"sender": {"min_rtt": 21_000, "mean_rtt": 63_000}}],
            "sum_received": {"bits_per_second": 6e8},
        },
    }


def test_a_pilot_counts_for_the_rows_of_its_protocol(tmp_path):
    path = tmp_path / "pilot.toml"
    path.write_text(PILOT, encoding="utf-8")
    rows = [
        {"volume": "20 TB", "files": "5M", "link": "10 Gbps", "protocol": protocol, "optimize": "time"}
        for protocol in ("smb", "nfs", "smb")
    ]
    piece, table = batch(rows, pilot=str(path))
    assert not piece.bad
    for row, found in zip(rows, table.to_pylist(), strict=True):
        same(found, told(make_plan(row, today=TODAY, samples=0, pilot=path).chosen))
    assert table["duration_days"] != batch(rows)[1]["duration_days"]


def test_a_test_of_one_line_is_refused_for_rows_with_lines_of_their_own(tmp_path):
    path = tmp_path / "pilot.toml"
    path.write_text('[link]\niperf3 = "line.json"\nroute = "internet"\n', encoding="utf-8")
    (tmp_path / "line.json").write_text(json.dumps(a_line_test()), encoding="utf-8")
    with pytest.raises(MigplanError, match="--pilot: its test is of one line"):
        batch([{"volume": "20 TB"}], pilot=str(path))
