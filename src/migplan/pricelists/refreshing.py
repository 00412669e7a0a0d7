"""A refresh of prices: the lists that are asked for, what each has, and the overlay that comes of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from migplan.errors import Fault, MigplanError, counted
from migplan.pricelists.book import Book, gather, read_book
from migplan.pricelists.choice import choose
from migplan.pricelists.model import CODE, Listing, NewPrice, Refresh, UnreachableError
from migplan.pricelists.overlay import check_overlay, write_overlay
from migplan.pricelists.reading import Folder, Reader, place_of
from migplan.progress import tell


def refresh(
    folder: Path,
    *,
    clouds: Collection[str] = (),
    regions: Collection[str] = (),
    source: Path | None = None,
    profiles: Sequence[Path | str] = (),
    today: dt.date,
    force: bool = False,
) -> Refresh:
    """Read prices from public price lists into an overlay.

    Parameters
    ----------
    folder : Path
        The overlay. It is made where it does not exist.
    clouds, regions : collection of str
        Which; all that have a price in a list where they are empty. A Region that has no price yet gets one.
    source : Path, optional
        A folder of lists that were fetched before, in place of the addresses of the clouds.
    profiles : sequence of path
        Folders of profiles over those of migplan; their prices are refreshed where they say how.
    force : bool
        Replace files that migplan did not write.

    Raises
    ------
    MigplanError
        A profile is at fault, no list has a price that fits, or the overlay could not be written.
    """
    book = read_book(profiles)
    check_overlay(folder, book, profiles if source is None else (*profiles, source), force)
    listings, faults = gather(book, clouds, regions)
    prices = _read(book, listings, source, today, faults)
    if not prices:
        raise MigplanError(faults)
    day = today.isoformat()
    files = write_overlay(folder, book, prices, day)
    # The largest changes first; what is new has none.
    order = sorted(prices, key=lambda price: (-(price.change or 0.0), price.price, price.region))
    return Refresh(tuple(order), tuple(faults), files)


def _read(
    book: Book, listings: Sequence[Listing], source: Path | None, today: dt.date, faults: list[Fault]
) -> list[NewPrice]:
    """Prices that lists have; whatever hinders one joins the faults, and hinders no other list."""
    prices: list[NewPrice] = []
    gone: Counter[str] = Counter()
    with closing(_reader(source, today)) as reader:
        for done, listing in enumerate(listings):
            tell(f"reading {listing}", done, len(listings))
            if listing.cloud in gone:
                gone[listing.cloud] += 1
                continue
            try:
                found = reader.read(listing)
            except MigplanError as error:
                faults.extend(error.faults)
                if isinstance(error, UnreachableError):
                    gone[listing.cloud] = 0
                continue
            for selector in listing.selectors:
                made = choose(selector, book.prices[selector.price], listing, found)
                if isinstance(made, Fault):
                    faults.append(made)
                else:
                    prices.append(made)
    tell("")
    for cloud, lists in gone.items():
        if lists:
            faults.append(Fault(CODE, cloud, f"{counted(lists, 'more list')} of it not asked for after that"))
    return prices


def _reader(source: Path | None, today: dt.date) -> Reader:
    if source is not None:
        return Folder(source)
    # Only what fetches needs what speaks to servers.
    from migplan.pricelists.fetching import Online

    return Online(today)


def addresses(
    clouds: Collection[str] = (), regions: Collection[str] = (), profiles: Sequence[Path | str] = ()
) -> list[tuple[str, Path]]:
    """Where each list is that a refresh would read, and where it lies in a folder of lists.

    Raises
    ------
    MigplanError
        As for `refresh`.
    """
    listings, _ = gather(read_book(profiles), clouds, regions)
    return [(listing.url, place_of(listing)) for listing in listings]
