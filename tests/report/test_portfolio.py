import csv
import io
import re

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pymarkdown.api import PyMarkdownApi

from migplan.cli.batch import batch as cli
from migplan.errors import MigplanError
from migplan.report.html import to_html
from migplan.report.portfolio import MOST_DETAILED, MOST_SHORT, render_portfolio
from migplan.report.shares import Share, read_shares, read_unplanned

HEADERS = (
    "name", "Volume", "volume", "owner", "option", "target", "usable", "meets", "duration_days", "p50_days", "p80_days",
    "p95_days", "finish_p80", "cutover_hours", "bottleneck", "cost_one_off_usd", "cost_monthly_usd",
    "cost_horizon_usd", "cost_complete", "reasons",
)  # fmt: skip


def row(number, **more):
    plain = {
        "name": f"share {number}", "Volume": "x", "volume": f"{number} TB", "owner": "finance",
        "option": "datasync-basic/internet/fsx-ontap", "target": "fsx-ontap", "usable": "true", "meets": "true",
        "duration_days": 10.5 + number, "p50_days": 11 + number, "p80_days": 15.25 + number, "p95_days": 20 + number,
        "finish_p80": f"2027-01-{number + 1:02}", "cutover_hours": 4.5, "bottleneck": "link",
        "cost_one_off_usd": 100 * number, "cost_monthly_usd": 10 * number, "cost_horizon_usd": 220 * number,
        "cost_complete": "true", "reasons": "",
    }  # fmt: skip
    return {**plain, **more}


def write(path, rows, delimiter=",", headers=HEADERS):
    buffer = io.StringIO()
    writer = csv.DictWriter(
        buffer,
        headers,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL,
        lineterminator="\n",
        extrasaction="ignore",
    )
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


@pytest.fixture
def estate(tmp_path):
    rows = [row(number) for number in range(1, 19)]
    rows.append(
        row(19, name="a|b `c` <b>x</b>\n# forged", cost_complete="false", cost_one_off_usd="", meets="false")
    )
    rows.append(row(20, usable="false", meets="false", option="", target="", duration_days="", p80_days="",
                    finish_p80="", cutover_hours="", cost_one_off_usd="", cost_monthly_usd="", cost_horizon_usd="",
                    cost_complete="false", reasons="too-many-files; no-path"))  # fmt: skip
    return write(tmp_path / "out.csv", rows)


def test_twenty_rows_give_one_table_and_a_part_for_each(estate):
    told = render_portfolio(read_shares(estate), "All of it", full=True)
    assert told.startswith("# All of it\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(told)
    assert sum(token.type == "table_open" for token in tokens) == 1
    assert sum(token.type == "tr_open" for token in tokens) == 21
    cells = sum(token.type == "td_open" for token in tokens)
    assert cells == 20 * sum(token.type == "th_open" for token in tokens)
    assert len(re.findall(r"^### \d+\. ", told, re.MULTILINE)) == 20


@pytest.mark.parametrize("full", [False, True])
def test_it_passes_a_linter(estate, full):
    told = render_portfolio(read_shares(estate), full=full)
    found = PyMarkdownApi().disable_rule_by_identifier("md013").scan_string(told)
    assert found.scan_failures == []


def test_sums_are_those_of_the_rows_and_say_what_is_missing(estate):
    told = render_portfolio(read_shares(estate))
    # 1 to 18 add up to 171; the 19th has no one-off cost that is known; the 20th has no way at all.
    assert "≥ 17,100 USD once, ≥ 1,900 USD a month, ≥ 41,800 USD over the horizon" in told
    assert "Shares: 20, of which 18 meet what was asked of them" in told
    assert "Without an option that can be used: 1" in told
    assert "The last one is done on 2027-01-20 at P80" in told


def test_unknown_is_unknown(estate):
    told = render_portfolio(read_shares(estate))
    line = next(line for line in told.splitlines() if line.startswith("| 20 |"))
    assert line.split(" | ")[3:] == ["none", "never", "-", "unknown", "unknown", "no |"]
    assert "too-many-files; no-path" in render_portfolio(read_shares(estate), full=True)


def test_hostile_names_stay_names(estate):
    told = to_html(render_portfolio(read_shares(estate)), "Estate").replace("<wbr>", "")
    assert "<b>" not in told
    assert "&lt;b&gt;x&lt;/b&gt; # forged" in told
    assert told.count("<h1>") == 1


def test_other_delimiters_and_decimal_commas_are_read(tmp_path):
    path = write(
        tmp_path / "out.csv", [row(1, duration_days="11,5", p80_days="16,25", cost_one_off_usd="100,75")], ";"
    )
    share = read_shares(path)[0]
    assert share.number("p80_days") == 16.25
    assert share.number("cost_one_off_usd") == 100.75
    assert share.given["owner"] == "finance"


def test_without_percentiles_typical_days_are_shown(tmp_path):
    headers = [name for name in HEADERS if name not in ("p50_days", "p80_days", "p95_days", "finish_p80")]
    told = render_portfolio(read_shares(write(tmp_path / "out.csv", [row(1)], headers=headers)))
    assert "Done in" in told
    assert "P80" not in told


def test_only_the_best_of_each_share_is_in_the_table(tmp_path):
    headers = [*HEADERS[:4], "rank", *HEADERS[4:]]
    rows = [row(1, rank=1), row(1, rank=2), row(2, rank=1)]
    told = render_portfolio(read_shares(write(tmp_path / "out.csv", rows, headers=headers)))
    assert "Shares: 2," in told
    assert len([line for line in told.splitlines() if line.startswith("| ") and "DataSync" in line]) == 2


def test_a_column_of_the_input_with_the_name_of_a_result_is_kept_apart(tmp_path):
    headers = [
        *HEADERS[:4],
        "target",
        *(f"planned_{name}" if name == "target" else name for name in HEADERS[4:]),
    ]
    share = read_shares(
        write(tmp_path / "out.csv", [row(1, target="theirs", planned_target="ours")], headers=headers)
    )[0]
    assert share.given["target"] == "theirs"
    assert share.told["target"] == "ours"


def test_large_estates_say_what_is_left_out():
    shares = [Share({"name": f"s{n}"}, {"option": "x", "usable": "true"}) for n in range(MOST_DETAILED + 5)]
    assert "5 more shares are in the table that the batch wrote." in render_portfolio(shares, full=True)


def test_the_short_report_lists_first_what_needs_a_look_and_says_what_it_leaves_out():
    shares = [
        Share({"name": f"s{n}"}, {"option": "x", "usable": "true", "meets": "true", "p80_days": str(n)})
        for n in range(MOST_SHORT + 5)
    ]
    shares += [Share({"name": "late"}, {"option": "x", "usable": "true", "meets": "false", "p80_days": "1"})]
    shares += [Share({"name": "none"}, {"option": "", "usable": "false", "meets": "false"})]
    told = render_portfolio(shares)
    names = re.findall(r"^\| \d+ \| (\S+) \|", told, re.MULTILINE)
    assert names[:3] == ["none", "late", f"s{MOST_SHORT + 4}"]
    assert len(names) == MOST_SHORT
    assert "… and 7 more shares: `migplan report --full`." in told
    assert "one by one" not in told


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00", '"open'])
def test_what_no_batch_wrote_is_refused(tmp_path, text):
    path = tmp_path / "out.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MigplanError, match=r"out\.csv: "):
        read_shares(path)


def test_a_file_of_another_encoding_is_refused(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes("name;größe".encode("latin-1"))
    with pytest.raises(MigplanError, match="is not UTF-8"):
        read_shares(path)


@pytest.mark.parametrize("header", ["target_2", "xtarget", "planned_xtarget"])
def test_a_column_that_no_batch_names_so_is_no_result(tmp_path, header):
    headers = [header if name == "target" else name for name in HEADERS]
    with pytest.raises(MigplanError, match="does not end in the columns of a batch"):
        read_shares(write(tmp_path / "out.csv", [row(1)], headers=headers))


def test_what_a_batch_writes_is_read_where_the_input_names_its_target(tmp_path):
    given = "name,volume,files,protocol,link,target\na,5 TB,1M,smb,1 Gbps,fsx-ontap\n"
    (tmp_path / "in.csv").write_text(given, encoding="utf-8")
    done = CliRunner().invoke(
        cli, [str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--today", "2026-11-23"]
    )
    assert done.exit_code == 0, done.output
    share = read_shares(tmp_path / "out.csv")[0]
    assert (share.given["target"], share.told["target"]) == ("fsx-ontap", "fsx-ontap")


def test_details_have_numbers_that_people_can_read(estate):
    told = render_portfolio(read_shares(estate), full=True)
    assert "P80 (days): 16.25;" in told
    assert "Over the horizon (USD): 220.00;" in told


def test_shares_are_called_by_whichever_header_the_batch_knows(tmp_path):
    given = 'Share Name,Size (GB),Owner\nfinance,"1,500",Ada\nsales,2 TB,Bob\n'
    (tmp_path / "in.csv").write_text(given, encoding="utf-8")
    options = ["--thousands", ",", "--today", "2026-11-23"]
    done = CliRunner().invoke(cli, [str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), *options])
    assert done.exit_code == 0
    told = render_portfolio(read_shares(tmp_path / "out.csv"))
    assert "| 1 | finance | 1,500 GB |" in told
    assert "| 2 | sales | 2 TB |" in told


def batched(tmp_path, text, *options):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    arguments = [str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--today", "2026-11-23", *options]
    CliRunner().invoke(cli, arguments)
    return tmp_path / "out.csv"


def test_names_and_volumes_that_a_mapping_gave_are_those_of_the_report(tmp_path):
    text = "VM,Used (GB),In Use MiB,Notes\n=vm,1,2048,x\n"
    options = ("--map", "VM=name", "--map", "Used (GB)=", "--map", "In Use MiB=volume", "--unit", "MiB=MB")
    path = batched(tmp_path, text, *options)
    (row_,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    assert list(row_)[-2:] == ["planned_name", "planned_volume_bytes"]
    assert (row_["planned_name"], float(row_["planned_volume_bytes"])) == ("'=vm", 2.048e9)
    assert "| 1 | '=vm | 2.048 GB |" in render_portfolio(read_shares(path))


def test_the_volume_that_all_rows_were_given_is_that_of_the_report(tmp_path):
    path = batched(tmp_path, "name\na\n", "--set", "volume=2 TB")
    assert "| 1 | a | 2 TB |" in render_portfolio(read_shares(path))


def test_headers_that_say_it_all_are_not_said_again(tmp_path):
    path = batched(tmp_path, "Share Name,Size (GB)\na,5\n")
    assert path.read_text(encoding="utf-8").splitlines()[0].endswith(',"reasons"')


def test_rows_that_could_not_be_read_are_not_forgotten(tmp_path):
    rows = "".join(f"{size}\n" for size in ("1 TB", "x", "y", "2 TB"))
    path = batched(
        tmp_path, f"volume,link\n{rows.replace(chr(10), ',x' + chr(10), 2)}".replace("TB,x", "TB,")
    )
    unplanned = read_unplanned(path)
    told = render_portfolio(read_shares(path), unplanned=unplanned)
    line = (
        "Not among them: 3 rows of the input that are not planned, on lines 3, 4, 5; out.errors.csv says why"
    )
    assert line in told
    assert "## Rows that are not planned\n\n| Line | Column | What is wrong |" in told
    assert "| 3 | volume | 'x' is not a number and a unit, such as '150 TB' |" in told
    assert read_unplanned(tmp_path / "other.csv") is None


def test_what_rows_share_is_said_with_the_sums(tmp_path):
    rows = [row(n, name=f"s{n}", owner="x") for n in range(1, 4)]
    headers = [*HEADERS[:4], "site", "link", "Filer", *HEADERS[4:]]
    for n, each in enumerate(rows):
        each.update(site="Osaka", link="1 Gbps" if n else "2 Gbps", Filer="f1")
    told = render_portfolio(read_shares(write(tmp_path / "out.csv", rows, headers=headers)))
    assert "Each row is planned by itself: rows that share a line take longer together" in told
    assert "Shares of the site Osaka (3)" in told
    assert "Shares of the line 1 Gbps (2)" in told
    assert "Shares of the server f1 (3)" in told


def test_shares_that_look_alike_are_told_with_the_sums(tmp_path):
    rows = [row(n, Volume="100 GiB") for n in range(1, 13)]
    told = render_portfolio(read_shares(write(tmp_path / "out.csv", rows)))
    assert "12 shares look alike (100 GiB): together they may need one target" in told
    rows = [row(n, Volume=f"{n % 2} TB") for n in range(1, 25)]
    assert "look alike" not in render_portfolio(read_shares(write(tmp_path / "out.csv", rows)))


def test_a_share_that_never_ends_is_the_last_one(tmp_path):
    rows = [row(1), row(2, p80_days="", finish_p80=""), row(3, p80_days="9e9", finish_p80="")]
    told = render_portfolio(read_shares(write(tmp_path / "out.csv", rows)))
    last = "never for 1 row; beyond the calendar for 1 row; of the others 2027-01-02"
    assert f"The last one is done at P80: {last}" in told
    headers = [name for name in HEADERS if not name.startswith(("p", "finish"))]
    rows = [row(1), row(2, duration_days="")]
    told = render_portfolio(read_shares(write(tmp_path / "typical.csv", rows, headers=headers)))
    assert "The last one is done typically: never for 1 row" in told


def test_options_and_targets_have_names_and_lines_one_spelling(tmp_path):
    rows = [row(n) for n in range(1, 4)]
    headers = [*HEADERS[:4], "link", *HEADERS[4:]]
    for link, each in zip(("1gbps", "1 Gbps", "1000 Mbps"), rows, strict=True):
        each["link"] = link
    rows[0] |= {"meets": "false", "reasons": "misses-deadline; over-budget"}
    for full in (False, True):
        told = render_portfolio(read_shares(write(tmp_path / "out.csv", rows, headers=headers)), full=full)
        assert "Shares of the line 1 Gbps (3)" in told
        assert "To FSx for ONTAP: 3" in told
        assert "| DataSync · internet → FSx for ONTAP |" in told
        assert "| no: deadline, budget |" in told
        assert "fsx-ontap" not in told
