"""What people are told to write instead: it is what they mean, and it is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import migplan
from migplan import units
from migplan.errors import MigplanError, UnitError
from migplan.inputs.dates import read_date, read_date_ranges
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import READERS
from migplan.rewriting import near_dates, rewritten

WRITTEN = [
    ("B", "1.234,5 GB", ["1234.5 GB"]),
    ("B", "1,234.5 GB", ["1234.5 GB"]),
    ("B", "1.234.567 GB", ["1234567 GB"]),
    ("B", "50,000 GB", ["50000 GB", "50.000 GB"]),
    ("B", "1'234 GB", ["1234 GB"]),
    ("B", "1’234,5 GB", ["1234.5 GB"]),
    ("B", "10 To", ["10 TB"]),
    ("B", "500 ko", ["500 kB"]),
    ("B", "1 234,5 Go", ["1234.5 GB"]),
    # A sign of money in front of a volume says nothing about it.
    ("B", "$10 TB", []),
    ("B", "1,2,3", []),
    ("1", "0.8", ["80 %", "0.8 %"]),
    ("1", "1e-6", ["0.0001 %", "1e-6 %"]),
    ("1", "80", ["80 %"]),
    # Two numbers are not one.
    ("1", "0.8 1", []),
    ("B", "10 20 TB", []),
    ("1", "12,5 %", ["12.5 %"]),
    ("1/s", "2 % per day", ["2 %/day"]),
    ("s", "8:30", ["8.5 hours"]),
    ("s", "8:00:00", ["8 hours"]),
    ("s", "1d12h", ["36 hours"]),
    ("s", "8 hours 30 minutes", ["8.5 hours"]),
    ("s", "13:75", []),
    ("USD", "$100,000", ["100000 USD", "100.000 USD"]),
    ("USD", "100 $", ["100 USD"]),
    ("USD", "$1.5M", ["1.5 MUSD"]),
    ("USD", "100k USD", ["100 kUSD"]),
    ("USD", "100000", ["100000 USD"]),
    ("USD/s", "$500/day", ["500 USD/day"]),
    ("USD/s", "500/day", ["500 USD/day"]),
    ("USD/s", "1k USD/week", ["1 kUSD/week"]),
]


@pytest.mark.parametrize(("base", "text", "forms"), WRITTEN)
def test_the_text_to_write_is_told(base, text, forms):
    with pytest.raises(UnitError) as fault:
        units.parse(text, base)
    assert re.findall("'([^']*)'", str(fault.value).partition("; write ")[2]) == forms


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("40.000.000", "write '40000000'"),
        ("40'000", "write '40000'"),
        ("1,5M", "write '1.5 M'"),
        # 12.5 is no count either.
        ("12,5", "wanted a number such as '40M'"),
        ("-1", "'-1' is negative"),
    ],
)
def test_counts_too(text, told):
    with pytest.raises(UnitError, match=told):
        units.parse_count(text)


def amounts():
    number = st.text("0123456789.,' -", min_size=1, max_size=12)
    unit = st.sampled_from(
        [
            "TB",
            "GB",
            "Go",
            "tb",
            "Mbps",
            "%",
            "%/day",
            "% per day",
            "USD",
            "$",
            "€/day",
            "k",
            "M",
            "1h30m",
            ":0",
            "h",
        ]
    )
    return st.builds("{}{}{}".format, number, st.sampled_from(("", " ")), unit)


@given(amounts(), st.sampled_from(["B", "B/s", "s", "1", "1/s", "USD", "USD/s", ""]))
def test_what_is_proposed_is_read(text, base):
    read = (lambda form: units.parse(form, base)) if base else units.parse_count

    def reads(form):
        try:
            read(form)
        except UnitError:
            return False
        return True

    try:
        read(text)
    except UnitError as fault:
        told = str(fault)
        assert "\n" not in told
        # What was written is no remedy for itself.
        assert text.strip() not in rewritten(text.strip(), base, reads)
        if "; write " in told and " or '" not in told and " (" not in told:
            read(re.search("; write '(.*)'$", told)[1])


@pytest.mark.parametrize(
    ("text", "value"),
    [("１０\u3000ＴＢ", 10e12), ("２.５ＧＢ", 2.5e9), ("50 GB", 50e9)],
)
def test_wide_letters_and_digits_are_read_as_plain_ones(text, value):
    assert units.parse(text, "B") == value
    assert READERS["quantity"](BY_NAME["volume"], text) == value


def test_wide_signs_and_micro_too():
    assert units.parse("20 µs", "s") == units.parse("20 μs", "s") == units.parse("20 us", "s")
    assert units.parse_count("４０Ｍ") == 40e6
    assert READERS["change"](BY_NAME["change"], "２％/day") == READERS["change"](
        BY_NAME["change"], "2 percent/day"
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("31.01.2027", ["2027-01-31"]),
        ("2027-1-31", ["2027-01-31"]),
        ("31.1.27", ["2027-01-31"]),
        ("2/1/27", ["2027-01-02", "2027-02-01"]),
        ("31st Jan 2027", ["2027-01-31"]),
        ("2027年1月31日", ["2027-01-31"]),
        ("2027-01-31 08:00", ["2027-01-31"]),
        ("2027-01-31T08:00:00Z", ["2027-01-31"]),
        # Days since 1899-12-30: 127 years with 31 leap days, and 32 days more.
        ("46418", ["2027-01-31"]),
        ("46418.75", ["2027-01-31"]),
        ("2027-W05", ["2027-02-01", "2027-02-07"]),
    ],
)
def test_a_date_in_another_form_is_told_in_ours(text, days):
    told = near_dates(text, "2026-12-01")
    assert re.findall(r"\d{4}-\d\d-\d\d", told) == days
    with pytest.raises(UnitError, match="write"):
        read_date(text)
    for day in days:
        read_date(day)
    with pytest.raises(MigplanError, match=f"write '{days[0]}'"):
        migplan.plan(volume="1 TB", link="1 Gbps", deadline=text, samples=0)


def test_the_short_form_of_a_date_is_one_wherever_dates_are():
    plans = [
        migplan.plan(
            volume="1 TB", link="1 Gbps", start="20261201", deadline=day, samples=0, today="2026-11-28"
        )
        for day in ("20270131", "2027-01-31")
    ]
    assert plans[0].workload["deadline"].value == plans[1].workload["deadline"].value


def test_two_dates_are_told_as_a_range():
    with pytest.raises(UnitError, match=r"write '2026-12-20\.\.2027-01-05'"):
        read_date_ranges(["2026-12-20/2027-01-05"])


@pytest.mark.parametrize(("text", "meant"), [("yes", "required"), ("TRUE", "required"), ("no", "optional")])
def test_whether_something_is_encrypted_is_a_yes_or_a_no(text, meant):
    assert READERS["choice"](BY_NAME["encryption"], text) == meant


def test_a_point_that_may_group_thousands_is_told():
    plan = migplan.plan(volume="50.000 GB", link="1 Gbps", share="0.875 %", samples=0)
    told = "volume: the point of '50.000 GB' marks decimals; where it groups thousands, write '50000 GB'"
    assert [note for note in plan.notes if "marks decimals" in note] == [told]
