"""A batch says which of its rows share a site or a line, since it plans each by itself."""

import pytest
from tests.estate.conftest import as_csv

DAY = ("--today", "2026-11-23", "--workers", "1")
SHARED = "each is planned as if it had the whole line; `migplan estate` plans them together"


@pytest.fixture
def told(migplan, tmp_path):
    def run(header, *rows, options=()):
        (tmp_path / "in.csv").write_text(as_csv([row.split("|") for row in (header, *rows)]))
        done = migplan("in.csv", "-o", "out.csv", "--report", "page.md", *options, *DAY)
        (line,) = [
            line
            for line in done.stderr.decode().splitlines()
            if "these sums are no plan of an estate" in line
        ]
        page = (tmp_path / "page.md").read_text().replace("\\", "")
        assert line.split(":")[0] in page
        return line.removesuffix("; these sums are no plan of an estate")

    return run


def test_rows_of_one_site_are_told_by_site(told):
    rows = ["1|Tokyo|1 Gbps", "1|Osaka|1 Gbps", "1| Tokyo|1 Gbps", "x|Nara|", "1|Nara|1 Gbps", "1||1 Gbps"]
    assert told("Used (GB)|Location|Link", *rows) == f"2 rows share a site (Tokyo 2): {SHARED}"
    rows = [f"1|s{number % 7}" for number in range(14)]
    assert (
        told("Used (GB)|site", *rows)
        == f"14 rows share a site (s0 2, s1 2, s2 2, s3 2, s4 2 and 2 more): {SHARED}"
    )


def test_a_site_or_a_line_for_all_rows_is_shared(told):
    assert told("Used (GB)", "1", "2", options=("--set", "link=1 Gbps")) == (
        f"2 rows share the line of --set link: {SHARED}"
    )
    assert (
        told("Used (GB)", "1", "2", options=("--set", "site=Kobe"))
        == f"2 rows share a site (Kobe 2): {SHARED}"
    )
    rows = ("1|", "2|Kobe", "3|Nara")
    assert told("Used (GB)|site", *rows, options=("--set", "site=Kobe")) == (
        f"2 rows share a site (Kobe 2): {SHARED}"
    )


@pytest.mark.parametrize(
    ("header", "rows", "options"),
    [
        ("Used (GB)|site", ("1|Kobe", "2|Nara"), ("--set", "link=1 Gbps")),
        ("Used (GB)|Link", ("1|1 Gbps", "2|1 Gbps"), ()),
        ("Used (GB)|Link", ("1|1 Gbps", "2|"), ("--set", "link=2 Gbps")),
        ("Used (GB)", ("1", "2"), ()),
    ],
)
def test_rows_of_which_that_is_not_known_are_told_what_it_would_mean(told, header, rows, options):
    line = told(header, *rows, options=options)
    assert line == (
        "Each row is planned by itself: rows that share a line take longer together, a shared target may cost less"
    )


def test_the_page_says_what_is_wrong_with_rows_that_are_not_planned(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("name,Used (GB)\na,1\nb,x|y\nTotal,1\n")
    migplan("in.csv", "-o", "out.csv", "--report", "page.md", *DAY)
    page = (tmp_path / "page.md").read_text()
    assert (
        "## Rows that are not planned\n\n| Line | Column | What is wrong |\n| ---: | --- | --- |\n| 3 | Used (GB) |"
        in page
    )
    assert "| 4 | row | 'Total' looks like a line of totals" in page
    assert "x\\|y" in page
