"""Prices as the public lists of clouds have them today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from migplan.api.settings import Day, _day_of

if TYPE_CHECKING:
    from migplan.pricelists.model import Refresh


def refresh_prices(
    folder: Path | str,
    *,
    clouds: Sequence[str] = (),
    regions: Sequence[str] = (),
    lists: Path | str | None = None,
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    force: bool = False,
) -> Refresh:
    r"""Read prices from the public price lists of clouds into a folder of profiles, which plans then take.

    Parameters
    ----------
    folder : path
        Where the profiles go: a folder for the `profiles` of a plan. It is made where it does not exist.
    clouds, regions : sequence of str, optional
        Ids of clouds and of Regions; all that have a price in a list where they are empty. A Region that is named and
        has no price yet gets one.
    lists : path, optional
        A folder of lists that were fetched before: no server is asked. See `price_lists` for where each lies.
    profiles : sequence of path, optional
        Folders of your own profiles, laid over those of migplan by id. Prices in them that name no list stay as they
        are.
    today : date or ISO text, optional
        The day as of which prices are known to hold; the current day where it is absent.
    force : bool, optional
        Replace files that migplan did not write.

    Returns
    -------
    Refresh
        The prices, those first that changed most; those that stay as they are, and why; the files that were written.

    Raises
    ------
    MigplanError
        No list has a price that fits, a cloud or Region is not known, or a file could not be written.

    Examples
    --------
    A list of one line, as AWS has it. Prices whose lists are not there stay as they are.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> (place / "lists/aws/AWSDataSync/eu-west-1").mkdir(parents=True)
    >>> _ = (place / "lists/aws/AWSDataSync/eu-west-1/index.csv").write_text(
    ...     '"Publication Date","2026-11-20T10:00:00Z"\n"Version","20261120100000"\n'
    ...     "SKU,TermType,StartingRange,Unit,PricePerUnit,Currency,usageType\n"
    ...     "6CWWT4PGRGTQM6WA,OnDemand,0,GB,0.0130000000,USD,EU-Transferred-Bytes\n"
    ... )
    >>> made = refresh_prices(place / "prices", clouds=["aws"], regions=["eu-west-1"], lists=place / "lists")
    >>> [(price.price, price.region, price.new, round(price.change, 2)) for price in made.prices]
    [('datasync-basic-data', 'eu-west-1', ((0.0, 0.013),), 0.04)]
    >>> [path.name for path in made.files], str(made.faults[0])[:40]
    (['datasync-basic-data.toml'], 'datasync-enhanced-data eu-west-1: SKU Q3')
    """
    from migplan.pricelists.refreshing import refresh

    return refresh(
        Path(folder),
        clouds=tuple(clouds),
        regions=tuple(regions),
        source=None if lists is None else Path(lists),
        profiles=profiles,
        today=_day_of(today) or dt.date.today(),
        force=force,
    )


def price_lists(
    *, clouds: Sequence[str] = (), regions: Sequence[str] = (), profiles: Sequence[Path | str] = ()
) -> list[tuple[str, Path]]:
    """List what `refresh_prices` would read, for those who fetch it by other means.

    Parameters
    ----------
    clouds, regions, profiles
        As for `refresh_prices`.

    Returns
    -------
    list of (str, path)
        The address of each list, and where its parts lie in a folder of lists: files of any names, in their order.

    Raises
    ------
    MigplanError
        A cloud or Region is not known.

    Examples
    --------
    >>> [str(place) for _, place in price_lists(clouds=["aws"], regions=["eu-west-1"])][:2]
    ['aws/AWSDataSync/eu-west-1', 'aws/AWSDataTransfer/eu-west-1']
    """
    from migplan.pricelists.refreshing import addresses

    return addresses(clouds, regions, profiles)
