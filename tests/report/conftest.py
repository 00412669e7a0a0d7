"""Small plans made by hand, so that the report is tested by what it is given and not by what the engine finds."""

import datetime as dt
from types import SimpleNamespace

import pytest
from msgspec import structs

from migplan.engine.targets import Reason
from migplan.results.model import (
    CheckResult,
    CostResult,
    FactResult,
    InputResult,
    LedgerLine,
    OptionResult,
    PhaseResult,
    Plan,
    Recommendation,
    TargetResult,
)

PAGE = "https://example.com/pricing"
GUIDE = "https://example.com/guide/limits"
START = dt.date(2026, 12, 1)
LEVELS = (0.01, *(step / 20 for step in range(1, 20)), 0.99)


def line(item, quantity, unit, each, monthly, **more):
    amount = None if each is None else quantity * each
    known = {
        "source": PAGE,
        "as_of": "2026-11-01",
        "status": "confirmed",
        "old": False,
        "note": "",
        "price": "",
    }
    if each is None:
        known |= {"source": "", "as_of": "", "status": "unknown", "note": "no price for us-east-1 is known"}
    return LedgerLine(
        item=item, owner="x", quantity=quantity, unit=unit, unit_price=each, amount=amount, monthly=monthly,
        **{**known, **more},
    )  # fmt: skip


def cost(*lines, months=12.0):
    once = sum(row.amount or 0.0 for row in lines if not row.monthly)
    monthly = sum(row.amount or 0.0 for row in lines if row.monthly)
    complete = all(row.amount is not None for row in lines)
    return CostResult(once, monthly, once + months * monthly, complete, lines, months)


def option(name, days, ledger, kind="online", **more):
    mover, route, target = (
        [*name.split("/"), "", ""][:3] if kind == "online" else (None, None, name.split("/")[-1])
    )
    device = None if kind == "online" else name.split("/")[0]
    spread = {
        "p50_days": days * 1.1, "p80_days": days * 1.4, "p95_days": days * 1.9, "p_deadline": 0.9, "p_budget": None,
        "finish": "2026-12-28", "finish_p80": "2027-01-07",
    }  # fmt: skip
    plain = {
        "id": name, "kind": kind, "family": f"{kind}:{device or mover}", "mover": mover, "route": route,
        "device": device, "target": target, "usable": True, "meets": True, "reasons": (), "line_rate_days": days * 0.8,
        "duration_days": days, "bottleneck": "link", "devices": 0 if kind == "online" else 2, "tasks": 1, "passes": 3,
        "cutover_hours": 6.5, "phases": phases(days), "cost_usd": ledger, "notes": (), "requires": (), "rank": 1,
        "fidelity": {"kept": ("dacl", "owner", "timestamps"), "partial": (), "lost": ("ads",), "unknown": ("xattrs",)},
        "name": f"{name} in words",
        "done_by": tuple((days * (0.8 + level), level) for level in LEVELS),
    }  # fmt: skip
    return OptionResult(**{**plain, **spread, **more})


def phases(days):
    copy = days - 3.0
    return (
        PhaseResult("set up", 0.0, 0.5, "lead time"),
        PhaseResult("scan", 0.5, 0.1, "files"),
        PhaseResult("copy", 0.6, copy, "link"),
        PhaseResult("delta pass 2", 0.6 + copy, 1.5, "change"),
        PhaseResult("further delta passes", 2.1 + copy, 0.5, "change"),
        PhaseResult("final scan", 2.6 + copy, 1.5 / 24, "files"),
        PhaseResult("final delta", 2.6 + copy + 1.5 / 24, 3 / 24, "change"),
        PhaseResult("swing", 2.6 + copy + 4.5 / 24, 2 / 24, "staff"),
    )


def workload(**more):
    def given(value, unit, text):
        return InputResult(value, unit, text, "given", "")

    fields = {
        "name": given("finance shares", "", "finance shares"),
        "site": InputResult("site", "", "site", "default", ""),
        "volume": given(1.5e14, "B", "150 TB"),
        "files": given(4e7, "", "40M"),
        "file_size": InputResult(3.75e6, "B", "3.75 MB", "derived", "volume / files"),
        "protocol": given("smb", "", "smb"),
        "keep": InputResult(
            ("dacl", "owner", "timestamps"), "", "dacl, owner, timestamps", "derived", "by protocol"
        ),
        "link": given(1.25e8, "B/s", "1 Gbps"),
        "share": InputResult(0.8, "", "80 %", "assumed", GUIDE),
        "cloud": InputResult("aws", "", "aws", "default", ""),
        "region": InputResult("us-east-1", "", "us-east-1", "default", ""),
        "start": given(START, "", "2026-12-01"),
        "deadline": given(60 * 86400.0, "s", "60 days"),
        "cutover_window": given(8 * 3600.0, "s", "8 hours"),
        "budget": InputResult(None, "USD", "", "absent", "none"),
        "horizon": InputResult(
            12 * 2628000.0, "s", "12 months", "assumed", "assumption: one year of the target's cost"
        ),
        "traits": InputResult((), "", "", "absent", "none"),
    }
    return fields | more


def fact(name, value, unit, **more):
    plain = {
        "low": value, "high": value, "source": GUIDE, "as_of": "2026-11-23", "status": "confirmed",
        "old": False, "note": "",
    }  # fmt: skip
    return FactResult(id=name, value=value, unit=unit, **{**plain, **more})


FIRST = "datasync-basic/internet/fsx-ontap"
SECOND = "robocopy/vpn/fsx-windows"
DEVICE = "own-nas-courier/fsx-windows"
CLOSED = "snowball-edge-80tb/s3"


def make(**more):
    """A plan of two ways over the line, one by device, and one that cannot be used."""
    ledger = cost(
        line(
            "Data copied", 161970.287671, "GB", 0.0125, False, price="prices/copy.any", status="unconfirmed"
        ),
        line("Requests | PUT", 40_000_000.0, "request", 0.000005, False),
        line("Throughput while loading", 384.0, "MB/s", None, False),
        line(
            "Storage, tiered",
            125728.547573,
            "GiB",
            2811.117 / 125728.547573,
            True,
            price="prices/pool.any",
        ),
        line("Backup", 1000.0, "GB", 0.05, True, price="prices/backup.any", as_of="2024-01-05", old=True),
    )
    dear = cost(line("Storage", 165000.0, "GB", 0.23, True), line("Port", 300.5, "hour", 0.3, False))
    ways = (
        option(
            FIRST, 27.3, ledger, notes=("agents need the larger memory size",),
            requires=(
                Reason("active-directory", "An Active Directory that the server joins.", GUIDE),
                Reason("names", "DNS"),
            ),
        ),
        option(SECOND, 35.0, dear, rank=2),
        option(DEVICE, 41.0, dear, kind="offline", meets=False, rank=3, passes=1, done_by=()),
        option(
            CLOSED, 12.0, dear, kind="offline", usable=False, meets=False, rank=4,
            reasons=(Reason("closed-to-new", "Snowball is closed to new customers since 2025-11-07", GUIDE),),
        ),
    )  # fmt: skip
    plan = Plan(
        today="2026-11-23",
        workload=workload(),
        recommendation=Recommendation(
            option=FIRST, target="fsx-ontap", meets=True, why=("Done in 27.3 days.", "Keeps what must be kept."),
            misses_by_days=0.0, not_chosen=({"option": SECOND, "because": "costs 400,000 USD more"},), levers=(),
        ),
        options=ways,
        targets=(
            TargetResult("fsx-ontap", "FSx for ONTAP", True, True, 1, 3e13, 3.84e8, 2753.0, False, (), (), "file"),
            TargetResult("fsx-windows", "FSx for Windows", True, True, 3, 1.65e14, 6.1e9, 37950.0, True, (),
                         (Reason("several", "3 file systems: join them by DFS."),), "file"),
            TargetResult("s3", "Amazon S3", False, True, 1, 1.5e14, None, 3125.0, True,
                         (Reason("not-fit", "does not serve SMB clients", GUIDE),), (), "object"),
        ),
        checks=(
            CheckResult("ports", "Ports for SMB", "required", "Open TCP 445.", "SMB shares.", GUIDE, "2026-11-01",
                        "confirmed"),
            CheckResult("size", "Above 100 TB", "advice", "The line decides.", "More than 100 TB.", GUIDE, "2026-11-01",
                        "unconfirmed"),
        ),
        facts=(
            fact("assumptions/workload.cutover_fixed_time", 2.0, "hour", low=1.0, high=4.0, status="assumed",
                 source="assumption: tests"),
            fact("assumptions/workload.share", 80.0, "%", low=50.0, high=95.0),
            fact("assumptions/workload.loss", 1e-6, "1"),
            fact("movers/datasync-basic.task_rate", 10.0, "Gbps", low=2.5, high=10.0, status="unconfirmed"),
            fact("movers/robocopy.streams", 128.0, "1"),
            fact("prices/backup.any", 0.05, "USD/GB/month", as_of="2024-01-05", old=True),
            fact("prices/copy.any", 0.0125, "USD/GB", as_of="2026-11-01", status="unconfirmed"),
            fact("prices/pool.any", 0.0219, "USD/GiB/month", as_of="2025-06-01"),
        ),
    )  # fmt: skip
    return structs.replace(plan, **more)


def hopeless():
    """A plan in which nothing can be used."""
    plan = make()
    ways = tuple(
        structs.replace(
            way, usable=False, meets=False, duration_days=None, p50_days=None, p80_days=None, p95_days=None,
            p_deadline=None, finish=None, finish_p80=None, cutover_hours=None, phases=(), done_by=(),
            reasons=(Reason("does-not-converge", "changes outrun it"),),
            cost_usd=structs.replace(way.cost_usd, one_off=None, horizon_total=None),
        )
        for way in plan.options
    )  # fmt: skip
    advice = Recommendation(
        None,
        None,
        False,
        ("No way can be used.",),
        0.0,
        (),
        ({"field": "link", "now": "1 Gbps", "needed": "3 Gbps"},),
    )
    return structs.replace(plan, options=ways, recommendation=advice)


def typical():
    """A plan without draws."""
    plan = make()
    none = dict.fromkeys(("p50_days", "p80_days", "p95_days", "p_deadline", "p_budget", "finish_p80"))
    return structs.replace(
        plan, options=tuple(structs.replace(way, **none, done_by=()) for way in plan.options)
    )


@pytest.fixture
def build():
    """What makes plans by hand."""
    return SimpleNamespace(
        make=make,
        hopeless=hopeless,
        typical=typical,
        option=option,
        cost=cost,
        line=line,
        workload=workload,
        phases=phases,
        fact=fact,
        start=START,
    )


@pytest.fixture
def plan():
    return make()


@pytest.fixture(params=[make, hopeless, typical], ids=["made", "hopeless", "typical"])
def any_plan(request):
    return request.param()


@pytest.fixture(scope="session")
def made_once():
    """A plan for what is too slow to be made for each test."""
    return make()
