"""How long a sweep of 100 x 100 cells over all options takes, beyond the start of the program.

Run with `python benchmarks/sweep.py [SCENARIO.toml ...]`. Wanted: below two seconds.
"""

import datetime as dt
import statistics
import sys
import time
from pathlib import Path

from migplan.scenario import read_scenario
from migplan.sweep import read_axis, run_sweep

ROOT = Path(__file__).parents[1]
SCENARIOS = ("reports/file-server-150tb.toml", "reports/media-500tb.toml")
AXES = ("volume=10TB..1PB:100", "link=100Mbps..10Gbps:100")
TODAY = dt.date(2026, 11, 23)
RUNS = 5
WANTED = 2.0


def seconds(fields, axes, samples):
    begin = time.perf_counter()
    sweep = run_sweep(fields, axes, today=TODAY, samples=samples)
    return time.perf_counter() - begin, sweep


def main(scenarios):
    axes = [read_axis(text) for text in AXES]
    for scenario in scenarios:
        fields = read_scenario(ROOT / scenario)
        for samples in (0, 200):
            seconds(fields, [read_axis("link=1Gbps,2Gbps")], samples)
            runs = [seconds(fields, axes, samples) for _ in range(RUNS)]
            times = [run[0] for run in runs]
            winners = len(set(runs[0][1].option.ravel().tolist()))
            print(
                f"{scenario}, {samples} draws: median {statistics.median(times):.2f} s, least {min(times):.2f} s, "
                f"{winners} winners (wanted below {WANTED} s)"
            )


if __name__ == "__main__":
    main(sys.argv[1:] or SCENARIOS)
