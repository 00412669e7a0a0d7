"""The table of input fields: flags, scenario keys and CSV columns are these, defined once.

Light on purpose: the command line builds its help from this table, so nothing here imports numpy or pint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from migplan.facts.keys import ATTRIBUTES, RUNNING
from migplan.language import languages


@dataclass(frozen=True, slots=True)
class Field:
    """One input.

    Attributes
    ----------
    name : str
        Scenario key and CSV column; the flag has hyphens for underscores.
    form : str
        How its text is read: a key of `migplan.inputs.readers.READERS`.
    help : str
        One line for people.
    example : str
        A value that is read without complaint.
    group : str
        Heading under which help and docs list it.
    base : str
        Base unit of a quantity.
    assumed : str
        The assumption that stands in for it; empty where absence has a meaning of its own.
    default : str
        Text that stands in for it where the design fixes one.
    why : str
        What its absence means, or where the default comes from.
    choices : tuple of str
        Allowed values of a choice or of the members of a list.
    also : tuple of (str, str)
        Other words for a choice, in lower case without blanks and hyphens, and the choice each is read as.
    also_told : str
        These words in short, for messages.
    low, high : float
        Range in base units in which an answer means something.
    low_is_open : bool
        Whether `low` itself is refused.
    scenario_only : bool
        Whether only a scenario file can give it.
    chosen : bool
        Whether it is chosen for each way where nobody gives it; the assumption says how far.
    in_plans : tuple of str
        Values that a single plan takes besides, and nothing else.
    one_of : str
        What to do where several choices are given at once.
    """

    name: str
    form: str
    help: str
    example: str
    group: str
    base: str = ""
    assumed: str = ""
    default: str = ""
    why: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    also_told: str = ""
    low: float = 0.0
    high: float = float("inf")
    low_is_open: bool = True
    scenario_only: bool = False
    chosen: bool = False
    in_plans: tuple[str, ...] = ()
    one_of: str = "wanted one of them"


PROTOCOLS = ("smb", "nfs", "local", "object")
_SMB_VERSIONS = ("2", "2.0", "2.0.2", "2.02", "2.1", "3", "3.0", "3.0.2", "3.02", "3.1.1", "3.11")
_NFS_VERSIONS = ("3", "4", "4.0", "4.1", "4.2")
PROTOCOL_WORDS = (
    ("cifs", "smb"),
    ("samba", "smb"),
    ("cifs/smb", "smb"),
    ("smb/cifs", "smb"),
    *((f"smb{version}", "smb") for version in _SMB_VERSIONS),
    *((f"nfs{version}", "nfs") for version in _NFS_VERSIONS),
)
"""What else people call a protocol; not SMB 1 and NFS 2, for which what is planned for smb and nfs does not hold."""
SOURCES = ("windows", "ontap", "linux", "other")
CLOUDS = ("aws", "azure", "gcp")
"""Clouds that have profiles of ours; an overlay may bring others."""
EVERY_CLOUD = "any"
"""What stands in place of a cloud where all are compared."""
CLOUD_WORDS = (
    *(("amazon", "aws"), ("amazonaws", "aws"), ("amazonwebservices", "aws")),
    *(("microsoft", "azure"), ("microsoftazure", "azure"), ("google", "gcp"), ("googlecloud", "gcp")),
)
AVAILABILITY = ("single-zone", "multi-zone")
AVAILABILITY_WORDS = (
    *(
        ("singleaz", "single-zone"),
        ("saz", "single-zone"),
        ("onezone", "single-zone"),
        ("lrs", "single-zone"),
    ),
    *(("zonal", "single-zone"), ("multiaz", "multi-zone"), ("maz", "multi-zone"), ("zrs", "multi-zone")),
    *(("regional", "multi-zone"), ("zoneredundant", "multi-zone")),
)
TRAITS = (
    "multicast",
    "broadcast",
    "realtime-stream",
    "event-driven",
    "http-ingest",
    "warehouse-load",
    "dns-failover",
    "load-balancer",
    "vpc-peering",
    "client-vpn",
    "dfs-namespace",
    "block-volumes",
    "two-sites",
    "vdi",
    "backups",
    "partner-site",
    "multi-protocol",
)

_DATA, _FILES, _LINE, _TIME, _PLACE, _AIM = "Data", "Files", "Line and source", "Time", "Place", "Aim"

# fmt: off
FIELDS: tuple[Field, ...] = (
    Field("name", "text", "Name of the plan.", "finance shares", _PLACE, default="plan"),
    Field("site", "text", "Where the data is now.", "Osaka", _PLACE, default="site"),
    Field("volume", "quantity", "Data to move.", "150 TB", _DATA, base="B", high=1e+20),
    Field("files", "count", "Number of files.", "40M", _FILES, base="1", high=10000000000000.0,
        why="from the volume and the mean file size"),
    Field("file_size", "quantity", "Mean file size, in place of the number of files.", "2 MB", _FILES,
        base="B", assumed="file_size", high=1e+16),
    Field("use", "name",
        "What the shares are for; it gives the defaults of availability, cold, reduction, throughput and iops.",
        "departmental", _FILES, default="general"),
    Field("availability", "choice", "Whether the target must survive the loss of a zone.", "multi-zone", _FILES,
        choices=AVAILABILITY, also=AVAILABILITY_WORDS, also_told="Single-AZ, Multi-AZ, LRS, ZRS, zonal, regional",
        why="by use"),
    Field("cold", "quantity", "Part of the data that is hardly read, which may lie on a colder tier.", "80 %",
        _FILES, base="1", assumed="cold", high=1.0, low_is_open=False),
    Field("reduction", "quantity", "What deduplication and compression save at the target.", "30 %", _FILES,
        base="1", assumed="reduction", high=0.95, low_is_open=False),
    Field("throughput", "quantity", "What users need of the target once it runs.", "200 MB/s", _FILES,
        base="B/s", low=0.0, high=1e12, low_is_open=False, why="by use and volume"),
    Field("iops", "count", "Operations per second that users need of the target once it runs.", "20000", _FILES,
        base="1", high=1e9, low_is_open=False, why="by use and volume"),
    Field("growth", "quantity", "Growth of the data over the horizon.", "20 %/year", _FILES, base="1/s",
        assumed="growth", high=1e-6, low_is_open=False),
    Field("largest_file", "quantity", "Size of the largest file.", "400 GB", _FILES, base="B", high=1e+18,
        why="not known, so size limits are not checked"),
    Field("sizes", "histogram", "Histogram of file sizes: a list of {size, files}.", "", _FILES,
        scenario_only=True, why="one bucket of the mean size"),
    Field("inventory", "path", "A file of `migplan inventory`, which gives volume, files, sizes, largest file, changes "
        "and cold data where nothing else does.", "shape.toml", _FILES, why="none"),
    Field("protocol", "choice", "How clients reach the data.", "smb", _FILES, default="smb",
        choices=PROTOCOLS, also=PROTOCOL_WORDS, also_told="CIFS, Samba, SMB 2 or 3, NFS 3 or 4",
        one_of="wanted one of them: where both are used for the same files the one whose permissions count, and "
        "traits = 'multi-protocol'"),
    Field("source", "choice", "System that serves the data.", "ontap", _FILES, choices=SOURCES,
        also=(("netapp", "ontap"), ("netappontap", "ontap"), ("windowsserver", "windows")),
        also_told="NetApp, Windows Server",
        why="by protocol: smb from windows, nfs from linux, else other"),
    Field("structure", "choice", "Kind of data.", "unstructured", _DATA, default="unstructured",
        choices=("unstructured", "structured", "mixed")),
    Field("keep", "choices", "What must be kept besides the contents of files.", "dacl,owner,timestamps", _FILES,
        choices=tuple(ATTRIBUTES)[:-1],
        why="by protocol: smb keeps dacl, owner, timestamps; nfs keeps posix, timestamps"),
    Field("app_change", "choice", "Whether applications may be rewritten for object storage.", "none", _FILES,
        default="none", choices=("none", "allowed")),
    Field("link", "quantity", "Rate of the network line that the site has.", "1 Gbps", _LINE, base="B/s",
        low=125.0, high=1000000000000000.0, low_is_open=False, why="no line: only devices and new circuits"),
    Field("share", "quantity", "Part of the line that the migration may use.", "70 %", _LINE, base="1", assumed="share",
        high=1.0),
    Field("rtt", "quantity", "Round-trip time from the site to the Region.", "30 ms", _LINE, base="s",
        assumed="round_trip_time", high=10.0, low_is_open=False),
    Field("loss", "quantity", "Packet loss of the line.", "0.01 %", _LINE, base="1", assumed="loss",
        high=0.5, low_is_open=False),
    Field("mtu", "quantity",
        "Largest packet of the line; counts only on routes that are limited in packets a second, as a VPN is.",
        "1500 B", _LINE, base="B", assumed="mtu", low=576, high=65535, low_is_open=False),
    Field("hours", "hours", "Hours in which the migration may use the line, or which part of it in which hours, as in "
        "'Mon-Fri 07:00-19:00: 20 %, else 90 %'.", "Mon-Fri 19:00-07:00, Sat-Sun", _TIME, why="always"),
    Field("holidays", "holidays",
        "Country, or country and subdivision, on whose public holidays couriers rest and no cutover takes place.",
        "DE-BY", _TIME, why="none"),
    Field("freeze", "ranges", "Date ranges in which nothing may run.", "2026-12-20..2027-01-06", _TIME,
        why="none"),
    Field("timezone", "timezone", "IANA time zone of the site: of hours, start and deadline.", "Europe/Berlin", _TIME,
        why="wall-clock time without daylight saving"),
    Field("routes", "names",
        "Routes that exist already: they need no lead time, and others over this line are left out; `vpn` and "
        "`direct-connect` stand for what each cloud has of their kind, such as ExpressRoute.",
        "internet,vpn", _LINE, why="all, with their lead times"),
    Field("new_circuits", "choice", "Whether a new circuit may be ordered.", "no", _LINE, default="allowed",
        choices=("allowed", "no")),
    Field("on_net", "choice", "Whether the building is on the network of a partner that sells circuits.", "yes",
        _LINE, default="unknown", choices=("yes", "no", "unknown")),
    Field("source_rate", "quantity", "Rate at which the source can be read beside production.", "400 MB/s", _LINE,
        base="B/s", assumed="source_rate", low=125.0, high=1000000000000000.0, low_is_open=False),
    Field("agents", "count", "Agents or copy hosts that work in parallel.", "2", _LINE, base="1",
        assumed="agents", low=1, high=1000, low_is_open=False, chosen=True),
    Field("threads", "count", "Copy threads of a host, for tools that have them.", "32", _LINE, base="1",
        low=1, high=1024, low_is_open=False, why="as those who run each tool set them"),
    Field("encryption", "choice", "Whether encryption in transit is required.", "required", _LINE,
        default="optional", choices=("optional", "required"), also_told="yes, no",
        also=tuple((word, "required") for word in ("yes", "true", "on", "tls"))
        + tuple((word, "optional") for word in ("no", "false", "off", "none"))),
    Field("change", "change", "Data that changes or is added per day, as a percentage or an amount.", "2 %/day", _DATA,
        base="B/s", assumed="change", high=1000000000000000.0, low_is_open=False),
    Field("changed", "history", "Data changed in the last days: a list of {days, volume}.", "", _DATA,
        scenario_only=True, why="change grows in proportion to time"),
    Field("start", "date", "Date on which work may begin.", "2026-12-01", _TIME, why="today"),
    Field("deadline", "deadline", "When it must be done: a date, or a time from the start.", "30 days",
        _TIME, base="s", high=3200000000.0, why="none"),
    Field("cutover_window", "quantity", "How long users may be without write access.", "8 hours", _TIME,
        base="s", high=3200000000.0, why="none: passes run until another gains next to nothing"),
    Field("cutover_days", "cutover_days", "Days on which a cutover may take place, or dates.", "Sat-Sun", _TIME,
        why="any day"),
    Field("verify", "choice", "What is compared after copying.", "changed", _TIME,
        choices=("none", "changed", "all"), why="what each mover does unless told"),
    Field("cloud", "choice", "Cloud provider; any compares all.", "aws", _PLACE, default="aws",
        choices=CLOUDS, in_plans=(EVERY_CLOUD,),
        also=CLOUD_WORDS, also_told="Amazon, Microsoft, Google"),
    Field("region", "name", "Region of the cloud provider.", "us-east-1", _PLACE,
        why="by cloud, and said"),
    Field("from_cloud", "choice", "Cloud that the data lies in and leaves.", "aws", _PLACE, choices=CLOUDS,
        also=CLOUD_WORDS, also_told="Amazon, Microsoft, Google", why="none: it lies at a site"),
    Field("from_region", "name", "Region of that cloud.", "eu-west-1", _PLACE, why="by cloud, and said"),
    Field("egress", "choice", "What that cloud charges for leaving it.", "waived", _PLACE,
        choices=("charged", "waived"), why="its list price"),
    Field("target", "name", "The only target to consider.", "fsx-ontap", _PLACE, why="any that fits"),
    Field("configuration", "name", "The only configuration of targets to consider.", "multi-zone-ssd", _PLACE,
        why="of each target the one with the least rent that gives what is needed"),
    Field("customer", "choice",
        "Existing customer of the provider's device service (before it closed to new customers).", "new", _PLACE,
        default="new", choices=("new", "existing")),
    Field("support", "choice", "Support plan with the cloud provider.", "enterprise", _PLACE, default="none",
        choices=("none", "developer", "business", "enterprise")),
    Field("budget", "quantity", "Most that the migration and the target over the horizon may cost.", "200000 USD",
        _AIM, base="USD", high=1000000000000.0, why="none"),
    Field("delay_cost", "quantity", "What each day until the move is done costs.", "500 USD/day", _AIM,
        base="USD/s", high=1e6, low_is_open=False, why="the target's own rent: both systems run until the cutover"),
    Field("current_cost", "quantity", "What the old system costs; shown as double running and as a saving, and decides "
        "nothing.", "4000 USD/month", _AIM, base="USD/s", high=1e6, low_is_open=False,
        why="not known, so no saving is told"),
    Field("running_costs", "choices", "What is counted each month beside the target, or none.", "access,backup", _AIM,
        choices=tuple(RUNNING), why="by need; a managed directory only where it is named"),
    Field("horizon", "quantity", "How long the cost of the target counts.", "12 months", _AIM, base="s",
        assumed="horizon", high=3200000000.0),
    Field("optimize", "choice", "What decides among the options that meet everything.", "cost", _AIM, default="cost",
        choices=("cost", "time", "risk")),
    Field("knowledge", "choice", "What is known about the path from the site to the target.", "measured", _AIM,
        default="vendor", choices=("vendor", "measured", "pilot", "running")),
    Field("lang", "choice", "Language of a plan on the terminal, its report and its checks.", "ja", _AIM, default="en",
        choices=languages(), scenario_only=True),
    Field("traits", "choices", "What else applications depend on, for the design checks.", "dns-failover",
        _AIM, choices=TRAITS, why="none"),
)
# fmt: on

NUMERIC = ("quantity", "count", "change", "deadline")
"""Forms of fields that are numbers, with a unit or without."""

BY_NAME = {field.name: field for field in FIELDS}

FIRST = ("volume", "files", "link", "change", "deadline", "cutover_window", "region")
"""What moves an answer most, and what help therefore lists first."""

ASKED = (
    *("name", "site", "volume", "files", "protocol", "use", "link", "share", "change", "start", "deadline"),
    *("cutover_window", "region", "timezone", "holidays", "budget"),
)
"""What `migplan init` asks for, in its order; `SHOWN` stands in what it writes where nobody is asked."""
SHOWN = ("volume", "link")
SCENARIO_FILE, SCHEMA_FILE = "scenario.toml", "migplan-scenario.schema.json"
"""What such a file is called unasked, and what it calls its schema, which lies beside it."""

ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("share name", "volume name", "file share", "workload", "共有名", "名前"),
    "site": ("location", "拠点"),
    "volume": (
        *("size", "used", "used space", "used capacity", "data size", "total size", "volume size"),
        *("capacity used", "logical used", "used logical", "logical used capacity", "logical capacity used"),
        *("容量", "使用容量", "使用量", "データ量"),
    ),
    "files": ("file count", "number of files", "files count", "total files", "ファイル数"),
    "file_size": ("average file size", "avg file size", "mean file size", "平均ファイルサイズ"),
    "largest_file": (
        *("largest file size", "max file size", "maximum file size", "biggest file"),
        "最大ファイルサイズ",
    ),
    "use": ("用途",),
    "protocol": ("プロトコル",),
    "link": (
        *("bandwidth", "wan bandwidth", "wan link", "line", "line rate", "line speed", "link speed"),
        *("回線", "回線速度", "帯域"),
    ),
    "share": ("usable share", "link share", "bandwidth share", "回線利用率"),
    "rtt": ("round trip", "round trip time", "ping", "往復遅延"),
    "loss": ("packet loss", "パケット損失"),
    "encryption": ("暗号化",),
    "source_rate": ("source throughput", "read throughput", "read rate", "読み取り速度"),
    "change": ("change rate", "churn", "変更率"),
    "start": ("start date", "開始日"),
    "deadline": ("due", "due date", "finish by", "期限"),
    "cutover_window": ("cutover", "downtime", "outage window", "maintenance window", "停止時間"),
    "region": ("aws region", "cloud region", "リージョン"),
    "target": ("移行先",),
    "budget": ("予算",),
    "hours": ("transfer hours", "allowed hours", "転送時間帯"),
    "horizon": ("cost horizon", "評価期間"),
}
"""Field -> headers of tables that stand for it besides its name, in lower case with single blanks."""

WORDS = {word: name for name, words in ALIASES.items() for word in words} | {name: name for name in BY_NAME}
"""What a mistyped name is held against -> the field that it may have been meant for."""

OF_ROWS = {word: name for word, name in WORDS.items() if not BY_NAME[name].scenario_only}
"""The same where many shares are told of."""


OF_CLOUDS = ("cloud", "from_cloud")
"""Fields that name a cloud."""


def with_clouds(entry: Field, known: Sequence[str]) -> Field:
    """A field; that of the cloud takes each of those that are known, as overlays may bring others than ours.

    Examples
    --------
    >>> with_clouds(BY_NAME["cloud"], ["aws", "mini"]).choices
    ('aws', 'azure', 'gcp', 'mini')
    """
    return (
        replace(entry, choices=tuple(dict.fromkeys((*CLOUDS, *known)))) if entry.name in OF_CLOUDS else entry
    )
