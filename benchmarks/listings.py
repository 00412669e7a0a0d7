"""How fast listings are read, held against `wc -l` and pyarrow reading the same file.

Run with `python benchmarks/listings.py [LINES [FORM ...]]`. Each way runs in a process of its own; all figures of one
run are of the same machine at the same time: what counts are the ratios, of time and, where others use the machine too,
of processor time of all threads. Wanted, with 10,000,000 lines: at most twice
the time that `wc -l` and pyarrow (all columns, names included) take together, below 500 MB.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

LINES = 10_000_000
STEP = 100_000
FOLDER = 50
"""Files of a folder."""
FORMS = ("find", "wiztree", "robocopy", "s3-ls", "pwalk", "powershell", "rclone-lsjson")
TABLES = {
    "find": "\t",
    "wiztree": ",",
    "robocopy": "\t",
    "s3-ls": " ",
    "pwalk": ",",
    "powershell": ",",
    "rclone-lsjson": ",",
}


def line_of(form, number, size, day, hour):
    top, folder = number // (FOLDER * 400), number // FOLDER
    date = f"2026-{day % 12 + 1:02}-{day % 28 + 1:02}"
    clock = f"{hour:02}:12:01"
    path = f"department {top}/project {folder}/document {number}.docx"
    windows = "D:\\Shares\\" + path.replace("/", "\\")
    epoch = 1_700_000_000 + day * 86400
    return {
        "find": f"f\t{size}\t{epoch}.2494924930\t{path}",
        "wiztree": f'"{windows}",{size},{size},{date.replace("-", "/")} {clock},32,0,0',
        "robocopy": f"\t\t\t{size:>10} {date.replace('-', '/')} {clock}\t{windows}",
        "s3-ls": f"{date} {clock} {size:>10} {path}",
        "pwalk": f'{number},1,3,"/srv/{path}","docx",0,0,{size},2049,8,1,"0100644",{epoch},{epoch},{epoch},-1,0',
        "powershell": f'"{windows}","{size}","{day % 28 + 1:02}.{day % 12 + 1:02}.2026 {clock}"',
        "rclone-lsjson": f'{{"Path":"{path}","Name":"x","Size":{size},"ModTime":"{date}T{clock}.104Z","IsDir":false}},',
    }[form]


BEGIN = {
    "wiztree": "File Name,Size,Allocated,Modified,Attributes,Files,Folders\n",
    "powershell": '"FullName","Length","LastWriteTime"\n',
    "rclone-lsjson": "[\n",
}


def write(path, form, lines):
    draw = np.random.default_rng(7)
    with path.open("w") as file:
        file.write(BEGIN.get(form, ""))
        for first in range(0, lines, STEP):
            sizes = np.exp(draw.normal(10.7, 2.8, STEP)).astype(np.int64).tolist()
            days, hours = draw.integers(0, 900, STEP).tolist(), draw.integers(0, 24, STEP).tolist()
            file.write(
                "".join(
                    line_of(form, number, sizes[number - first], days[number - first], hours[number - first])
                    + "\n"
                    for number in range(first, min(first + STEP, lines))
                )
            )
        file.write("{}]\n" if form == "rclone-lsjson" else "")


def by_pyarrow(path, form):
    import pyarrow.csv as pacsv

    quote = '"' if form in ("wiztree", "pwalk", "powershell") else False
    parse = pacsv.ParseOptions(
        delimiter=TABLES[form], quote_char=quote, invalid_row_handler=lambda row: "skip"
    )
    read = pacsv.ReadOptions(autogenerate_column_names=True, skip_rows=form in BEGIN)
    rows = 0
    with pacsv.open_csv(path, read_options=read, parse_options=parse) as reader:
        for batch in reader:
            rows += len(batch)
    return rows


def by_us(path):
    from migplan.inventory.listings import read_listing

    shape = read_listing(path, unit=["B"], dates="dmy" if path.suffix == ".powershell" else "")
    return shape.files


def child(way, path, form):
    begin = time.perf_counter()
    found = by_us(path) if way == "us" else by_pyarrow(path, form)
    seconds, busy = time.perf_counter() - begin, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.3f} {busy:.3f} {peak:.0f} {found}")


def measured(way, path, form):
    command = [sys.executable, __file__, "--child", way, str(path), form]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1]), int(told[2]), int(told[3])


def main():
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    forms = sys.argv[2:] or FORMS
    print(
        f"{lines:,} lines\n\n{'form':14} {'MB':>6} {'wc -l':>7} {'pyarrow':>8} {'we':>7} {'ratio':>6} {'of CPU':>6}"
        f" {'lines/s':>10} {'peak':>7}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for form in forms:
            path = Path(folder, f"list.{form}")
            write(path, form, lines)
            begin = time.perf_counter()
            subprocess.run(["wc", "-l", path], check=True, capture_output=True)
            count = time.perf_counter() - begin
            other, other_busy, _, rows = measured("pyarrow", path, form)
            seconds, busy, peak, files = measured("us", path, form)
            assert files == lines, (files, lines, rows)
            ratio = seconds / (count + other)
            size = path.stat().st_size / 1e6
            print(
                f"{form:14} {size:6.0f} {count:6.2f}s {other:7.2f}s {seconds:6.2f}s {ratio:6.2f}"
                f" {busy / (count + other_busy):6.2f} {lines / seconds:10,.0f} {peak:4} MB",
                flush=True,
            )
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        main()
