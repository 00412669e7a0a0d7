"""Days of every year that count as public holidays though no law names them."""

import datetime as dt

import pytest

from migplan.engine.case import Case
from migplan.errors import MigplanError
from migplan.facts import load

DAY = 86400.0
OWN = {"name": "Works", "country": "DE", "first": "12-28", "last": "01-02", "source": "assumption: ours"}


def working_days(holidays, facts, start=dt.date(2026, 12, 28), days=8):
    """Days from a start on which a cutover may begin."""
    given = {"volume": "1 TB", "link": "1 Gbps", "holidays": holidays, "start": start.isoformat()}
    spans = Case.read(given, facts, start).clock.calendar.allowed_spans
    return [day for day in range(days) if ((spans.starts <= day * DAY) & (day * DAY < spans.ends)).any()]


@pytest.fixture
def overlay(tmp_path):
    (tmp_path / "closures").mkdir()

    def write(**said):
        lines = [f'{key} = "{value}"' for key, value in {**OWN, **said}.items()]
        text = "\n".join([*lines, "as_of = 2026-11-01", ""])
        (tmp_path / "closures" / "works.toml").write_text(text, encoding="utf-8")
        return load([tmp_path])

    return write


def test_nobody_cuts_over_while_a_country_is_closed():
    assert working_days("JP", load()) == [0, 7]
    assert working_days("DE", load()) == [0, 1, 2, 3, 5, 6, 7]


def test_closures_of_your_own_count_wherever_holidays_do(overlay):
    facts = overlay()
    assert working_days("DE-BY", facts) == [6, 7]
    assert working_days("AT", facts) == [0, 1, 2, 3, 5, 6, 7]
    assert working_days("JP", facts) == [0, 7]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"first": "02-29"}, "'02-29' is no day of every year"),
        ({"last": "13-01"}, "'13-01' is no day of every year"),
        ({"last": "1-2"}, "works.toml: last"),
        ({"country": "Germany"}, "works.toml: country"),
    ],
)
def test_what_is_no_closure_is_told(overlay, said, told):
    with pytest.raises(MigplanError, match=told):
        overlay(**said)
