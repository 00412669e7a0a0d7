"""A charge is counted in one thing, and its price is for one of that thing: not for a second of a day."""

import tomllib

import pytest

from migplan import units
from migplan.facts import keys, load, own_folder

BYTES = ("byte-sent", "tiered-byte", "read-byte")
TIMED_BYTES = (
    "byte-stored-temporarily", "stored-byte", "hot-byte", "cold-byte", "provisioned-byte", "backup-byte",
    "version-byte",
)  # fmt: skip
PIECES = (
    "object-landed", "file-sent", "part-sent", "tiered-file", "item-listed", "run", "device", "device-day", "shipment",
    "once",
)  # fmt: skip
TIMED_PIECES = (
    "task-month", "hour", "term-hour", "agent-hour", "visit-hour", "iops", "file-system", "site", "stored-file",
    "watched-file",
)  # fmt: skip
FITS = {
    **dict.fromkeys(BYTES, ("USD/B",)),
    **dict.fromkeys(TIMED_BYTES, ("USD/B/s",)),
    **dict.fromkeys(PIECES, ("USD/item", "USD")),
    **dict.fromkeys(TIMED_PIECES, ("USD/item/s", "USD/s")),
    "throughput": ("USD/B",),  # for a byte per second and second
}
CHARGES = sorted({(charge.price, charge.per) for charge in load().charges()})


def fits(unit, base):
    try:
        units.factor(unit, base)
    except ValueError:
        return False
    return True


def test_all_that_charges_are_counted_in_is_judged():
    assert set(FITS) == {*keys.ONCE_BASES, *keys.TIERED_BASES, *keys.MONTHLY_BASES, *keys.RUNNING_BASES}


@pytest.mark.parametrize(("price", "per"), CHARGES)
def test_the_price_is_for_one_of_what_is_counted(price, per):
    unit = tomllib.loads((own_folder() / "prices" / f"{price}.toml").read_text(encoding="utf-8"))["unit"]
    assert any(fits(unit, base) for base in FITS[per]), f"{price} is in {unit}, and {per} is counted"
