import contextlib
import datetime as dt

import numpy as np
import pytest

from migplan.engine import sampling
from migplan.engine.judgement import Judgement
from migplan.estate.chunks import open_input
from migplan.estate.inspection import lay_out
from migplan.estate.partition import Partition
from migplan.estate.settings import Settings

pytestmark = pytest.mark.slow

ROWS = 60
RANGES = {"volume": (0.1, 900), "files": (1e4, 5e8), "link": (50, 20_000), "rtt": (1, 200)}


def write(path, seed):
    """Rows over orders of magnitude: some easy, some that nothing meets."""
    random = np.random.default_rng(seed)
    columns = [np.exp(random.uniform(*np.log(bounds), ROWS)) for bounds in RANGES.values()]
    deadlines, windows = random.uniform(5, 200, ROWS), random.uniform(1, 72, ROWS)
    lines = ["volume,files,link,rtt,deadline,cutover window"]
    for volume, files, link, rtt, deadline, window in zip(*columns, deadlines, windows, strict=True):
        lines.append(
            f"{volume:.4g} TB,{files:.0f},{link:.0f} Mbps,{rtt:.1f} ms,{deadline:.0f} days,{window:.0f} h"
        )
    path.write_text("\n".join(lines), encoding="utf-8")


def decisions(path):
    settings = Settings(today=dt.date(2026, 11, 23), samples=64)
    source = open_input(path, settings)
    partition = Partition(lay_out(source.headers, ("cutover window=cutover_window",), settings), settings)
    with contextlib.closing(source):
        return [row for chunk in source.chunks() for row in partition.plan(chunk.records()).table.to_pylist()]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_not_drawn_for_could_not_have_won(tmp_path, monkeypatch, seed):
    path = tmp_path / "in.csv"
    write(path, seed)
    drawn = []
    draw = Judgement.draw

    def count(judgement, draws, places, row):
        drawn.append(len(places))
        return draw(judgement, draws, places, row)

    monkeypatch.setattr(Judgement, "draw", count)
    few, fewer = decisions(path), sum(drawn)
    monkeypatch.setattr(sampling, "_next", lambda judgement, row, left, *rest: left)
    assert few == decisions(path)
    assert len(few) == ROWS
    assert fewer * 2 < sum(drawn)
