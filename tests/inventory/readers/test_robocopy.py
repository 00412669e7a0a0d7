"""Robocopy listings and logs: in any language and code page, with and without headers, whole and cut."""

import pytest

from migplan.errors import MigplanError
from migplan.inventory.readers import blocks

DASHES = "-" * 79
WORDS = {
    "english": "Started Source Dest Files Options New_File New_Dir Dirs Bytes Times Ended",
    "german": "Gestartet Quelle Ziel Dateien Optionen Neue_Datei Neues_Verz. Verzeich. Bytes Zeiten Beendet",
    "french": "Début Source Dest Fichiers Options Nouveau Nouv._rép. Rép. Octets Heures Fin",
    "japanese": "開始 コピー元 コピー先 ファイル オプション 新規_ファイル 新規_Dir 合計_Dir バイト 時刻 終了",
}
PAGES = {"english": "cp437", "german": "cp850", "french": "cp850", "japanese": "cp932"}
SOURCE = "\\\\nas01\\finance\\"
TREE = {
    "": {"plan 2026, final.xlsx": 48_211, "für.txt": 60},
    "2026\\": {"a.bin": 5_000_000_000, "empty": 0},
    "2026\\deep\\": {"100%.txt": 7},
}
BYTES = sum(sum(files.values()) for files in TREE.values())


def log(language="english", footer=True, header=True, full=False, dates=False, classes=True, source=SOURCE):
    started, src, dest, files, options, new, new_dir, dirs, size, times, ended = (
        word.replace("_", " ") for word in WORDS[language].split()
    )
    lines = []
    if header:
        lines += ["", DASHES, "   ROBOCOPY     ::     Robust File Copy for Windows", DASHES, ""]
        lines += [
            f"  {started} : Samstag, 28. November 2026 09:00:00",
            f"   {src} : {source}",
            f"     {dest} = D:\\x\\",
            "",
        ]
        lines += [
            f"    {files} : *.*",
            "\t    ",
            f"  {options} : *.* /L /S /E /BYTES /R:0 /W:0 ",
            "",
            DASHES,
            "",
        ]
    for folder, found in TREE.items():
        name = source + folder
        lines.append(f"\t  {new_dir}  {len(found):>8}\t{name}" if folder else f"\t{len(found):>20}\t{name}")
        for file, length in found.items():
            date = " 2026/11/20 09:12:01" if dates else ""
            kind = f"    {new}" if classes else ""
            lines.append(f"\t{kind}\t\t{length:>10}{date}\t{name * full}{file}")
            lines.append("  0%  \r 50%  \r100%  ")
    lines += [f"\t*EXTRA File\t\t{999:>10}\told.txt", f"\t*EXTRA Dir        -1\t{'D:'}\\x\\gone\\"]
    if footer:
        lines += ["", DASHES, "", f"{'Total':>20}    Copied   Skipped  Mismatch    FAILED    Extras"]
        lines += [f"  {dirs} :         3         3         0         0         0         0"]
        lines += [f"  {files} :         5         5         0         0         0         3"]
        lines += [f"  {size} : {BYTES} {BYTES}         0         0         0     40960"]
        lines += [f"  {times} :   2:14:03   0:31:12                       0:00:09   0:03:01", ""]
        lines += [f"  {ended} : Samstag, 28. November 2026 09:44:10", ""]
    return "\r\n".join(lines) + "\r\n"


def check(shape, folders=2):
    assert shape.source.form == "robocopy"
    assert (shape.bytes, shape.files, shape.folders, shape.largest_file) == (BYTES, 5, folders, 5_000_000_000)
    assert {top.path: (top.bytes, top.files) for top in shape.folders_top} == {
        ".": (48_271, 2),
        "2026": (5_000_000_007, 3),
    }


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("encoding", ["utf-16", "page"])
@pytest.mark.parametrize(
    ("full", "dates", "classes"), [(False, False, True), (True, True, False), (False, True, True)]
)
def test_any_language_and_code_page(read, language, encoding, full, dates, classes):
    encoding = PAGES[language] if encoding == "page" else encoding
    text = log(language, full=full, dates=dates, classes=classes)
    shape = read(text.encode(encoding, "replace"))
    check(shape)
    assert (shape.ages is not None) is dates
    assert "left out, entries at the destination: 2" in shape.source.notes
    assert not any("footer" in note or "could not" in note for note in shape.source.notes)


def test_bare_listings_have_neither_header_nor_footer(read):
    check(read(log(header=False, footer=False)))
    bare = "".join(
        line + "\n"
        for line in log(full=True, classes=False, header=False, footer=False).split("\r\n")
        if line.count("\t") == 4 and "*" not in line
    )
    check(read(bare), folders=None)


def test_a_log_that_was_cut_off_says_so(read):
    shape = read(log(footer=False))
    check(shape)
    assert "no footer closes it: it may be cut off" in shape.source.notes


def test_totals_are_all_that_a_log_without_lines_has(read):
    lines = [line for line in log().split("\r\n") if not line.startswith("\t")]
    shape = read("\r\n".join(lines))
    assert (shape.bytes, shape.files, shape.folders, shape.sizes, shape.ages) == (BYTES, 5, 2, None, None)
    assert shape.grade("bytes") == "reported"
    assert any("totals of its footer" in note for note in shape.source.notes)


def test_a_footer_that_counts_more_than_the_lines_is_told(read):
    text = log().replace("\t    New File\t\t         7\t100%.txt\r\n", "")
    assert "its footer counts 5 files, its lines 4" in read(text).source.notes


def test_several_runs_of_one_source_are_refused_and_of_several_are_one(read):
    with pytest.raises(MigplanError, match=r"several runs of one source.*wanted the last run alone"):
        read(log() + log())
    shape = read(log(full=True, source="\\\\nas01\\a\\") + log(full=True, source="\\\\nas01\\b\\"))
    assert (shape.files, shape.bytes) == (10, 2 * BYTES)
    assert {top.path for top in shape.folders_top} == {"a", "b"}


def test_rounded_sizes_are_powers_of_1024_and_derived(read):
    text = log().replace(f"{48_211:>10}", "  844.3 k ").replace(f"{5_000_000_000:>10}", "  4.6 g")
    shape = read(text)
    assert shape.bytes == round(844.3 * 1024) + round(4.6 * 1024**3) + 67
    assert shape.grade("bytes") == shape.grade("sizes") == "derived"
    assert shape.grade("files") == "reported"


def test_errors_are_kept_once_for_all_tries(read):
    error = "2026/11/28 09:12:01 {} 5 (0x00000005) Datei wird kopiert \\\\nas01\\finance\\{}\r\n"
    error += "Zugriff verweigert.\r\n\r\n"
    tries = error.format("FEHLER", "locked.txt") * 3 + error.format("ERROR", "shut\\")
    shape = read((log("german", footer=False) + tries).encode("cp850"))
    assert (shape.errors.files, shape.errors.folders) == (1, 1)
    assert shape.errors.first[0].path == "\\\\nas01\\finance\\locked.txt"
    assert shape.errors.first[0].message == "Zugriff verweigert."


def test_names_in_a_code_page_are_read_when_it_is_told(read):
    data = log("german").replace("2026\\", "Büro\\").encode("cp850")
    assert {top.path for top in read(data).folders_top} == {".", "B\udc81ro"}
    assert {top.path for top in read(data, encoding="cp850").folders_top} == {".", "Büro"}


def test_a_line_without_a_size_is_bad(read):
    text = log().replace(f"{60:>10}\tfür", "        x\tfür")
    shape = read(text)
    assert shape.files == 4
    assert any(
        note.startswith("1 line could not be read, the first is line 19: ") for note in shape.source.notes
    )


@pytest.mark.parametrize("length", [100, 333, 1000])
def test_headers_footers_and_errors_may_lie_across_blocks(read, monkeypatch, length):
    monkeypatch.setattr(blocks, "BLOCK", length)
    error = (
        "2026/11/28 09:12:01 ERROR 5 (0x00000005) Copying File \\\\nas01\\finance\\x\r\nAccess is denied.\r\n"
    )
    shape = read(log("english", footer=False) + error + log("german", source="\\\\nas02\\x\\", full=True))
    assert (shape.files, shape.errors.files) == (10, 1)
    assert "its footer counts 5 files, its lines 10" in shape.source.notes
    with pytest.raises(MigplanError, match="several runs of one source"):
        read(log() + log())
