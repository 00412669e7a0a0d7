"""Which facts each kind of profile may state, and the base unit each is read in.

A key is added here only together with the code that reads it: a fact that nothing reads would look like it counts.
"""

from __future__ import annotations

from typing import Literal

ATTRIBUTES = {
    "dacl": "NTFS permissions (DACLs)",
    "sacl": "NTFS audit entries (SACLs)",
    "owner": "file owners",
    "timestamps": "modification times",
    "ads": "alternate data streams",
    "symlinks": "symbolic links",
    "hardlinks": "hard links",
    "posix": "POSIX ids and modes",
    "xattrs": "extended attributes",
    "sparse": "sparse files",
}
"""What a file can carry besides its bytes, in the order of the report, and what people call it."""

KEPT = ("yes", "partial", "no", "unknown", "not-applicable")
"""How well something is kept, best first."""

TIME_FACTORS = {
    "time_factor_10kb": 1e4,
    "time_factor_100kb": 1e5,
    "time_factor_1mb": 1e6,
    "time_factor_10mb": 1e7,
    "time_factor_100mb": 1e8,
    "time_factor_1gb": 1e9,
    "time_factor_10gb": 1e10,
}
"""What finished moves took, in times of what the constants say -> the mean size of a file that it holds at. [B]."""

MOVER = {
    "per_file_time": "s",  # work on one file by the mover and its host, without waiting for path and target
    "round_trips": "1",  # sequential round trips per file over the path, 0 when one stream carries many files
    "files_in_flight": "1",  # files one agent handles at the same time
    "threads": "1",  # the same as those who run a tool set it, where `files_in_flight` is its default
    "scaling": "1",  # n files in flight on one host get the work of n^scaling done: 1 where nothing is shared
    "host_scaling": "1",  # n hosts do the work of n^host_scaling: 1 where they share nothing
    "overlap": "1",  # exponent k of the small-file law where the tool itself decides it: 1 for one file at a time
    "directory_round_trips": "1",  # round trips per directory when a scan crosses the path
    "scan_rate": "1/s",  # items listed and compared per second by one task
    "streams": "1",  # TCP streams one agent opens over the path
    "stream_window": "B",  # largest window of one stream
    "task_rate": "B/s",  # most that one task or instance moves
    "file_stream_rate": "B/s",  # most that one file moves at, where a file is not cut into parts: a cap, no work on it
    "task_file_rate": "1/s",  # most files per second of one task or instance
    "verify_rate": "B/s",  # bytes per second one task re-reads and compares
    "items_per_task": "1",  # most items one task takes
    "items_before_more_memory": "1",  # above this many items an agent needs the larger memory size
    "agents_per_location": "1",  # most agents that serve one location
    "tasks": "1",  # most tasks at once
    "run_time": "s",  # fixed time of one run, before the first byte and after the last
    "run_round_trips": "1",  # round trips of one run, whatever it copies
    "setup_time": "s",  # until the mover is installed and may run
    "quota_time": "s",  # until a raised quota is granted
    "largest_file": "B",
    "part_size": "B",  # a large file goes to object storage in parts of this, each with a request of its own
    "part_above": "B",  # files above this go in parts
    "change_amplification": "1",  # bytes sent per changed byte, files counted whole: 1, or less where blocks are sent
    "path_length": "1",
    "name_length": "1",
    **dict.fromkeys(TIME_FACTORS, "1"),  # learned from finished moves; 1 where nothing was
}

ROUTE = {
    "line_rate": "B/s",  # of a circuit that this route brings along
    "cap": "B/s",  # most the route carries, whatever the line
    "packet_rate": "1/s",  # most packets per second
    "goodput": "1",  # payload bytes per wire byte at the usual packet size
    "lead_time": "s",  # until it can be used where it does not exist yet
    "lead_time_on_net": "s",  # the same where the building is on the network of who sells it
    "lead_time_off_net": "s",  # the same where it is not
    "minimum_term": "s",  # the least time that it is sold for
}

DEVICE = {
    "usable_capacity": "B",
    "fill": "1",  # share of the capacity that a plan should count on
    "port_rate": "B/s",  # line rate of the fastest usable port
    "copy_rate": "B/s",  # load rate with large files
    "per_file_time": "s",  # work on one file when files are written one by one
    "batched_per_file_time": "s",  # work on one file when small ones are put into archives first
    "batch_below": "B",  # mean file size below which batching pays
    "files_in_flight": "1",
    "files": "1",  # most files on one device
    "largest_file": "B",
    "directory_files": "1",
    "path_length": "1",
    "order_time": "s",  # from the order to the hand-over to the courier, or from booking to the visit
    "ship_time": "s",  # one way, in business days where `ship_days = "business"`
    "return_time": "s",
    "setup_time": "s",  # unpack, connect, unlock
    "import_fixed_time": "s",  # from arrival at the provider until the import begins
    "import_rate": "B/s",
    "import_per_file_time": "s",
    "included_days": "s",  # time on site that the fee includes
    "pool": "1",  # devices one customer may hold at once
    "attached": "1",  # devices loaded at the same time
    "visit_time": "s",  # longest single visit to a terminal
    "visit_gap": "s",  # least time between two visits
    **dict.fromkeys(TIME_FACTORS, "1"),  # of filling it, learned from finished moves
}

TARGET = {
    "largest_volume": "B",  # of one file system
    "smallest_volume": "B",
    "provision_factor": "1",  # bytes provisioned per byte stored, for reserves and fill ceilings
    "metadata_share": "1",  # metadata per byte stored, which stays on the hot medium
    "metadata_per_file": "B",  # metadata of each file beside that
    "smallest_tiered_file": "B",  # smaller files stay off the colder tier
    "billed_step": "B",  # files are billed in whole steps of this
    "billed_per_file": "B",  # what is billed for each file beside its data
    "least_billed_file": "B",  # on the colder tier smaller files are billed as this
    "least_billed_time": "s",  # on the colder tier what is deleted sooner is billed as long as this
    "items": "1",  # most files one file system or volume holds
    "parts": "1",  # most parts of one object: of larger ones each part is larger
    "items_default": "1",  # files one volume holds until somebody raises it
    "largest_file": "B",
    "path_length": "1",
    "name_length": "1",
    "depth": "1",  # most names in a path
    "hardlinks_per_file": "1",
    "write_fraction": "1",  # share of the provisioned throughput that writes reach
    "write_rate": "B/s",  # most bytes per second written, per file system
    "write_rate_per_volume": "1/s",  # bytes per second written per byte provisioned
    "user_rate_per_volume": "1/s",  # the same that users get of it, where that is not what can be written
    "file_rate": "1/s",  # most files created per second, per file system
    "operation_time": "s",  # until one small operation (create, write, set, close; one object request) is answered
    "throughput_floor": "B/s",  # least throughput worth choosing for a move
    "iops": "1",  # most operations per second of one file system
    "iops_included": "1",  # operations per second that each has, whatever its size
    "iops_per_volume": "1/B",  # operations per second that a byte of capacity brings along
    "iops_sold_per_volume": "1/B",  # most of them per byte of capacity where more are bought
    "iops_per_throughput": "s/B",  # most of them per byte per second of throughput bought
    "account_volume": "B",  # default quota of the account
    "account_throughput": "B/s",
    "account_systems": "1",  # file systems of an account in one Region
    "setup_time": "s",
    "quota_time": "s",
}

SPEED = ("write_rate", "file_rate", "operation_time")
"""What a target in front of a bucket has in common with it."""

HOST = {
    "network_rate": "B/s",  # what the port of one machine carries
    "file_rate": "1/s",  # small files that its disks find per second
}

USE = {
    "cold": "1",  # part of the data that is hardly read
    "reduction": "1",  # part of the data that deduplication and compression save
    "throughput_per_volume": "1/s",  # bytes per second that users need per byte stored
    "linear_volume": "B",  # up to which what they need grows in proportion to the data
    "need_exponent": "1",  # power of the volume by which it grows beyond that
    "read_out": "1/s",  # part of the stored data that people on the site read per time
    "backup_copies": "1",  # full copies beside the data, where a target does not keep versions in their place
    "backup_kept": "s",  # how long what is overwritten or deleted can be had again
    "iops_per_volume": "1/B",  # operations per second that they need per byte stored
    "iops_per_file": "1",  # the same per file, where that is more
    "added": "1",  # part of the change that is new and stays, and leaves no old version behind
    "expiring": "1",  # part of the change that replaces the oldest data, as backups do; the rest rewrites
}

ASSUMPTION = {
    "share": "1",
    "new_circuit_share": "1",
    "port_margin": "1",
    "hop_tasks": "1",
    "round_trip_time": "s",
    "loss": "1",
    "mtu": "B",
    "segment": "B",  # TCP payload of one packet
    "file_size": "B",
    "files_per_directory": "1",
    "source_rate": "B/s",
    "source_file_rate": "1/s",
    "agents": "1",  # most agents or copy hosts that are chosen where nobody says how many
    "change": "1/s",
    "overlap": "1",  # exponent k of the small-file law
    "encryption_goodput": "1",  # payload per byte when the file protocol or TLS encrypts
    "reading_hours": "s",  # in a month, in which people on the site read from the target
    "line_for_files": "1",  # part of the site's line that their files may take
    "cutover_fixed_time": "s",  # swing of names, smoke tests
    "window_part": "1",  # of a cutover window that a cutover should take
    "window_passes": "1",  # passes made for that, though the last one fits the window
    "dns_ttl": "s",  # lifetime of a name's record ahead of the cutover
    "rollback_time": "s",  # how long the source is kept after the cutover
    "staff_rate": "USD/s",  # what the work of people counts for in a decision
    "miss_power": "1",  # of the ratio by which an option misses a wish, for what it then counts for
    "work_circuit": "s",  # work to arrange a new circuit
    "work_tunnel": "s",  # the same of a tunnel or a private endpoint
    "work_device": "s",  # the same of devices that are ordered, connected and sent back
    "work_tool": "s",  # the same of a tool that people install and run
    "work_server": "s",  # a year's work to run a file server that nothing manages
    "work_system": "s",  # work to learn and set up another system than the one that serves the files today
    "work_compare": "s",  # work to compare by hand what a tool that verifies nothing has copied
    "outage_free": "s",  # how long people usually do without writing, where nobody says
    "outage_per_byte": "USD/B",  # what it counts for that a byte cannot be written beyond that
    "work_repeat": "s",  # work on a cutover that is called off and done again
    "repeat_delay": "s",  # until another window after one that was not enough
    "overrun_power": "1",  # of the ratio by which a window is longer than a cutover, for how seldom it is not enough
    "work_partial": "s",  # work on one attribute that was to be kept and arrives only in part
    "agent_worth": "1",  # waiting that one more agent has to save, over the work that it takes
    "cutover_worth": "1",  # waiting that is as bad as the same time of a cutover
    "agent_gain": "1",  # part of the time that more agents have to save
    "work_agent": "s",  # work to set up one more agent or copy host and to divide the data for it
    "work_task": "s",  # work on one more task that a limit of items asks for
    "work_file_system": "s",  # work to set up one more file system for shares that would fit into another
    "ramp_pilot": "1",  # groups of shares in the first wave of a site
    "ramp_growth": "1",  # groups that a later wave may have more for each one that was cut over before
    "same_end": "1",  # part by which two ends differ at the most that are at about the same time
    "least_saving": "1",  # part of the total below which a price is no reason to take another option
    "unsure_gain": "1",  # part of money or time that what may not keep who may do what has to save to be told of
    "dear_rival": "1",  # part of the total by which what may be surer is too dear to be a second choice
    "work_running": "1",  # work per time to look after such a tool
    "weight_verify": "1",  # how large a change it is to verify less: as large as one of a number by this factor
    "weight_cutover_days": "1",  # the same to cut over on any day
    "weight_new_circuits": "1",  # the same to allow a new circuit
    "weight_availability": "1",  # the same to ask for a single zone
    "weight_support": "1",  # the same to have a support plan that is asked for
    "weight_traits": "1",  # the same to have what a trait stands for
    "weight_target": "1",  # the same to take another target than the one that was named
    "weight_configuration": "1",  # the same to take another configuration
    "weight_running_costs": "1",  # the same to keep backups elsewhere, where their price is in no sum
    "weight_keep": "1",  # the same to leave an attribute of files behind that was to be kept
    "first_line": "B/s",  # the slowest line that is tried where a site has none
    "latest_deadline": "1",  # how many times later than it is given a deadline is one, if beyond the horizon
    "weight_wave": "1",  # by which ratio of a number one more wave counts
    "power_source_rate": "1",  # to which power the ratio counts by which a source reads faster
    "reach_link": "1",  # how many times faster a line is looked for, where a faster one would meet
    "reach_source_rate": "1",  # the same for what a source gives
    "reach_cutover_window": "1",  # the same for the length of a window
    "reach_change": "1",  # to what part of it change is brought at the least
    "reach_agents": "1",  # how many agents are looked at
    "reach_devices": "1",  # how many devices at once are looked at
    "most_waves": "1",  # in how many waves a move is cut over at most
    "pair_step": "1",  # by which factor the first of two changes moves
    "pair_steps": "1",  # how many such steps are tried
    "horizon": "s",
    "growth": "1/s",  # of the data at the target, per time, in proportion to what was moved
    "cold_age": "s",  # data that nobody read for so long is cold, where an inventory tells
    "price_age": "s",  # prices older than this are flagged
    "unknown_price_margin": "1",  # over the dearest Region's price, to rank where this Region's is not known
    "near_round_trip_time": "s",  # where both ends are in one room or one Region
    "timed_share": "1",  # part of the line that a measured case had
    "unstated_file_size": "B",  # of a measured case that counts no files
    "sigma_source": "1",  # spread of cases around constants that were fitted on them: common to one source
    "sigma_run": "1",  # the same, of each case by itself
    "sigma_weight": "1",  # finished cases that the assumed spread counts for
    "sigma_line": "1",  # spread of ln(actual / predicted) where a line of known rate and share is what binds
    "sigma_vendor": "1",  # spread of ln(actual / predicted) by what is known about the path
    "sigma_measured": "1",
    "sigma_pilot": "1",
    "sigma_hosted": "1",  # of a service on a machine that the case states
    "sigma_unknown": "1",  # what each of tool, target and class adds that nobody knows, as a standard deviation
    "sigma_reported_line": "1",  # of a line that a report states, where nobody says who else used it
    "sigma_history": "1",  # the same of one move around what finished moves of its tool say
    "history_class": "1",  # spread of classes of tools around their constants, which finished moves tell
    "history_tool": "1",  # of tools around their class
    "history_path": "1",  # of a tool's ways to targets around the tool
    "history_reach": "1",  # decades of the mean size of files over which moves become strangers
    "sigma_running": "1",
    "track_noise": "1",  # spread of the time of a hundredth of a copy about its two rates
    "track_walk": "1",  # by which these change meanwhile
    "track_alike": "1",  # by which the variance of the rest is larger since stretches are like those before
    "track_rest": "1",  # spread of the time of the rest that no stretch has shown
    "track_uneven": "1",  # how far the rest is as uneven as what is done
    "track_prior": "1",  # by which a plan's rates stray at least
    "track_least": "1",  # part of the work below which a running copy says nothing new
    "track_windows": "1",  # how many stretches have to be timed for that
    "track_pauses": "1",  # part of the time in which nothing moves
    "track_pause_weight": "1",  # of all work, for how much of it that counts
    "track_totals": "1",  # by how much totals have to differ to be told
    "track_missing": "1",  # by how much jobs may hold less than the plan and be all of it
    "track_other": "1",  # from how many times the plan on a log is of another move
}

KEYS = {
    "movers": MOVER,
    "routes": ROUTE,
    "devices": DEVICE,
    "targets": TARGET,
    "hosts": HOST,
    "uses": USE,
    "assumptions": ASSUMPTION,
}
"""Kind of profile -> fact key -> base unit."""

OPTIONAL = {
    "uses": (
        *("read_out", "backup_copies", "backup_kept", "iops_per_volume", "expiring"),
        *("linear_volume", "need_exponent", "iops_per_file", "added"),
    )
}
"""Kind of profile -> keys of which all must be stated but these: what is absent is not counted, or not needed."""

FOR_INVENTORIES = ("directory_files", "hardlinks_per_file")
"""Limits that an inventory of single files will be held against; nothing reads them, and no plan tells them as used."""

RETIRED = {"devices": ("hosts", "weight"), "targets": ("lifecycle_days",)}
"""Kind of profile -> keys that nothing reads any more. Profiles that state them still load, and are told of them."""

KINDS = (
    "movers", "routes", "devices", "targets", "uses", "hosts", "running", "prices", "checks", "clouds", "closures",
    "assumptions",
)  # fmt: skip
"""Kinds of profile: the folders that profiles lie in."""

ONCE_BASES = (
    "byte-sent",  # every byte that crosses, passes included
    "object-landed",  # one per file that a device brings to object storage before a second hop
    "byte-stored-temporarily",  # a second hop's store, for as long as it is needed; priced per byte and second
    "file-sent",  # one per file and pass that sends it
    "part-sent",  # the same, and one per part of a file that goes in parts
    "tiered-file",  # one per file that goes to the colder tier of a target
    "tiered-byte",  # every byte that does
    "item-listed",  # one per item and pass
    "run",  # one per task and pass
    "task-month",  # tasks or instances, per second they exist
    "hour",  # while the route or mover is there, from its order to the cutover
    "term-hour",  # the same, and no less than the least term of a route that is new
    "agent-hour",
    "device",
    "device-day",  # each day on site beyond the included ones
    "shipment",  # each way of each device
    "visit-hour",
    "once",
)
"""What a one-off charge is counted by."""

TIERED_BASES = ("tiered-file", "tiered-byte")
"""Those of them that a target is charged for once it holds the data, whichever way that came."""

SHARED_BASES = ("hour", "term-hour", "once", "visit-hour", "device", "device-day", "shipment")
"""What the shares of a site that use the same thing pay for together; other charges are for each one's own data."""

ONCE_A_SITE = ("site",)
"""What a site pays once each month for all that it has beside its targets."""

MONTHLY_BASES = (
    "stored-byte",  # each byte stored
    "hot-byte",  # each byte stored that is not cold, where a target has a tier for cold ones
    "cold-byte",  # each byte stored that is cold
    "provisioned-byte",  # each byte of capacity bought
    "throughput",  # each byte per second of throughput bought
    "iops",  # each operation per second bought above those that come with the capacity
    "file-system",  # each file system or gateway, per second it exists
    "stored-file",
    "watched-file",  # each file that is large enough for a colder tier, where a target watches which are read
)
"""What a monthly charge is counted by. Prices are per second; a month is 730 hours."""

RUNNING_BASES = (
    "site",  # each site, per second
    "read-byte",  # each byte that leaves the cloud in a month
    "backup-byte",  # each byte of full copies and of what changed while it is kept
    "version-byte",  # each byte that changed while it is kept
)
"""What is counted each month of what users need beside the target."""

PER_MONTH = ("read-byte",)
"""Those of them that are counted in a month, so that their price has no time in it."""

RUNNING = {
    "access": "the path of users to the files",
    "reads": "reads that leave the cloud",
    "backup": "backups and old versions",
    "directory": "a directory in the cloud",
}
"""What users may need each month beside the target, and what people call it."""

Topic = Literal["access", "reads", "backup", "directory", ""]
Attribute = Literal[
    "dacl", "sacl", "owner", "timestamps", "ads", "symlinks", "hardlinks", "posix", "xattrs", "sparse"
]
Behaviour = Literal["files", "blocks"]
Phases = Literal["sequential", "overlapped"]
Verifies = Literal["none", "changed", "all"]
Family = Literal["internet", "vpn", "direct-connect", "privatelink", "transit-gateway", "nat-gateway"]
Line = Literal["site", "own"]
Exists = Literal["always", "if-named"]
Network = Literal["public", "private", "s3-acceleration", "sftp"]
Shipping = Literal["shipped", "terminal"]
Obtained = Literal["order", "provide", "book", "arrange"]
ShipDays = Literal["business", "calendar"]
TargetKind = Literal["file", "object", "block", "gateway"]
Availability = Literal["single-zone", "multi-zone", "regional"]
Medium = Literal["ssd", "hdd", "tiered", "object"]
Advice = Literal["required", "advice"]
ListForm = Literal["aws-offer", "azure-retail", "google-catalogue"]
"""Words that profiles choose among."""
