"""Tables as people and systems write them (`tests/data/public`): planned rightly, or refused with a line that helps.

Volumes are worked out by hand beside each case.
"""

import csv
import datetime as dt
import re
import shutil
import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import migplan as api
from migplan.cli.batch import batch as command
from migplan.cli.batch_run import _job
from migplan.estate.rows import row_fields
from migplan.estate.run import Input
from migplan.facts import load
from migplan.inputs.workload import read_workload

PUBLIC = Path(__file__).parents[1] / "data" / "public"
TODAY = ("--today", "2026-11-28")

PLANNED = [
    # 8123.5 + 1200 GiB = 9323.5 x 1.0737 GB
    ("azure-migrate.csv", "--map 'Storage in use (In GB)=volume' --unit GB=GiB", 2, 0, "10.01 TB"),
    ("azure-migrate.csv", "--map 'Storage in use (In GB)=volume:GB' --unit GB=GiB", 2, 0, "10.01 TB"),
    ("azure-migrate.csv", "--map 'Storage in use (In GB)=volume'", 2, 0, "9.323 TB"),
    # 15,393,162,788,864 + 2,748,779,069,440 + 1,099,511,627,776 B
    ("datasync-discovery.csv", "", 3, 0, "19.24 TB"),
    ("datasync-discovery.csv", "--where LunCount=0", 2, 0, "18.14 TB"),
    # 8,796,093,022,208 + 2,199,023,255,552 + 1,099,511,627,776 B
    ("datasync-discovery.csv", "--map CapacityUsed=volume:B", 3, 0, "12.09 TB"),
    # 45714.5372106481, 12/01/2026, 1-Dec-26 and a time of day are no dates of ours
    ("dates.csv", "", 2, 4, "200 GB"),
    ("dates.csv", "--dates month-first", 3, 3, "300 GB"),
    # 0, 19 GiB, 14 TiB
    ("df-h.csv", "--map Used=volume --unit T=TiB --unit G=GiB", 2, 1, "15.41 TB"),
    # 120,984 + 15,043,656 KiB
    ("df-k.csv", "", 2, 0, "15.53 GB"),
    ("df-k.csv", "--group-by VirtualMachine", 1, 0, "15.53 GB"),
    # 0, 19 GiB, 14 TiB, 87 TiB
    ("df-h.txt", "--map Used=volume --unit T=TiB --unit G=GiB", 3, 1, "111.1 TB"),
    # 15,393,162,788 + 1,099,511,627 KiB
    ("du-sk.txt", "--columns 'Used (KiB),name'", 2, 0, "16.89 TB"),
    ("dup-cols.csv", "--map 'Used (GB)#1=volume'", 1, 0, "100 GB"),
    ("dup-cols.csv", "--map 'Used (GB)#2=volume'", 1, 0, "200 GB"),
    ("excel-sci-de.csv", "--decimal ,", 2, 0, "2.199 TB"),
    ("excel-sci.csv", "", 2, 1, "2.199 TB"),
    ("excel-sci.csv", "--thousands ,", 3, 0, "3.299 TB"),
    # 50 x 100 GiB
    ("fifty-shares.csv", "", 50, 0, "5.369 TB"),
    # 1,234.56 GB + 980.5 MB + 12 kB
    (
        "french-units.csv",
        "--map Taille=volume --map Fichiers=files --decimal , --thousands space "
        "--unit Go=GB --unit Mo=MB --unit Ko=kB",
        3,
        0,
        "1.236 TB",
    ),
    # 1,234.56 + 980.5 GB
    (
        "french.csv",
        "--map 'Taille (Go)=volume:GB' --map Fichiers=files --decimal , --thousands space",
        2,
        0,
        "2.215 TB",
    ),
    # 12,345 + 1,234 + 7,500 GB, or 12.345 + 1.234 + 7.500 GB where someone says so
    ("german-groups.csv", "--map 'Belegt (GB)=volume' --thousands . --decimal ,", 3, 0, "21.08 TB"),
    ("german-groups.csv", "--map 'Belegt (GB)=volume' --decimal .", 3, 0, "21.08 GB"),
    # 1,234 + 1,234.5 + 1.234 GB; 9,99 and 12,34,567 are no groups of three
    ("grouping.csv", "--thousands ,", 3, 2, "2.47 TB"),
    ("grouping.csv", "", 1, 4, "1.234 GB"),
    ("header-in-GB.csv", "", 1, 0, "1.024 TB"),
    # 100 PB + 10 PB + 1 B; 100,000 PB over 1 bps are out of range
    ("huge.csv", "", 3, 1, "110 PB"),
    # 14 TiB + 1 TiB, and nothing; 53 B more
    ("isilon-quotas.csv", "--map Used=volume:B", 2, 1, "16.49 TB"),
    ("isilon-quotas.csv", "--map Used=volume:B --map Reduction=reduction --empty -", 2, 1, "16.49 TB"),
    ("isilon-quotas-human.csv", "--map Used=volume:B --unit T=TiB", 3, 1, "16.49 TB"),
    ("mapping-csv.csv", "", 1, 0, "1.2 TB"),
    # 1.5 TB three times, 1.5 GB as nobody writes megabytes so small, and 1500 Gb, which are bits
    ("mbps-cells.csv", "", 4, 1, "4.502 TB"),
    # 3,100.25 GiB, and a blank
    ("migration-center-vminfo.csv", "--map TotalDiskUsedGiB=volume --map MachineName=name", 1, 1, "3.329 TB"),
    ("misspelt.csv", "", 1, 0, "100 GB"),
    ("names.csv", "", 7, 0, "7 TB"),
    # 1,731.22 + 3,977.01 GiB
    ("nas-report.csv", "--unit GB=GiB", 2, 0, "6.129 TB"),
    ("never-p80.csv", "", 2, 0, "11 TB"),
    ("nodeadline.csv", "", 3, 0, "31 TB"),
    ("not-every-bad-cell.csv", "", 1, 0, "1.2 TB"),
    # two rows of 100 GB have no link; of the others none is a number and a unit
    ("oddnum.csv", "", 3, 10, None),
    # 14.2 TB and 972 KiB; the volume that is off has none
    ("ontap-sep.csv", "--map used=volume --map volume=name --empty - --unit KB=KiB", 2, 1, "14.2 TB"),
    ("ps-utf16.csv", "--map Size=volume:B --map Items=files", 1, 1, "15.39 TB"),
    ("rvtools-vInfo.csv", "--map 'In Use MiB=volume' --map VM=name", 3, 6, None),
    # 1,024 + 2,048 GB
    ("semicolon-comma-header.csv", "", 2, 0, "3.072 TB"),
    ("size-used.csv", "--map 'Used (GB)=volume'", 1, 1, "20 GB"),
    # 16 lines and sizes: 96 rows
    ("tie-grid.csv", "", 96, 0, None),
    # D:\\Daten has 1,234.5 GB; 12.3 MB + 934 GB lie in it
    (
        "treesize-de-cp1252.csv",
        "--encoding cp1252 --map Belegt= --map Größe=volume --map Dateien=files --thousands . --decimal ,",
        1,
        2,
        "1.234 TB",
    ),
    # 1 TiB + 500 GiB, and an empty folder
    (
        "treesize.csv",
        "--where 'Dir Level (Relative)=1' --thousands , --unit GB=GiB --unit TB=TiB --unit MB=MiB",
        2,
        1,
        "1.636 TB",
    ),
    # the root holds all; 1.5 + 1 TB + 500 MB + 500 GB and an empty folder count what lies in it again
    ("treesize.csv", "--thousands , --unit GB=GiB --unit TB=TiB --unit MB=MiB", 1, 4, "1.649 TB"),
    ("treesize.csv", "--thousands , --nested", 4, 1, "3.001 TB"),
    ("unit-and-map.csv", "", 1, 0, "1.024 TB"),
    ("unit-and-map.csv", "--unit GB=GiB", 1, 0, "1.1 TB"),
    ("unit-and-map.csv", "--unit GB=GiB --map 'Used (GB)=volume:GB'", 1, 0, "1.1 TB"),
]

REFUSED = [
    ("ads-import.csv", "", "none gives the volume; none looks like it: wanted one such as 'Used (GB)'"),
    ("azure-migrate.csv", "", "say --map 'Storage in use (In GB)=volume'"),
    (
        "df-h.csv",
        "",
        "'Size' and 'Used' both give 'volume'; say which, as --map Used=volume --unit G=GiB --unit T=TiB",
    ),
    ("df-h.txt", "", "'Size' and 'Used' both give 'volume'; say which, as --map Used=volume"),
    (
        "du-sk.txt",
        "",
        "line 1 looks like a row ('15393162788'); say how the columns are called, as --columns",
    ),
    ("dup-cols.csv", "", "say which, as --map 'Used (GB)#1=volume'"),
    ("dup-cols.csv", "--map 'Used (GB)=volume'", "say which, as --map 'Used (GB)#2=volume'"),
    ("empty.csv", "", "has no header line"),
    (
        "french-units.csv",
        "",
        "say --map Taille=volume --decimal , --thousands space --unit Go=GB --unit Ko=kB --unit Mo=MB;",
    ),
    ("french.csv", "", "say --map 'Taille (Go)=volume' --decimal , --thousands space --unit Go=GB"),
    ("german-groups.csv", "", "say --map 'Belegt (GB)=volume'"),
    (
        "german-groups.csv",
        "--map 'Belegt (GB)=volume'",
        "all points have three digits behind them, such as '12.345'; say --thousands . --decimal , where that is "
        "12345, or --decimal . where it is 12.345",
    ),
    (
        "migration-center-vminfo.csv",
        "",
        "say --map TotalDiskUsedGiB=volume or --map TotalDiskAllocatedGiB=volume",
    ),
    ("ontap-sep.csv", "", "'size' and 'used' both give 'volume'; say which, as --map used=volume"),
    ("rvtools-vInfo.csv", "", "say --map 'In Use MiB=volume' or --map 'Total disk capacity MiB=volume'"),
    ("rvtools-vInfo.csv", "", "and 59 more"),
    ("sep-only.csv", "", "has no header line"),
    ("size-used.csv", "", "say which, as --map 'Used (GB)=volume'"),
    ("treesize-de-cp1252.csv", "", "say --encoding, such as cp1252"),
]

TOLD = [
    ("datasync-discovery.csv", "", "'CapacityUsed' is what is left of it on disk, and gives the reduction"),
    ("datasync-discovery.csv", "", "'SecurityStyle' (ntfs is smb, unix is nfs)"),
    ("datasync-discovery.csv", "", "leave them out, as by --where 'LunCount=0'"),
    ("header-only.csv", "", "has a header and no rows; nothing was planned"),
    ("nas-report.csv", "", "files is read from 'Used Inodes' where 'Files' is empty"),
    (
        "df-k.csv",
        "",
        "rows share their 'VirtualMachine'; to plan each of these as a whole, say --group-by VirtualMachine",
    ),
    ("df-k.csv", "--group-by VirtualMachine", "2 rows joined to 1 by 'VirtualMachine'"),
    ("df-h.csv", "--map Used=volume", "say --unit G=GiB where it counts 1024s"),
    ("df-h.csv", "--map Used=volume", "'0' is zero: there is nothing to move"),
    ("excel-sci-de.csv", "", "or --thousands , or --decimal , to say what it is"),
    ("isilon-quotas-human.csv", "", "say --unit T=TiB where it counts 1024s"),
    (
        "isilon-quotas-human.csv",
        "",
        "note: cells of 'Used' are not read as they are; say --map Used=volume:B --unit T=TiB, where bare numbers "
        "count B; iB counts 1024s, as du, df and ls do",
    ),
    ("isilon-quotas.csv", "", "say --map Used=volume:B where it counts B"),
    (
        "mapping-csv.csv",
        "",
        "'Region' passes through: none of its cells, such as 'EMEA', is a value of 'region'",
    ),
    (
        "mapping-csv.csv",
        "",
        "'Hours' passes through: none of its cells, such as '9-5', is a value of 'hours'",
    ),
    ("measured-shown.csv", "", "target: 'efs (nfs)' is not known; did you mean 'efs'?"),
    ("misspelt.csv", "", "say --map 'Number of file=files'"),
    ("misspelt.csv", "", "say --map Protocoll=protocol"),
    ("misspelt.csv", "", "say --map 'Dead line=deadline'"),
    ("misspelt.csv", "", "note: assumed for every row: protocol smb, change 0.3 %/day, file_size 1 MB"),
    ("not-every-bad-cell.csv", "", "'Region' passes through"),
    ("not-every-bad-cell.csv", "", "'Customer' passes through"),
    ("oddnum.csv", "", "line 6: Used (GB): 'NaN' is not a number and a unit"),
    ("ps-utf16.csv", "", "say --map Size=volume:B where it counts B"),
    (
        "ontap-sep.csv",
        "--map used=volume",
        "protocol is read from 'security-style' (ntfs is smb, unix is nfs)",
    ),
    ("ontap-sep.csv", "--map used=volume", "files is read from 'files-used'"),
    ("ps-utf16.csv", "", "say --map Items=files"),
    ("semicolon-comma-header.csv", "", "say --map Share=name"),
    ("treesize.csv", "", "4 rows lie in others by 'Full Path'"),
    (
        "treesize.csv",
        "",
        "are left out, since those hold them; for one level say --where 'Dir Level (Relative)=1'",
    ),
    ("treesize.csv", "", "'5,000,212' has digits in groups; say --thousands ,"),
    ("treesize.csv", "", "line 3: row: lies in the folder of line 2"),
    ("treesize.csv", "--where 'Dir Level (Relative)=1'", "'0 Bytes' is zero: there is nothing to move"),
    ("unit-and-map.csv", "--unit GB=GiB --map 'Used (GB)=volume:GB'", "'Used (GB)' is volume in GiB"),
]

READ = [
    # The first row of each: bytes, protocol, files and what deduplication saves; None where it is assumed.
    ("azure-migrate.csv", "--map 'Storage in use (In GB)=volume' --unit GB=GiB", 8123.5 * 2**30, None, None, None),
    ("datasync-discovery.csv", "", 15393162788864, "smb", None, 1 - 8796093022208 / 15393162788864),
    ("df-k.csv", "", 120984 * 1024, None, None, None),
    ("du-sk.txt", "--columns 'Used (KiB),name'", 15393162788 * 1024, None, None, None),
    ("excel-sci-de.csv", "--decimal ,", 1.09951e12, None, 2.5e5, None),
    ("fifty-shares.csv", "", 100 * 2**30, None, 2e5, None),
    ("french.csv", "--map 'Taille (Go)=volume:GB' --map Fichiers=files --decimal , --thousands space",
        1234.56e9, None, 12345, None),
    ("german-groups.csv", "--map 'Belegt (GB)=volume' --map Dateien=files --thousands . --decimal ,",
        12345e9, None, 980, None),
    ("isilon-quotas-human.csv", "--map Used=volume:B --unit T=TiB", 14 * 2**40, None, None, None),
    (
        "isilon-quotas-human.csv",
        "--map Used=volume:B --unit T=TiB --map Reduction=reduction --empty -",
        14 * 2**40,
        *(None, None, 1 - 1 / 1.8),
    ),
    ("migration-center-vminfo.csv", "--map TotalDiskUsedGiB=volume", 3100.25 * 2**30, None, None, None),
    ("misspelt.csv", "--map 'Number of file=files' --map Protocoll=protocol", 100e9, "nfs", 4e6, None),
    ("nas-report.csv", "--unit GB=GiB", 1731.22 * 2**30, None, 4512333, None),
    ("ontap-sep.csv", "--map used=volume --empty - --unit KB=KiB", 14.2e12, "smb", 41233812, None),
    ("ps-utf16.csv", "--map Size=volume:B --map Items=files", 15393162788864, None, 4123381, None),
    ("semicolon-comma-header.csv", "", 1024e9, None, 20000, None),
    ("tie-grid.csv", "", 5e12, "smb", 5e5, None),
    ("treesize-de-cp1252.csv",
        "--encoding cp1252 --map Belegt= --map Größe=volume --map Dateien=files --thousands . --decimal ,",
        1234.5e9, None, 1234567, None),
]  # fmt: skip

FOLLOWED = [
    # What comes of typing, of each run, the first line that it says is needed.
    ("azure-migrate.csv", 2, 0, "9.323 TB"),
    ("df-h.csv", 2, 1, "15.41 TB"),
    ("df-h.txt", 3, 1, "111.1 TB"),
    ("du-sk.txt", 2, 0, "16.89 TB"),
    ("dup-cols.csv", 1, 0, "100 GB"),
    ("excel-sci-de.csv", 2, 0, "2.199 TB"),
    ("excel-sci.csv", 3, 0, "3.299 TB"),
    ("french-units.csv", 3, 0, "1.236 TB"),
    ("french.csv", 2, 0, "2.215 TB"),
    # Of two readings the first.
    ("german-groups.csv", 3, 0, "21.08 TB"),
    # A quota of nothing is left.
    ("isilon-quotas.csv", 2, 1, "16.49 TB"),
    ("isilon-quotas-human.csv", 3, 1, "16.49 TB"),
    ("migration-center-vminfo.csv", 1, 1, "3.329 TB"),
    # A volume that is off is left.
    ("ontap-sep.csv", 2, 1, "14.2 TB"),
    ("ps-utf16.csv", 1, 1, "15.39 TB"),
    ("rvtools-vInfo.csv", 3, 6, None),
    ("size-used.csv", 1, 1, "20 GB"),
    # The root; 4 rows lie in it, or 2.
    ("treesize.csv", 1, 4, "1.5 TB"),
    ("treesize-de-cp1252.csv", 1, 2, "1.235 TB"),
]
LINE = re.compile(
    r"say (?:--encoding, such as (?P<code>\w+)|(?:[a-z, ]+, as )?(?P<line>--.*?))(?: or | for |, where bare| where|;|$)"
)

QUESTIONS = {
    "azure-nfs.toml": ("4 TB", "10 Gbps"),
    "com303.toml": ("20 TB", "10 Gbps"),
    "genomics-3pb.toml": ("3 PB", "1 Gbps"),
    "mbps.toml": ("1.5 TB", "200 Mbps"),
    "no-deadline.toml": ("10 TB", "10 Mbps"),
    "tie-150tb-nfs.toml": ("150 TB", "200 Mbps"),
    "tie-better-line.toml": ("150 TB", "200 Mbps"),
}
SIZES = {"GB": 1e9, "TB": 1e12, "PB": 1e15, "Mbps": 1.25e5, "Gbps": 1.25e8}


def typed(options):
    """Options as a shell takes them apart, but for what it would do with a backslash."""
    return [left or right for left, right in re.findall(r"'([^']*)'|(\S+)", options)]


@pytest.fixture
def batch(migplan, tmp_path):
    """Plan a table of the folder with options as they are typed."""

    def run(name, options):
        shutil.copy(PUBLIC / name, tmp_path / name)
        return migplan(name, "-o", "out.csv", *typed(options), *TODAY)

    return run


def test_every_file_of_the_folder_is_a_case():
    named = {case[0] for case in (*PLANNED, *REFUSED, *TOLD)} | {*QUESTIONS, "azure-region.toml"}
    assert named == {path.name for path in PUBLIC.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options", "planned", "bad", "volume"), PLANNED)
def test_what_can_be_planned_is(batch, name, options, planned, bad, volume):
    done = batch(name, options)
    told = done.stderr.decode()
    assert done.returncode == (1 if bad else 0), told
    assert f"Rows: {planned} planned, {bad} bad; {'' if volume is None else volume + ' in all'}" in told


@pytest.mark.parametrize(("name", "options", "volume", "protocol", "files", "saved"), READ)
def test_a_row_says_what_its_system_meant(name, options, volume, protocol, files, saved):
    said = command.make_context("batch", [name, *typed(options), "-o", "out.csv", *TODAY]).params
    job = _job(
        PUBLIC / name, None, **{key: value for key, value in said.items() if key not in ("inputs", "output")}
    )
    one = Input(job.source, "part", job, replace(job.settings, today=job.today))
    with closing(one.source):
        table = next(iter(one.source.chunks())).records().table
        given = row_fields(table, 0, one.layout, one.settings)
    w = read_workload(given, load().assumptions, dt.date(2026, 11, 28))
    assert w.volume == pytest.approx(volume, rel=1e-12)
    for field, wanted in (("protocol", protocol), ("files", files), ("reduction", saved)):
        assert (w.inputs[field].status == "given") == (wanted is not None), field
        found = w.inputs[field].value
        assert wanted in (None, found) or found == pytest.approx(wanted, rel=1e-5), field


@pytest.mark.parametrize(("name", "options", "message"), REFUSED)
def test_what_cannot_be_is_refused_with_the_line_that_helps(batch, tmp_path, name, options, message):
    done = batch(name, options)
    told = done.stderr.decode()
    assert (done.returncode, told.count("\n")) == (2, 1), told
    assert message in told
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "planned", "bad", "volume"), FOLLOWED)
def test_the_line_that_is_said_to_help_does(batch, name, planned, bad, volume):
    options = ""
    for _ in range(4):
        told = batch(name, options).stderr.decode()
        said = [
            line for line in told.splitlines() if line.startswith("error:") or " are not read as they" in line
        ]
        if not said:
            break
        found = LINE.search(said[0])
        options += f" --encoding {found['code']}" if found["code"] else f" {found['line']}"
    assert f"Rows: {planned} planned, {bad} bad; {'' if volume is None else volume + ' in all'}" in told, (
        options
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options", "message"), TOLD)
def test_what_people_should_know_is_told(batch, tmp_path, name, options, message):
    told = batch(name, options).stderr.decode()
    errors = tmp_path / "out.errors.csv"
    lines = errors.read_text(encoding="utf-8").splitlines() if errors.exists() else []
    delimiter = ";" if lines and '";"' in lines[0] else ","
    cells = [f"line {row[0]}: {row[1]}: {row[3]}" for row in csv.reader(lines, delimiter=delimiter)]
    assert any(message in line for line in [*told.splitlines(), *cells]), told


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_read_as_a_person_means_it(name):
    given = tomllib.loads((PUBLIC / name).read_text(encoding="utf-8"))
    plan = api.plan(given, today=dt.date(2026, 11, 28), samples=0)
    read = [plan.workload[field].value for field in ("volume", "link")]
    assert read == [float(number) * SIZES[unit] for number, unit in map(str.split, QUESTIONS[name])]


def test_a_region_that_no_cloud_has_is_refused():
    given = tomllib.loads((PUBLIC / "azure-region.toml").read_text(encoding="utf-8"))
    with pytest.raises(api.MigplanError, match="region: 'nowhere-9' is not known"):
        api.plan(given, today=dt.date(2026, 11, 28), samples=0)
