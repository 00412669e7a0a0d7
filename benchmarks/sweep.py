"""How long a sweep of 100 x 100 cells over all options takes, beyond the start of the program.

Run with `python benchmarks/sweep.py [SCENARIO.toml ...]`. Wanted: below two seconds.
"""

import datetime as dt
import statistics
import sys
import time
from pathlib import Path

from migplan.analyses.sweep import read_axis, run_sweep
from migplan.inputs.scenario import read_scenario

ROOT = Path(__file__).parents[1]
SCENARIOS = (
    "reports/file-server-150tb.toml",
    "reports/media-500tb.toml",
    "reports/history-snowball-2024.toml",
)
AXES = ("volume=10TB..1PB:100", "link=100Mbps..10Gbps:100")
TODAY, THEN = dt.date(2026, 11, 23), dt.date(2024, 6, 1)
RUNS = 5
WANTED = 2.0


def seconds(fields, axes, today, samples):
    begin, busy = time.perf_counter(), time.process_time()
    sweep = run_sweep(fields, axes, today=today, samples=samples)
    return time.perf_counter() - begin, time.process_time() - busy, sweep


def main(scenarios):
    axes = [read_axis(text) for text in AXES]
    for scenario in scenarios:
        fields, today = read_scenario(ROOT / scenario), THEN if "history" in str(scenario) else TODAY
        for samples in (0, 200):
            seconds(fields, [read_axis("link=1Gbps,2Gbps")], today, samples)
            runs = [seconds(fields, axes, today, samples) for _ in range(RUNS)]
            times, busy = [run[0] for run in runs], [run[1] for run in runs]
            winners = len(set(runs[0][2].option.ravel().tolist()))
            print(
                f"{scenario}, {samples} draws: median {statistics.median(times):.2f} s, least {min(times):.2f} s, "
                f"least of both processors {min(busy):.2f} s, {winners} winners (wanted below {WANTED} s)"
            )


if __name__ == "__main__":
    main(sys.argv[1:] or SCENARIOS)
