"""The plan of an estate: how far from the best, in which time, and against the plan in which each share is on its own.

    python benchmarks/estate.py [SHARES SITES SECONDS [SEED ...]] [contended]

Without arguments 100 shares at 3 sites in 30 s, 40 at 2 with contended lines in 30 s, and 1,000 at 10 in 120 s, three
seeds each. Sites have lines that their shares need for eight weeks, cutover weekends and people for eight groups in
each; some shares go together, some have deadlines. Lines that are contended carry in twice the time that there is: all
shares have the same deadline, as where a data centre is left, so that circuits and who uses them decide.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import migplan

TODAY = "2026-11-29"
_DUE = 150
_REGIONS = ("us-east-1", "eu-central-1", "ap-northeast-1", "eu-west-1", "us-west-2")


def write(folder: Path, shares: int, sites: int, seed: int, contended: bool = False) -> tuple[Path, Path]:
    """Shares and sites of a seed as files.

    Lines that are contended carry a site in twice the time that its deadline leaves, which all of its shares have.
    """
    rng = np.random.default_rng(seed)
    volumes = np.clip(rng.lognormal(np.log(2.0), 1.2, shares), 0.05, 80.0)
    at = np.arange(shares) % sites
    with (folder / "shares.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "site", "volume", "files", "protocol", "change", "deadline", "group", "owner"])
        for n, volume in enumerate(volumes):
            files = int(volume * 1e12 / rng.lognormal(np.log(1.5e6), 0.8))
            protocol = "smb" if rng.random() < 0.7 else "nfs"
            due = f"{rng.integers(100, 240)} days" if rng.random() < 0.3 else ""
            due = f"{_DUE} days" if contended else due
            group = f"app {at[n]}-{rng.integers(shares // 10)}" if rng.random() < 0.2 else ""
            change = f"{rng.uniform(0.1, 1.0):.2f} %/day"
            rows.writerow(
                [
                    f"share {n}",
                    f"site {at[n]}",
                    f"{volume:.3f} TB",
                    files,
                    protocol,
                    change,
                    due,
                    group,
                    "ops",
                ]
            )
    text = []
    for site in range(sites):
        mine = float(volumes[at == site].sum())
        # The line carries all of the site in about eight weeks, or in twice the time that there is.
        days = 2 * _DUE if contended else 56
        mbps = max(20 if contended else 50, round(mine * 8e6 / (days * 86400 * 0.7)))
        text.append(
            f'[[sites]]\nname = "site {site}"\nlink = "{mbps} Mbps"\nshare = "70 %"\nstaff = 8\n'
            f'cutover_days = "Sat-Sun"\ncutover_window = "24 hours"\nregion = "{_REGIONS[site % 5]}"\n'
        )
    (folder / "sites.toml").write_text("\n".join(text), encoding="utf-8")
    return folder / "shares.csv", folder / "sites.toml"


def run(shares: int, sites: int, seconds: float, seed: int, contended: bool = False) -> None:
    """Plan one estate and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        table, places = write(Path(folder), shares, sites, seed, contended)
        begun, busy = time.perf_counter(), time.process_time()
        plan = migplan.plan_estate(table, sites=places, time_limit=seconds, today=TODAY)
        took, worked = time.perf_counter() - begun, time.process_time() - busy
    missed = sum(not share.meets for share in plan.shares)
    assert plan.greedy_usd is not None
    assert plan.gap is not None
    print(
        f"{shares:>5} shares {sites:>2} sites{' contended' if contended else ''} seed {seed}: gap {plan.gap:6.2%},"
        f" {missed} missed, {took:5.1f} s, {worked:5.1f} s of CPU;"
        f" greedy {plan.greedy_usd / plan.cost_usd.total - 1:+6.1%} USD,"
        f" {_days(plan.greedy_finish) / _days(plan.finish_p80) - 1:+6.1%} days"
        f" ({_days(plan.greedy_finish):.0f} against {_days(plan.finish_p80):.0f})",
        flush=True,
    )


def _days(moment: str | None) -> float:
    """From today to a moment; endless where it never comes."""
    if moment is None:
        return float("inf")
    return (dt.datetime.fromisoformat(moment) - dt.datetime.fromisoformat(TODAY)) / dt.timedelta(days=1)


def main() -> None:
    """What is asked for."""
    said = [text for text in sys.argv[1:] if text != "contended"]
    if said:
        for text in said[3:] or ["0"]:
            run(int(said[0]), int(said[1]), float(said[2]), int(text), "contended" in sys.argv)
        return
    for shares, sites, seconds, contended in (
        (100, 3, 30.0, False),
        (40, 2, 30.0, True),
        (1000, 10, 120.0, False),
    ):
        for seed in range(3):
            run(shares, sites, seconds, seed, contended)


if __name__ == "__main__":
    main()
