import datetime as dt
import re

import pytest

from migplan.errors import MigplanError, UnitError
from migplan.facts import load
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import READERS
from migplan.inputs.workload import read_workload


def read(name, value):
    entry = BY_NAME[name]
    return READERS[entry.form](entry, value)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("hours", " Mon-Fri 19:00-07:00, Sat-Sun ", "Mon-Fri 19:00-07:00, Sat-Sun"),
        ("hours", ["Mon-Fri 19:00-07:00", "Sat-Sun"], "Mon-Fri 19:00-07:00, Sat-Sun"),
        ("hours", "always", "always"),
        ("holidays", "de-by", "DE-BY"),
        ("timezone", "Europe/Berlin", "Europe/Berlin"),
        ("cutover_days", "Sat-Sun", "Sat-Sun"),
        ("cutover_days", [dt.date(2026, 12, 5), "2026-12-12"], "2026-12-05, 2026-12-12"),
        ("cutover_days", dt.date(2026, 12, 5), "2026-12-05"),
        ("freeze", "2026-12-20..2027-01-06", ((dt.date(2026, 12, 20), dt.date(2027, 1, 6)),)),
        ("freeze", [dt.date(2026, 12, 20)], ((dt.date(2026, 12, 20), dt.date(2026, 12, 20)),)),
        ("start", dt.date(2026, 12, 1), dt.date(2026, 12, 1)),
        ("region", " EU-West-1 ", "eu-west-1"),
        ("deadline", "2026-12-01", dt.date(2026, 12, 1)),
        ("deadline", "30 days", 30 * 86400),
        ("protocol", " SMB ", "smb"),
        ("protocol", "CIFS", "smb"),
        ("protocol", "Cifs / SMB", "smb"),
        ("protocol", "SMB3", "smb"),
        ("protocol", "SMB 3.1.1", "smb"),
        ("protocol", "smb-v2.1", "smb"),
        ("protocol", "NFSv3", "nfs"),
        ("protocol", "NFSv4.1", "nfs"),
        ("protocol", "NFS 4", "nfs"),
        ("protocol", "NFS version 4.2", "nfs"),
    ],
)
def test_what_says_when_and_where(name, value, found):
    assert read(name, value) == found


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("hours", "nights", "is no weekday"),
        ("hours", 19, "is not a text"),
        ("name", "a\udcffb", "is not UTF-8"),
        ("holidays", "Bavaria", "is no country"),
        ("timezone", "CEST", "is no time zone"),
        ("cutover_days", "weekend", "is no weekday"),
        ("freeze", "2027-01-06..2026-12-20", "ends before it begins"),
        ("start", "2026-13-01", "is not a date"),
        ("start", "0001-01-01", "wanted a year from 1970 to 2199"),
        ("start", dt.datetime(2026, 12, 1, 8), "has a time"),
        ("deadline", "2026-12-00", "is not a date"),
        ("start", "12/31/2026", "is not a date; write '2026-12-31'"),
        ("start", "1/12/2026", "is not a date; write '2026-12-01' or '2026-01-12'"),
        ("start", "2026/12/01", "is not a date; write '2026-12-01'"),
        ("start", "1-Dec-26", "is not a date; write '2026-12-01'"),
        ("start", "Dec 1, 2026", "is not a date; write '2026-12-01'"),
        ("deadline", "31.12.2026", "is neither a date nor a time; write '2026-12-31'"),
        ("deadline", "12/31/2026", "is neither a date nor a time; write '2026-12-31'"),
        ("deadline", "31 December 2026", "write '2026-12-31'"),
        ("deadline", "31.2.2026", "is neither a date nor a time; wanted such as '2026-12-01' or '30 days'"),
        ("deadline", "soon", "is neither a date nor a time; wanted such as '2026-12-01' or '30 days'"),
        ("deadline", "30", "has no unit; wanted a number and a unit, such as '30 days'"),
        ("deadline", "-3 days", "is negative; wanted a number and a unit, such as '30 days'"),
    ],
)
def test_what_does_not_say_when(name, value, told):
    with pytest.raises(UnitError, match=re.escape(told)):
        read(name, value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("rtt", "12", "'12' has no unit; wanted a number and a unit, such as '30 ms'"),
        ("rtt", "-1 ms", "such as '30 ms'"),
        ("rtt", "12 GB", "'GB' is not a unit of this; wanted an amount such as '30 ms'"),
        ("budget", "1000 EUR", "unit 'EUR' is not known; wanted such as '200000 USD'"),
        ("change", "2 %", "'2 %' is no rate; write '2 %/day'"),
        ("share", "150 %", "wanted more than 0 and at most 100 %"),
        ("loss", "60 %", "wanted 0 or more and at most 50 %"),
        ("link", "900 bps", "wanted 1 kbps or more and at most"),
        ("link", "200 b/s", "wanted 1 kbps or more and at most"),
        ("mtu", "9", "such as '1500 B'"),
        ("mtu", "9 B", "wanted 576 or more and at most 65535 B"),
        ("cutover_window", "0 h", "wanted more than 0 and at most 37,037 days"),
        ("volume", "0 TB", "wanted more than 0 and at most 100,000 PB"),
        ("files", "0", "wanted more than 0 and at most 1e+13"),
    ],
)
def test_messages_have_an_example_of_the_field_and_its_range_in_its_unit(name, value, told):
    with pytest.raises(UnitError, match=re.escape(told)):
        read(name, value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("agents", "1.5", "'1.5' is not whole; wanted a whole number such as '2'"),
        ("agents", 1.5, "'1.5' is not whole; wanted a whole number such as '2'"),
        ("files", "1.0005 k", "'1.0005 k' is not whole; wanted a whole number such as '40M'"),
        ("files", float("inf"), "is out of range"),
        ("files", 10**400, "is too large to be meant"),
        ("sizes", [{"size": "1 MB", "files": 1.5}], "'1.5' is not whole"),
        ("sizes", [{"size": "1 MB", "files": [1]}], "'[1]' is not a count"),
        ("sizes", [{"size": "1 MB", "files": 10**400}], "is too large to be meant"),
        ("changed", [{"days": [1], "volume": "1 TB"}], "'[1]' is not a count"),
    ],
)
def test_what_is_counted_is_whole(name, value, told):
    with pytest.raises(UnitError, match=re.escape(told)):
        read(name, value)


def test_whole_counts_and_parts_of_a_day_are_read():
    assert [read("files", value) for value in ("1.5e6", "2.5 million", 3, 3.0)] == [1.5e6, 2.5e6, 3.0, 3.0]
    assert read("changed", [{"days": 0.5, "volume": "1 TB"}]) == ((43200.0, 1e12),)
    assert read("changed", [{"days": "0.5", "volume": "1 TB"}]) == ((43200.0, 1e12),)


def test_a_history_of_changes():
    rows = [{"days": 7, "volume": "3 TB"}, {"days": 1, "volume": "1 TB"}]
    assert read("changed", rows) == ((86400.0, 1e12), (7 * 86400.0, 3e12))


@pytest.mark.parametrize("value", ["SMB1", "SMB 1.0", "NFSv2", "SMB 7", "cifs3", "v3", 3])
def test_what_no_protocol_is_read_as(value):
    told = (
        "wanted one of smb, nfs, local, object, or another word for one: CIFS, Samba, SMB 2 or 3, NFS 3 or 4"
    )
    with pytest.raises(UnitError, match=re.escape(told)):
        read("protocol", value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("keep", "acl", "'acl' is not known; did you mean 'dacl' or 'sacl'?"),
        ("keep", "dacl,timestamp", "'timestamp' is not known; did you mean 'timestamps'?"),
        ("keep", "acl,smell", "or 'sacl'?; 'smell' is not known; wanted some of dacl, sacl"),
        ("protocol", "nsf", "'nsf' is not known; did you mean 'nfs'?"),
        ("protocol", "nfs/smb", "'nfs/smb' is more than one; wanted one of them"),
        ("source", "netap", "did you mean 'ontap'?"),
        ("support", "enterprize", "did you mean 'enterprise'?"),
        ("optimize", "speed", "'speed' is not known; wanted one of cost, time, risk"),
        ("traits", "load balancer", "did you mean 'load-balancer'?"),
    ],
)
def test_what_may_have_been_meant_is_told(name, value, told):
    with pytest.raises(UnitError, match=re.escape(told)):
        read(name, value)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("cloud", "Amazon", "aws"),
        ("cloud", "Google Cloud", "gcp"),
        ("source", "NetApp", "ontap"),
        ("protocol", "Samba", "smb"),
    ],
)
def test_other_words_for_a_choice(name, value, found):
    assert read(name, value) == found


@pytest.mark.parametrize("volume", ["0.9 TB", "1 GB"])
def test_less_cannot_have_changed_in_more_days(volume):
    with pytest.raises(UnitError, match="7 days after 1 day has no more bytes changed"):
        read("changed", [{"days": 1, "volume": "1 TB"}, {"days": 7, "volume": volume}])


def test_a_number_of_days_is_told_once():
    with pytest.raises(UnitError, match="wanted each number of days once"):
        read("changed", [{"days": 1, "volume": "1 TB"}, {"days": 1, "volume": "2 TB"}])


def test_the_whole_of_the_last_day_counts_where_the_site_is():
    given = {"volume": "1 TB", "start": "2027-03-27", "deadline": "2027-03-28"}
    assumptions = load().assumptions
    # A day of 24 hours, and in Berlin one of 23.
    assert read_workload(given, assumptions, dt.date(2027, 1, 1)).deadline == 48 * 3600
    there = read_workload({**given, "timezone": "Europe/Berlin"}, assumptions, dt.date(2027, 1, 1))
    assert there.deadline == 47 * 3600


def test_what_says_when_is_told_with_all_other_faults():
    given = {
        "volume": "1",
        "hours": "nights",
        "holidays": "Bavaria",
        "freeze": "soon",
        "timezone": "CEST",
        "cutover_days": "weekend",
        "start": "tomorrow",
    }
    with pytest.raises(MigplanError) as error:
        read_workload(given, load().assumptions, dt.date(2027, 1, 1))
    codes = {fault.where: fault.code for fault in error.value.faults}
    assert set(codes) == set(given)
    assert {codes[name] for name in given} == {"bad-quantity", "bad-calendar", "bad-date"}
    assert codes["start"] == "bad-date"
    assert codes["freeze"] == "bad-calendar"
