import datetime as dt

import pytest

from migplan.errors import UnitError
from migplan.inputs.calendars import days_off
from migplan.inputs.calendars.days_off import holiday_numbers, read_holidays


@pytest.mark.parametrize(
    ("text", "code"), [("DE", "DE"), ("de-by", "DE-BY"), ("US", "US"), ("US-CA", "US-CA"), ("DEU", "DEU")]
)
def test_countries_and_subdivisions(text, code):
    assert read_holidays(text) == code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bavaria", "'Bavaria' is no country; wanted such as 'DE'"),
        ("XX", "no holidays are known for 'XX'"),
        ("DE-XX", "'XX' is no subdivision of DE; wanted one of BB, BE"),
        ("", "is no country"),
        ("NYSE", "is no country"),
        ("__class__", "is no country"),
    ],
)
def test_others_are_refused(text, told):
    with pytest.raises(UnitError) as error:
        read_holidays(text)
    assert told in str(error.value)


def test_a_subdivision_has_its_own():
    start = dt.date(2027, 1, 1)
    # Epiphany is on 6 January in Bavaria and not in Berlin; New Year's Day is everywhere.
    assert holiday_numbers("DE-BY", start, 10).tolist() == [0, 5]
    assert holiday_numbers("DE-BE", start, 10).tolist() == [0]


def test_the_eve_of_the_start_counts():
    assert holiday_numbers("DE", dt.date(2027, 1, 2), 10).tolist() == [-1]


def test_beyond_what_is_known_there_are_none():
    # The lunar calendar of this country is known until 2035 or so; asking beyond is no warning.
    numbers = holiday_numbers("MY", dt.date(2030, 1, 1), 7305)
    assert len(numbers) > 20
    assert holiday_numbers("DE", dt.date(2195, 1, 1), 3000).tolist() is not None


def test_what_was_asked_once_needs_no_import(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path))
    days_off._table.cache_clear()
    first = holiday_numbers("DE-BY", dt.date(2027, 1, 1), 10).tolist()
    days_off._table.cache_clear()
    monkeypatch.setattr(days_off, "_ask", None)  # so that asking again would fail
    assert read_holidays("de-by") == "DE-BY"
    assert holiday_numbers("DE-BY", dt.date(2027, 1, 1), 10).tolist() == first
    days_off._table.cache_clear()
