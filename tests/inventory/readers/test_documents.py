"""JSON, buckets and reports: rclone, ncdu, gdu, S3, XCP, RVTools, TreeSize."""

import datetime as dt
import gzip
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migplan.errors import MigplanError
from migplan.inventory.listings import read_listing
from migplan.inventory.shape import Age, Bucket, Links

ENTRIES = [
    {"Path": "2026/plan.xlsx", "Name": "x", "Size": 48_211, "ModTime": "2026-11-28T09:12:01.104Z", "IsDir": False},
    {"Path": "2026/gdoc", "Name": "x", "Size": -1, "ModTime": "2026-11-28T09:12:01Z", "IsDir": False},
    {"Path": "2026", "Name": "x", "Size": -1, "ModTime": "2026-03-04T17:40:12+01:00", "IsDir": True},
    {"Path": "grüße {a} [b], \"c\"", "Name": "x", "Size": 7, "ModTime": "2026-11-01T09:12:01Z", "IsDir": False},
]  # fmt: skip
LINES = "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in ENTRIES) + "\n]\n"


@pytest.mark.parametrize("text", [LINES, json.dumps(ENTRIES), json.dumps(ENTRIES, indent=4)])
def test_rclone_in_any_layout(read, text):
    shape = read(text)
    assert (shape.source.form, shape.bytes, shape.files, shape.folders) == ("rclone-lsjson", 48_218, 2, 1)
    assert shape.changed[0].files == 1
    assert "left out, files without a size: 1" in shape.source.notes
    assert not any("cut off" in note for note in shape.source.notes)


def test_json_that_was_cut_off_says_so(read):
    for text in (LINES[:-120], json.dumps(ENTRIES)[:-120]):
        notes = read(text).source.notes
        assert any("cut off" in note for note in notes)


def test_json_without_lines_is_read_in_pieces(read):
    many = [
        {"Path": f"{n % 9}/{n}", "Name": "x" * 90, "Size": n, "ModTime": "", "IsDir": False}
        for n in range(60_000)
    ]
    shape = read(json.dumps(many))
    assert (shape.files, shape.bytes, shape.ages) == (60_000, sum(range(60_000)), None)


def test_rclone_size_has_totals_alone(read):
    shape = read('{"count":9,"bytes":50005241,"sizeless":1,"fs":"remote:path"}')
    assert (shape.source.form, shape.files, shape.bytes, shape.sizes) == ("rclone-size", 9, 50_005_241, None)
    assert "without a size: 1 file, so that the bytes are too few" in shape.source.notes


NCDU = b"""[1,2,{"progname":"ncdu","progver":"1.18","timestamp":1795900000},
[{"name":"/srv/share","asize":4096,"dsize":4096,"dev":65024,"mtime":1795800000},
{"name":"a.bin","asize":5000,"dsize":8192,"mtime":1795700000},
{"name":"empty","mtime":1795700000},
[{"name":"locked","asize":4096,"dsize":4096,"read_error":true}],
[{"name":"sub","asize":4096,"dsize":4096},
[{"name":"deep","asize":4096,"dsize":4096},
{"name":"sparse","asize":9000000,"dsize":4096,"mtime":1700000000}],
{"name":"h2\xff\\"x]{","asize":100,"dsize":4096,"ino":77,"hlnkc":true,"nlink":2}],
{"name":"link","asize":3,"notreg":true,"mode":41471},
{"name":"pipe","notreg":true,"mode":4516},
{"name":"other","excluded":"otherfs"},
{"name":"h1","asize":100,"dsize":4096,"ino":77,"hlnkc":true,"nlink":2}]]
"""


@pytest.mark.parametrize("data", [NCDU, NCDU.replace(b"\n", b""), NCDU.replace(b",", b" , \r\n")])
def test_ncdu(read, data):
    shape = read(data)
    assert (shape.source.form, shape.source.taken) == ("ncdu", 1_795_900_000)
    assert (shape.bytes, shape.files, shape.folders, shape.special_files) == (9_005_100, 4, 3, 1)
    assert shape.links == Links(symbolic=1, hard=1, hard_bytes=100)
    assert (shape.sparse.files, shape.sparse.allocated) == (1, 4096)
    assert [problem.path for problem in shape.errors.first] == ["locked"]
    assert (shape.depth, shape.untimed) == (3, 1)
    assert {top.path: top.bytes for top in shape.folders_top} == {"sub": 9_000_100, ".": 5000, "locked": 0}


def test_ncdu_that_was_cut_off_says_so(read):
    assert any("cut off" in note for note in read(NCDU[:-250]).source.notes)


def test_gdu_marks_the_second_name_and_its_folders_are_totals(read):
    text = """[1,2,{"progname":"gdu","progver":"v5.29","timestamp":1795900000},
[{"name":"/srv","asize":5100,"dsize":99},
[{"name":"sub","asize":5000,"dsize":99,"items":2},{"name":"a","asize":5000,"dsize":8192}],
{"name":"h1","asize":100,"dsize":4096},
{"name":"h2","asize":100,"dsize":4096,"ino":7,"hlnkc":true}]]"""
    shape = read(text)
    assert (shape.bytes, shape.files, shape.errors) == (5100, 2, None)


S3_LS = """\
2026-11-28 09:12:01      48211 finance/plan  final.xlsx
2026-11-28 09:12:01          0 finance/
2026-11-01 09:12:01        500 root.txt

Total Objects: {objects}
   Total Size: 48711
"""


def test_s3_ls(read):
    shape = read(S3_LS.format(objects=3))
    assert (shape.source.form, shape.bytes, shape.files) == ("s3-ls", 48_711, 2)
    assert not any("footer" in note for note in shape.source.notes)
    assert "its footer counts 9 objects, its lines 3" in read(S3_LS.format(objects=9)).source.notes
    human = "2026-11-28 09:12:01    1.2 MiB a/plan final.xlsx\n2026-11-28 09:12:01   12 Bytes a/b\n"
    shape = read(human)
    assert (shape.bytes, shape.files, shape.grade("bytes")) == (round(1.2 * 1024**2) + 12, 2, "derived")


MOMENT = "2026-11-27T02:11:09.000Z"
SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, StorageClass"
ROWS = [
    ("bucket-a", "finance/2026/plan%2C+final.xlsx", "v1", "true", "false", "48211", MOMENT, "STANDARD"),
    ("bucket-a", "finance/2026/plan%2C+final.xlsx", "v0", "false", "false", "48000", MOMENT, "STANDARD"),
    ("bucket-a", "gone", "v2", "true", "true", "", MOMENT, ""),
    ("bucket-a", "finance/", "v2", "true", "false", "0", MOMENT, "STANDARD"),
    ("bucket-a", "root.bin", "v3", "true", "false", "7", MOMENT, "GLACIER"),
]  # fmt: skip


def inventory(folder, place, form="CSV"):
    """A manifest and its file, at one of the places where people have them."""
    manifest = folder / "source/config/2026-11-28T00-00Z/manifest.json"
    manifest.parent.mkdir(parents=True)
    key = f"source/config/data/part.{'csv.gz' if form == 'CSV' else 'parquet'}"
    files = [{"key": key, "size": 1, "MD5checksum": "0"}]
    table = {
        "sourceBucket": "bucket-a",
        "creationTimestamp": "1795824000000",
        "fileFormat": form,
        "fileSchema": SCHEMA,
    }
    manifest.write_text(json.dumps({**table, "files": files}))
    path = {"bucket": folder / key, "beside": manifest.parent / key.rsplit("/", 1)[1], "data": folder / key}[
        place
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "CSV":
        text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in ROWS)
        path.write_bytes(gzip.compress(text.encode()))
    else:
        columns = list(zip(*ROWS, strict=True))
        moments = [dt.datetime.fromisoformat(text).replace(tzinfo=None) for text in columns[6]]
        names = {
            "key": [key.replace("%2C", ",").replace("+", " ") for key in columns[1]],
            "is_latest": [text == "true" for text in columns[3]],
            "is_delete_marker": [text == "true" for text in columns[4]],
            "size": pa.array([int(text) if text else None for text in columns[5]], pa.int64()),
            "last_modified_date": pa.array(moments, pa.timestamp("ms")),
            "storage_class": list(columns[7]),
        }
        pq.write_table(pa.table(names), path)
    return manifest, path


@pytest.mark.parametrize("form", ["CSV", "Parquet"])
@pytest.mark.parametrize("place", ["bucket", "beside", "data"])
def test_s3_inventory_counts_what_is_there_now(tmp_path, form, place):
    manifest, path = inventory(tmp_path, place, form)
    for given in [manifest] + [path] * (form == "Parquet"):
        shape = read_listing(given)
        assert (shape.source.form, shape.bytes, shape.files) == ("s3-inventory", 48_218, 2)
        assert {top.path: top.bytes for top in shape.folders_top} == {"finance": 48_211, ".": 7}
        notes = shape.source.notes
        assert {"left out, older versions: 1", "left out, delete markers: 1"} <= {*notes}
        assert "storage classes: GLACIER 1 object, 7 B; STANDARD 2 objects, 48,211 B" in notes
    assert read_listing(manifest).source.taken == 1_795_824_000


def test_s3_inventory_asks_for_what_is_missing(tmp_path):
    manifest, path = inventory(tmp_path, "bucket")
    with pytest.raises(MigplanError, match=r"whose columns its manifest alone tells; wanted manifest.json"):
        read_listing(path)
    path.unlink()
    with pytest.raises(MigplanError, match=r"names 'source/config/data/part.csv.gz', which lies neither"):
        read_listing(manifest)


XCP = """\
scan nas01:/vol1
Maximum Values,Size,Used,Depth,Namelen,Dirsize
Maximum Values,880803840,880832512,14,201,18211
Number of files,empty,<8KiB,8-64KiB,64KiB-1MiB,1-10MiB,10-100MiB,>100MiB
Number of files,801,400100,510000,250012,40100,900,100
Space used,empty,<8KiB,8-64KiB,64KiB-1MiB,1-10MiB,10-100MiB,>100MiB
Space used,0,1638809600,15000000000,60000000000,150000000000,30000000000,40000000000
Modified,>1 year,>1 month,1-31 days,1-24 hrs,<1 hour,<15 mins,future
Modified,900000,200000,90000,11000,500,513,0
Total count,1240013
Directories,38000
Regular files,1202013
Hard links,0,
Total space for regular files,size,246200000000,used,296638809600
1240013 scanned, 0 matched, 3 error
STATUS : PASSED
"""


def test_xcp(read):
    shape = read(XCP)
    assert (shape.source.form, shape.bytes, shape.files, shape.folders) == (
        "xcp",
        246_200_000_000,
        1_202_013,
        38_000,
    )
    assert (shape.largest_file, shape.depth, shape.errors.files) == (880_803_840, 14, 3)
    assert shape.sizes[0] == Bucket(up_to=0, files=801, bytes=0)
    assert shape.sizes[1] == Bucket(
        up_to=8192, files=400_100, bytes=round(1_638_809_600 * 2462 / 2966.388096)
    )
    assert shape.sizes[-1].up_to is None
    assert abs(sum(bucket.bytes for bucket in shape.sizes) - shape.bytes) < 10
    assert shape.ages == (
        Age(up_to=1, files=12_013),
        Age(up_to=30, files=90_000),
        Age(up_to=365, files=200_000),
        Age(files=900_000),
    )
    assert [(one.days, one.files) for one in shape.changed] == [(1, 12_013), (30, 102_013), (365, 302_013)]
    assert (shape.grade("bytes"), shape.grade("sizes"), shape.grade("folders_top")) == (
        "reported",
        "derived",
        "unknown",
    )
    cut = read(XCP.replace("STATUS : PASSED\n", ""))
    assert any("cut off" in note for note in cut.source.notes)


PARTITIONS = [
    ("VM", "Disk", "Capacity MiB", "Consumed MiB"),
    ("vm-1", "C:\\", 51_200, 20_000),
    ("vm-1", "D:\\", 10, 5),
]
PARTITIONS += [("vm-2", "/", 1024, 1024), ("vm-3", "/", "", "")]


@pytest.mark.parametrize("form", ["csv", "semicolon", "xlsx"])
def test_rvtools_has_capacity_and_no_files(tmp_path, form):
    path = tmp_path / ("RVTools." + ("xlsx" if form == "xlsx" else "csv"))
    if form == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "vInfo"
        book.active.append(["VM", "In Use MiB"])
        sheet = book.create_sheet("vPartition")
        for row in PARTITIONS:
            sheet.append(row)
        book.save(path)
    else:
        sign = ";" if form == "semicolon" else ","
        path.write_text("".join(sign.join(map(str, row)) + "\n" for row in PARTITIONS))
    shape = read_listing(path)
    assert (shape.source.form, shape.bytes, shape.files, shape.sizes) == ("rvtools", 21_029 << 20, None, None)
    assert {top.path: top.bytes for top in shape.folders_top} == {"vm-1": 20_005 << 20, "vm-2": 1024 << 20}
    assert shape.grade("bytes") == "derived"


GERMAN = """\
TreeSize Bericht, 28.11.2026  09:44
D:\\Daten  (Laufwerk: D:)
alle Größen gerundet

Pfad;Größe;Belegt;Dateien;Ordner;% von Eltern;Letzte Änderung
D:\\Daten\\;1.234,5 GB;1.235,0 GB;1.234.567;12.345;100,0 %;05.11.2026
D:\\Daten\\Vertrieb\\;300,5 GB;12,5 MB;1.024;3;0,0 %;05.11.2026
D:\\Daten\\Bau\\;934,0 GB;935,0 GB;456.789;2.000;75,7 %;05.11.2026
D:\\Daten\\Bau\\innen\\;900,0 GB;935,0 GB;456.780;1.999;75,7 %;05.11.2026
D:\\Daten\\liste.txt;1,0 MB;1,0 MB;1;0;0,0 %;05.11.2026
"""


def test_treesize_takes_the_first_levels_alone(read):
    with pytest.raises(
        MigplanError, match="sizes in GB, of 1,000 or of 1,024; wanted --unit GB=GiB or --unit GB=GB"
    ):
        read(GERMAN)
    shape = read(GERMAN.encode("cp1252"), unit=["GB=GiB", "MB=MiB"], encoding="cp1252", name="treesize.csv")
    assert (shape.source.form, shape.files, shape.folders) == ("treesize", 1_234_567, 12_345)
    assert shape.bytes == round(1234.5 * 1024**3)
    tops = {top.path: (top.bytes, top.files) for top in shape.folders_top}
    assert tops["Bau"] == (934 * 1024**3, 456_789)
    assert tops["Vertrieb"] == (round(300.5 * 1024**3), 1024)
    assert set(tops) == {"Bau", "Vertrieb"}
    assert (shape.grade("bytes"), shape.sizes) == ("derived", None)
