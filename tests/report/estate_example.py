"""The plan of an estate made by hand: 14 shares at three sites, one wish in conflict, one left over.

Numbers are likely ones and come from no planner: what is tested is how they are told.
"""

import dataclasses
import datetime as dt
import re

from migplan.results.estate import (
    Conflict,
    EstateCost,
    EstatePlan,
    FileSystemResult,
    ShareResult,
    SiteResult,
    WaveResult,
)

TODAY = "2026-11-29"
OFFSETS = {"Tokyo": "+09:00", "Frankfurt": "+01:00", "Ohio": "-05:00"}
OPTIONS = {
    "ontap": ("datasync-enhanced/internet/fsx-ontap", "DataSync · internet → FSx for ONTAP", "fsx-ontap"),
    "win": ("datasync-basic/vpn/fsx-windows", "DataSync · VPN → FSx for Windows", "fsx-windows"),
    "disk": ("snowball-210/fsx-ontap", "Own disks, then DataSync · internet → FSx for ONTAP", "fsx-ontap"),
    "s3": ("rclone/internet/s3", "rclone · internet → S3", "s3"),
}  # fmt: skip
CONFIGURATIONS = {
    "fsx-ontap": ("second-generation-multi-az", "multi-zone SSD with a cold tier"),
    "fsx-windows": ("multi-az-ssd", "multi-zone SSD"),
    "s3": ("standard", ""),
}

# Name, site, group, owner, TB, million files, option, file system, wave, copy start, ready, hours, chance.
SHARES = """
it-tools         Ohio       -        IT operations   0.8   2.1   win    fs-ohio-1   ohio-1       12-07  12-11  1.5  -
cad-scratch      Ohio       -        Engineering     6.5   1.2   win    fs-ohio-1   ohio-1       12-07  12-14  2.5  0.97
cad              Ohio       cad      Engineering     38.0  9.4   win    fs-ohio-1   ohio-1       12-07  12-17  5.0  0.93
homes-tokyo      Tokyo      -        People team     4.2   11.0  ontap  fs-tokyo-1  tokyo-1      12-08  01-11  3.0  -
tokyo-print      Tokyo      -        IT operations   0.3   0.4   ontap  fs-tokyo-1  tokyo-1      12-08  12-10  1.0  -
finance-jp       Tokyo      finance  Finance         21.0  18.0  ontap  fs-tokyo-1  tokyo-2      12-21  01-29  6.0  0.88
finance-archive  Tokyo      finance  Finance         55.0  31.0  ontap  fs-tokyo-1  tokyo-2      12-28  02-02  6.5  0.84
design-masters   Tokyo      -        Product design  92.0  3.6   disk   fs-tokyo-1  tokyo-2      01-18  02-03  4.0  -
homes-de         Frankfurt  -        People team     7.9   22.0  ontap  fs-fra-1    frankfurt-1  12-09  01-19  4.5  0.91
sales            Frankfurt  -        Sales           12.5  14.0  ontap  fs-fra-1    frankfurt-1  12-09  01-21  4.0  -
legal            Frankfurt  -        Legal           18.4  27.0  ontap  fs-fra-1    frankfurt-2  12-28  02-11  6.0  0.38
media            Frankfurt  -        Marketing       74.0  1.9   ontap  fs-fra-1    frankfurt-2  01-04  02-17  3.5  -
build-logs       Frankfurt  -        Engineering     31.0  66.0  s3     s3-fra      frankfurt-2  01-11  02-18  5.5  -
"""
DEADLINES = {
    "cad-scratch": "2026-12-24", "cad": "2026-12-24", "finance-jp": "2027-02-14", "finance-archive": "2027-02-14",
    "homes-de": "2027-01-31", "legal": "2027-01-31",
}  # fmt: skip
WAVES = {
    "ohio-1": ("Ohio", "2026-12-19T20:00", "2026-12-20T08:00", "2026-12-20T01:00", "2026-12-20T03:10", 0.93),
    "tokyo-1": ("Tokyo", "2027-01-16T18:00", "2027-01-17T06:00", "2027-01-16T21:00", "2027-01-16T22:20", 0.95),
    "frankfurt-1": ("Frankfurt", "2027-01-23T20:00", "2027-01-24T08:00", "2027-01-24T00:30", "2027-01-24T02:00", 0.91),
    "tokyo-2": ("Tokyo", "2027-02-06T18:00", "2027-02-07T06:00", "2027-02-07T00:30", "2027-02-07T03:30", 0.82),
    "frankfurt-2": ("Frankfurt", "2027-02-20T20:00", "2027-02-21T08:00", "2027-02-21T02:00", "2027-02-21T05:45", 0.86),
}  # fmt: skip
FILE_SYSTEMS = (
    ("fs-ohio-1", "Ohio", "us-east-2", "fsx-windows", "FSx for Windows File Server", 1, 0.81, 6940.0),
    ("fs-tokyo-1", "Tokyo", "ap-northeast-1", "fsx-ontap", "FSx for NetApp ONTAP", 1, 0.86, 9215.0),
    ("fs-fra-1", "Frankfurt", "eu-central-1", "fsx-ontap", "FSx for NetApp ONTAP", 1, 0.79, 7480.0),
    ("s3-fra", "Frankfurt", "eu-central-1", "s3", "Amazon S3", 1, None, 745.0),
)
LINES = {
    "Ohio": (
        1e10,
        "2026-12-07",
        (0.98, 0.97, 0.98, 0.95, 0.91, 0.4, 0.35, 0.6, 0.42, 0.2, 0.2, 0.2, 0.3, 0.05),
    ),
    "Tokyo": (1e9, "2026-12-08", (*(1.0,) * 27, *(0.2,) * 6, *(0.97,) * 22, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2)),
    "Frankfurt": (5e8, "2026-12-09", (*(0.99,) * 14, *(0.1,) * 4, *(1.0,) * 52, 0.8, 0.5, 0.2, 0.1)),
}
ONE_OFF = {"Ohio": 1890.0, "Tokyo": 9760.0, "Frankfurt": 4315.0}


def made(row):
    cells = ("" if cell == "-" else cell for cell in re.split(r"\s{2,}", row))
    name, site, group, owner, size, files, option, file_system, wave, begin, ready, hours, chance = cells
    key, called, target = OPTIONS[option]
    _, start, _, typical, sure, _ = WAVES[wave]
    late = name == "legal"
    return ShareResult(
        name=name, site=site, group=group or name, server=f"nas-{site[:3].lower()}-01", owner=owner,
        priority="high" if group == "finance" else "normal",
        volume_bytes=float(size) * 1e12, files=float(files) * 1e6, option=key, option_name=called,
        target=target, configuration=CONFIGURATIONS[target][0], file_system=file_system, wave=wave,
        copy_start=moment(begin, "20:00", site), ready=moment(ready, "05:00", site),
        cutover_start=f"{start}{OFFSETS[site]}", cutover_hours_p80=float(hours),
        finish_p50=f"{typical}{OFFSETS[site]}", finish_p80=f"{sure}{OFFSETS[site]}",
        deadline=DEADLINES.get(name), p_deadline=float(chance) if chance else None, meets=not late,
        reasons=("is ready on 11 Feb 2027, 11 days after its deadline",) if late else (),
    )  # fmt: skip


def moment(day, clock, site):
    return f"{2026 if day.startswith('12') else 2027}-{day}T{clock}{OFFSETS[site]}"


def left_over():
    return ShareResult(
        name="mainframe-exports", site="Ohio", group="mainframe-exports", server="nas-ohi-02",
        owner="Core banking", priority="normal", volume_bytes=24e12, files=112.0,
        reasons=("a file of 20 TB is larger than 17.6 TB, the most that any file target of us-east-2 takes",),
    )  # fmt: skip


def wave(name, shares):
    site, start, end, typical, sure, chance = WAVES[name]
    own, zone = [share for share in shares if share.wave == name], OFFSETS[site]
    return WaveResult(
        id=name, site=site, start=f"{start}{zone}", end=f"{end}{zone}", shares=tuple(share.name for share in own),
        bytes=sum(share.volume_bytes for share in own), files=sum(share.files for share in own),
        groups=len({share.group for share in own}), owners=tuple(sorted({share.owner for share in own})),
        finish_p50=f"{typical}{zone}", finish_p80=f"{sure}{zone}", p_ready=chance,
    )  # fmt: skip


def file_system(row, shares):
    name, site, region, target, called, count, fill, monthly = row
    own = [share for share in shares if share.file_system == name]
    return FileSystemResult(
        id=name, site=site, region=region, target=target, target_name=called,
        configuration=CONFIGURATIONS[target][0], count=count, shares=tuple(share.name for share in own),
        bytes=sum(share.volume_bytes for share in own), fill=fill, monthly_usd=monthly,
        configuration_name=CONFIGURATIONS[target][1],
    )  # fmt: skip


def site(name, shares):
    rate, first, loads = LINES[name]
    own = [share for share in shares if share.site == name]
    last = [entry for entry in WAVES.values() if entry[0] == name][-1]
    begin = dt.date.fromisoformat(first)
    load = tuple(
        {"date": (begin + dt.timedelta(days=step)).isoformat(), "load": part}
        for step, part in enumerate(loads)
    )
    return SiteResult(
        name=name, line_bps=rate, line_load=load,
        agents={"datasync-basic": 1} if name == "Ohio" else {"datasync-enhanced": 2},
        shares=len(own), bytes=sum(share.volume_bytes for share in own), one_off_usd=ONE_OFF[name],
        monthly_usd=sum(row[-1] for row in FILE_SYSTEMS if row[1] == name) + 180.0,
        finish_p50=f"{last[3]}{OFFSETS[name]}", finish_p80=f"{last[4]}{OFFSETS[name]}",
    )  # fmt: skip


def line(item, site, amount, monthly=False, shared=True, quantity=1.0, unit=""):
    return {"item": item, "site": site, "shared": shared, "monthly": monthly, "quantity": quantity, "unit": unit,
            "amount": amount}  # fmt: skip


def costs(sites):
    lines = (
        line("FSx for NetApp ONTAP, fs-tokyo-1", "Tokyo", 9215.0, monthly=True),
        line("FSx for NetApp ONTAP, fs-fra-1", "Frankfurt", 7480.0, monthly=True),
        line("FSx for Windows File Server, fs-ohio-1", "Ohio", 6940.0, monthly=True),
        line("Amazon S3, s3-fra", "Frankfurt", 745.0, monthly=True, shared=False),
        line("VPN connection", "Ohio", 36.5, monthly=True),
        line("Backup of the file systems", "Tokyo", None, monthly=True, quantity=172500.0, unit="GB"),
        line("Own disks and courier", "Tokyo", 5200.0, shared=False),
        line("DataSync, data copied", "Tokyo", 2156.25, quantity=172500.0, unit="GB"),
        line("DataSync, data copied", "Frankfurt", 1410.0, quantity=112800.0, unit="GB"),
        line("DataSync, data copied", "Ohio", 566.25, quantity=45300.0, unit="GB"),
    )
    once = sum(each.one_off_usd for each in sites)
    monthly = sum(each.monthly_usd for each in sites)
    staff, delay = 21_600.0, 3_240.0
    return EstateCost(once, monthly, staff, delay, once + 12 * monthly + staff + delay, False, lines)


ORDERS = (
    {"what": "Own disks with 100 TB, and a courier to a terminal", "site": "Tokyo", "count": 4,
     "order_by": "2026-12-28", "slack_days": 21, "arrives": "2027-01-15", "arrives_p80": "2027-01-18",
     "shares": ["design-masters"], "amount": 5200.0},
    {"what": "a VPN connection to the Region", "site": "Ohio", "count": 1, "order_by": "2026-11-30",
     "slack_days": 1, "arrives": "2026-12-07", "arrives_p80": "2026-12-08",
     "shares": ["it-tools", "cad-scratch", "cad"], "amount": None},
    {"what": "Quota of 400 MB/s for FSx for NetApp ONTAP", "site": "Tokyo", "count": 1, "order_by": "2026-12-01",
     "slack_days": 0, "arrives": "2026-12-08", "arrives_p80": "2026-12-10", "shares": [], "amount": 0.0},
)  # fmt: skip

CONFLICT = Conflict(
    kind="line",
    site="Frankfurt",
    shares=("homes-de", "sales", "legal"),
    wish="deadline",
    text="The line of Frankfurt cannot carry homes-de, sales and legal by 31 Jan 2027: it needs 11 days more",
    frees=(
        "a line of 650 Mbps instead of 500 Mbps",
        "a deadline of 12 Feb 2027 for legal",
        "legal before sales",
    ),
)


def example(**more):
    """The plan; fields in place of its own."""
    shares = (*map(made, SHARES.strip().splitlines()), left_over())
    sites = tuple(site(name, shares) for name in ("Tokyo", "Frankfurt", "Ohio"))
    cost = costs(sites)
    plan = EstatePlan(
        today=TODAY,
        shares=shares,
        waves=tuple(wave(name, shares) for name in WAVES),
        file_systems=tuple(file_system(row, shares) for row in FILE_SYSTEMS),
        sites=sites,
        orders=ORDERS,
        cost_usd=cost,
        bound_usd=cost.total / 1.012,
        gap=0.012,
        status="infeasible",
        conflicts=(CONFLICT,),
        greedy_usd=371_400.0,
        greedy_finish="2027-03-20T22:10+01:00",
        finish_p50=f"{WAVES['frankfurt-2'][3]}+01:00",
        finish_p80=f"{WAVES['frankfurt-2'][4]}+01:00",
        assumptions=(
            {"text": "80 % of the line usable", "count": 9},
            {"text": "1 % of the data changes a day", "count": 14},
            {"text": "general use by office workers", "count": 12},
        ),
        notes=("rows 3 and 4 of the export are partitions of one server and were counted once",),
        bad_rows=("line 17, column Used: 'n/a' is no volume",),
    )
    return dataclasses.replace(plan, **more)


def good():
    """The same without what cannot be kept: every share is placed and in time."""
    shares = tuple(
        dataclasses.replace(share, meets=True, reasons=(), p_deadline=share.p_deadline and 0.9)
        for share in example().shares
        if share.option
    )
    cost = example().cost_usd
    known = tuple(row for row in cost.lines if row["amount"] is not None)
    return example(
        shares=shares, conflicts=(), status="gap", bad_rows=(), notes=(),
        cost_usd=dataclasses.replace(cost, complete=True, lines=known),
    )  # fmt: skip


def empty():
    """Nothing can be placed."""
    shares = tuple(
        dataclasses.replace(left_over(), name=f"share {number}", reasons=("no line and no device",))
        for number in (1, 2)
    )
    nothing = EstateCost(0.0, 0.0, 0.0, 0.0, 0.0, True)
    return EstatePlan(TODAY, shares, (), (), (), (), nothing, None, None, "infeasible")


def big(count=100, each=10, sites=10):
    """Many shares and waves, by the example's own, repeated under other names."""
    plan = example()
    places = [f"Site {number}" for number in range(1, sites + 1)]
    shares, waves = [], []
    for number in range(count // each * 2):
        name, site = f"wave {number + 1}", places[number % sites]
        own = [
            dataclasses.replace(
                plan.shares[k % 13], name=f"share {number}-{k}", site=site, wave=name, meets=True, reasons=()
            )
            for k in range(each // 2)
        ]  # fmt: skip
        shares += own
        waves.append(
            dataclasses.replace(plan.waves[number % 5], id=name, site=site, shares=tuple(s.name for s in own))
        )
    found = [dataclasses.replace(plan.sites[k % 3], name=place) for k, place in enumerate(places)]
    systems = [
        dataclasses.replace(plan.file_systems[k % 4], id=f"fs-{k}", site=place)
        for k, place in enumerate(places)
    ]
    lines = tuple({**line, "site": place} for place in places for line in plan.cost_usd.lines)
    return dataclasses.replace(
        plan, shares=tuple(shares), waves=tuple(waves), sites=tuple(found), file_systems=tuple(systems),
        cost_usd=dataclasses.replace(plan.cost_usd, lines=lines), orders=plan.orders * 6, conflicts=plan.conflicts * 9,
        assumptions=plan.assumptions * 5, bad_rows=plan.bad_rows * 30,
    )  # fmt: skip
