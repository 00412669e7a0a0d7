"""Which reader a listing takes, by its shape, and the door through which all of them are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from migplan.errors import Fault, MigplanError, shorten
from migplan.inventory.count import FaultCounter
from migplan.inventory.readers.buckets import S3List
from migplan.inventory.readers.delimited import Delimited
from migplan.inventory.readers.du import Du
from migplan.inventory.readers.find import Find
from migplan.inventory.readers.listing import Listing, Reader, Settings
from migplan.inventory.readers.ls import Ls
from migplan.inventory.readers.ncdu import Ncdu
from migplan.inventory.readers.numbers import read_units
from migplan.inventory.readers.rclone import Lsjson, Size
from migplan.inventory.readers.robocopy import Robocopy
from migplan.inventory.readers.rvtools import RVTools
from migplan.inventory.readers.s3 import S3Inventory
from migplan.inventory.readers.times import ORDERS
from migplan.inventory.readers.treesize import TreeSize
from migplan.inventory.readers.xcp import Xcp
from migplan.inventory.shape import Shape
from migplan.text import did_you_mean, listed

READERS: tuple[Reader, ...] = (
    Robocopy(),
    *(Delimited(name) for name in ("powershell", "wiztree", "windirstat", "pwalk", "csv")),
    TreeSize(),
    Find(),
    Du(),
    Ls(),
    Lsjson(),
    Size(),
    Ncdu(),
    S3Inventory(),
    S3List(),
    Xcp(),
    RVTools(),
)
FORMS = tuple(reader.name for reader in READERS)
"""What `--from` takes, besides 'auto'."""

_LEAST, _APART = 0.3, 0.1
"""A reader that is less sure is not asked; two that are as sure within this are both named. [1]."""


def read_listing(
    path: Path,
    form: str = "auto",
    faults: Callable[[], FaultCounter] | None = None,
    *,
    dates: str = "",
    unit: Sequence[str] = (),
    decimal: str = "",
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    printf: str = "",
    root: str = "",
) -> Shape:
    """Read a listing that another tool made.

    Parameters
    ----------
    path : Path
    form : str
        'auto', or one of `FORMS`.
    faults : callable or None
        Makes who counts names that targets do not take.
    dates, decimal, encoding, columns, printf, root
        See `migplan.inventory.readers.listing.Settings`.
    unit : sequence of str
        Such as 'B' for bare numbers, or 'GB=GiB' for what the listing writes.

    Raises
    ------
    MigplanError
        The file cannot be read, is of no known format, or is not clear; the message says what to pass.
    """
    _check("--from", form, ("auto", *FORMS))
    _check("--dates", dates, ("", *ORDERS))
    _check("--decimal", decimal, ("", ".", ","))
    bare, written = read_units(unit)
    settings = Settings(
        form=form, dates=dates, unit=bare, units=written, decimal=decimal, encoding=encoding,
        columns=columns or {}, printf=printf, root=root,
    )  # fmt: skip
    listing = Listing(path, settings)
    return reader_of(listing).read(listing, faults)


def _check(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        wanted = did_you_mean(value, choices, f"wanted one of {', '.join(filter(None, choices))}")
        raise MigplanError(Fault("bad-choice", name, f"{shorten(value)} is not known; {wanted}"))


def reader_of(listing: Listing) -> Reader:
    """The reader of a listing: the one that was asked for, else the one that is surest by the first bytes.

    Raises
    ------
    MigplanError
        None is sure, or two are as sure as each other.
    """
    form = listing.settings.form
    if form != "auto":
        return next(reader for reader in READERS if reader.name == form)
    if not listing.raw:
        raise listing.fault("is empty; wanted a listing")
    sure = {reader: reader.likeness(listing) for reader in READERS}
    best = max(sure.values())
    if best < _LEAST:
        names = ", ".join(FORMS)
        raise listing.fault(f"is of no format that is known by its shape; wanted --from with one of {names}")
    named = [
        reader for reader, likeness in sure.items() if likeness == best or best - _APART < likeness < best < 1
    ]
    if len(named) > 1:
        names = listed([f"--from {reader.name}" for reader in named], "or")
        raise listing.fault(f"may be of several formats; wanted {names}")
    return named[0]
