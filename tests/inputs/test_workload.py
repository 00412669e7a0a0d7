import datetime as dt
import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.errors import MigplanError
from migplan.facts import load
from migplan.inputs.fields import BY_NAME, FIELDS
from migplan.inputs.notes import notes_on
from migplan.inputs.workload import read_workload

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def assumptions():
    return load().assumptions


def faults(given, assumptions):
    with pytest.raises(MigplanError) as error:
        read_workload(given, assumptions, TODAY)
    return {fault.where: fault for fault in error.value.faults}


def test_the_question_of_the_design_is_read(assumptions):
    w = read_workload(
        {
            "volume": "150 TB",
            "files": "40M",
            "link": "1 Gbps",
            "share": "70 %",
            "change": "2 %/day",
            "deadline": "30 days",
            "cutover_window": "8 hours",
        },
        assumptions,
        TODAY,
    )
    assert (w.volume, w.files, w.link) == (150e12, 40e6, 125e6)
    assert w.share == pytest.approx(0.7)
    assert w.change_rate == pytest.approx(3e12 / 86400)  # 2 % of 150 TB a day
    assert (w.deadline, w.cutover_window) == (30 * 86400, 8 * 3600)
    assert w.file_size == 150e12 / 40e6
    assert w.keep == ("dacl", "owner", "timestamps")
    assert (w.source, w.start) == ("windows", TODAY)


def test_what_was_not_given_says_where_it_comes_from(assumptions):
    w = read_workload({"volume": "1 TB"}, assumptions, TODAY)
    assert w.inputs["share"].status == "assumed"
    assert w.inputs["share"].fact is assumptions["share"]
    assert w.inputs["link"].status == "absent"
    assert w.inputs["volume"].status == "given"


def test_every_fault_is_told_at_once(assumptions):
    given = {"volume": "150", "fils": "40M", "link": "1 TB", "share": "170 %", "rtt": 3, "protocol": "ftp"}
    found = faults(given, assumptions)
    assert set(found) == set(given)
    assert "did you mean 'files'" in str(found["fils"])


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "volume"),
        ({"volume": "0 TB"}, "volume"),
        ({"volume": "1e30 TB"}, "volume"),
        ({"volume": 150}, "volume"),
        ({"volume": "1 TB", "files": "1M", "file_size": "1 MB"}, "files and file_size"),
        ({"volume": "1 TB", "file_size": "2 TB"}, "file_size"),
        ({"volume": "1 TB", "largest_file": "2 TB"}, "largest_file"),
        ({"volume": "1 TB", "deadline": "2026-01-01"}, "deadline"),
        ({"volume": "1 TB", "deadline": "soon"}, "deadline"),
        ({"volume": "1 TB", "freeze": "2026-12-24..2026-12-20"}, "freeze"),
        ({"volume": "1 TB", "keep": ["dacl", "smell"]}, "keep"),
        ({"volume": "1 TB", "sizes": [{"size": "1 MB", "files": "10"}]}, "sizes"),
        ({"volume": "1 TB", "sizes": [{"size": "1 MB"}]}, "sizes"),
        ({"volume": "1 TB", "change": 3}, "change"),
        ({"volume": "1 TB", "change": "-2 %/day"}, "change"),
        ({"volume": True}, "volume"),
        ({"volume": ["1 TB"]}, "volume"),
        ({"volume": "1 TB", "files": True}, "files"),
        ({"volume": "1 TB", "files": float("nan")}, "files"),
    ],
)
def test_faults_name_their_field(given, where, assumptions):
    assert where in faults(given, assumptions)


OF_LEAVING = ("from_cloud", "from_region", "egress")
"""What says something only of data in a cloud."""


def test_examples_in_the_help_are_read(assumptions, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / BY_NAME["inventory"].example).write_text('schema = "migplan.inventory/1"')
    for field in FIELDS:
        if field.example and field.name not in ("file_size", "volume"):
            beside = (
                {"from_cloud": "aws", "cloud": "gcp", "link": "1 Gbps"} if field.name in OF_LEAVING else {}
            )
            given = {"volume": "150 TB", **beside, field.name: field.example}
            w = read_workload(given, assumptions, TODAY)
            assert w.inputs[field.name].status == "given"


def test_a_histogram_gives_the_number_of_files(assumptions):
    sizes = [{"size": "1 MB", "files": "500k"}, {"size": "500 MB", "files": 1000}]
    w = read_workload({"volume": "1 TB", "sizes": sizes}, assumptions, TODAY)
    assert w.files == 501_000
    assert w.sizes == ((1e6, 500_000.0), (500e6, 1000.0))


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("bandwidth", "link"),
        ("Used Space", "volume"),
        ("dead_line", "deadline"),
        ("fils", "files"),
        ("regio", "region"),
    ],
)
def test_names_of_fields_that_may_have_been_meant_are_told(key, field, assumptions):
    assert f"did you mean '{field}'" in str(faults({"volume": "1 TB", key: "x"}, assumptions)[key])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"link": "1 GBps"}, "the line, '1 GBps', is given in bytes: that is 8 Gbps"),
        ({"link": "50 MB/s"}, "that is 400 Mbps"),
        ({"holidays": "LK"}, "no public holidays of LK are known after 2026, so none are planned with then"),
        ({"holidays": "BV"}, "no public holidays of BV are known, so none are planned with"),
        ({"holidays": "JP", "start": "2099-05-01"}, "no public holidays of JP are known after 2099"),
        ({"holidays": "IN", "deadline": "2036-01-31"}, "no public holidays of IN are known after 2035"),
        ({"start": "2026-11-20"}, "the start, 2026-11-20, is 3 days before"),
        ({"share": "50 %"}, "`share` counts for nothing"),
    ],
)
def test_what_is_to_be_known_of_inputs_is_noted(given, told, assumptions):
    (note,) = notes_on(
        read_workload({"volume": "1 TB", "region": "eu-west-1", **given}, assumptions, TODAY), TODAY
    )
    assert told in note


def test_plain_inputs_have_no_notes(assumptions):
    given = {
        "volume": "1 TB",
        "region": "eu-west-1",
        "link": "1gbps",
        "holidays": "DE-BY",
        "timezone": "Europe/Berlin",
    }
    assert notes_on(read_workload(given, assumptions, TODAY), TODAY) == ()


_scalars = st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.dates())
_values = st.one_of(
    _scalars, st.lists(_scalars, max_size=3), st.dictionaries(st.text(max_size=5), _scalars, max_size=3)
)
_names = st.one_of(st.sampled_from([field.name for field in FIELDS]), st.text(max_size=8))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(st.dictionaries(_names, _values, max_size=5))
def test_no_input_does_worse_than_a_list_of_faults(given):
    told = faults_or_none({"volume": "1 TB", **given})
    assert all("\n" not in str(fault) for fault in told)


def faults_or_none(given):
    try:
        read_workload(given, load_once(), TODAY)
    except MigplanError as error:
        return error.faults
    return ()


@functools.cache
def load_once():
    return load().assumptions


def test_a_use_gives_what_is_needed_where_nobody_says_so(assumptions):
    def read(**given):
        return read_workload({"volume": "10 TB", **given}, assumptions, TODAY)

    general, archive = read(), read(use="archive")
    assert (general.use, general.availability, general.cold, general.reduction) == (
        "general",
        "multi-zone",
        0.8,
        0.0,
    )
    assert (archive.availability, archive.cold, archive.reduction) == ("single-zone", 0.98, 0.1)
    assert archive.inputs["cold"].fact.id == "uses/archive.cold"
    assert (archive.inputs["availability"].status, archive.inputs["availability"].why) == (
        "derived",
        "by use: archive",
    )
    # 0.2 MB/s for each of the terabytes.
    assert archive.throughput_per_volume * archive.volume == pytest.approx(2e6)
    stated = read(use="archive", availability="Multi-AZ", cold="10 %", reduction="0 %", throughput="50 MB/s")
    assert (stated.availability, stated.cold, stated.reduction) == ("multi-zone", 0.1, 0.0)
    assert stated.throughput == 50e6


def test_growth_and_the_cost_of_delay_are_rates(assumptions):
    w = read_workload(
        {"volume": "1 TB", "growth": "20 %/year", "delay_cost": "864 USD/day"}, assumptions, TODAY
    )
    assert w.growth * 365.25 * 86400 == pytest.approx(0.2, rel=1e-3)
    assert w.delay_cost == pytest.approx(0.01)
    plain = read_workload({"volume": "1 TB"}, assumptions, TODAY)
    assert plain.growth == 0
    assert plain.delay_cost != plain.delay_cost, "not known, and not 0"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("use", "medai", "'medai' is not known; did you mean 'media'?"),
        ("availability", "3 zones", "wanted one of single-zone, multi-zone"),
        ("cold", "120 %", "at most 100 %"),
        ("reduction", "96 %", "at most 95 %"),
        ("delay_cost", "500 USD", "such as '500 USD/day'"),
        ("on_net", "maybe", "wanted one of yes, no, unknown"),
        ("new_circuits", "yes", "wanted one of allowed, no"),
    ],
)
def test_needs_that_make_no_sense_are_told(assumptions, field, value, told):
    found = faults({"volume": "1 TB", field: value}, assumptions)
    assert told in found[field].message


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"protocol": "smb"}, ("dacl", "owner", "timestamps")),
        # Who may read a backup is known to the software that wrote it.
        ({"protocol": "smb", "use": "backups"}, ("timestamps",)),
        ({"protocol": "nfs", "use": "backups"}, ("timestamps", "posix")),
        ({"protocol": "smb", "use": "backups", "keep": "dacl"}, ("dacl",)),
    ],
)
def test_what_is_kept_follows_from_protocol_and_use(assumptions, given, kept):
    assert read_workload({"volume": "1 TB", **given}, assumptions, TODAY).keep == kept
