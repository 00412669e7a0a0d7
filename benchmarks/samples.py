"""How long 10,000 draws over all options of a plan take, with their percentiles; and the search for levers.

Run with `python benchmarks/samples.py [SCENARIO.toml ...]`. Wanted: draws within half a second, a plan that has to
search for levers well under one. Draws run in two threads: what both processors spend is told beside the clock.
"""

import datetime as dt
import statistics
import sys
import time
from pathlib import Path

from migplan.analyses.plan import make_plan
from migplan.engine.case import Case
from migplan.engine.draws import Draws, evaluate_draws, summarize
from migplan.facts import load
from migplan.inputs.scenario import read_scenario

ROOT = Path(__file__).parents[1]
SCENARIOS = (
    "reports/file-server-150tb.toml",
    "reports/media-500tb.toml",
    "reports/history-snowball-2024.toml",
)
TODAY, THEN = dt.date(2026, 11, 23), dt.date(2024, 6, 1)
DRAWS = 10_000
RUNS = 7


def draw(case, seed):
    begin, busy = time.perf_counter(), time.process_time()
    spread = summarize(evaluate_draws(case, case.open_options, Draws(seed, DRAWS)), case.workload)
    assert (spread.p50 <= spread.p95).all()
    return time.perf_counter() - begin, time.process_time() - busy


def plan(fields, today):
    begin = time.perf_counter()
    found = make_plan(fields, today=today)
    return time.perf_counter() - begin, found


def main(scenarios):
    catalogue = load()
    for scenario in scenarios:
        fields, today = read_scenario(ROOT / scenario), THEN if "history" in str(scenario) else TODAY
        case = Case.read(fields, catalogue, today)
        draw(case, 0)
        times, busy = zip(*(draw(case, seed) for seed in range(RUNS)), strict=True)
        print(
            f"{scenario}: {DRAWS:,} draws of {len(case.open_options)} options: "
            f"median {statistics.median(times):.2f} s, "
            f"least {min(times):.2f} s (wanted within 0.5 s), least of both processors {min(busy):.2f} s"
        )
        for name, deadline in (("meets", "3000 days"), ("misses, with levers", "8 days")):
            plan({**fields, "deadline": deadline}, today)
            runs = [plan({**fields, "deadline": deadline}, today) for _ in range(RUNS)]
            times = [run[0] for run in runs]
            levers = ", ".join(lever["field"] for lever in runs[0][1].recommendation.levers)
            print(f"  plan that {name}: median {statistics.median(times):.2f} s {levers}")


if __name__ == "__main__":
    main(sys.argv[1:] or SCENARIOS)
