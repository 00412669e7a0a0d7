"""Which Region of a cloud a text means, and what to write instead of one that means none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from migplan.errors import shorten
from migplan.facts.catalogue import Catalogue
from migplan.facts.clouds import Cloud
from migplan.text import did_you_mean, folded, listed, near_names

Names = Mapping[str, tuple[str, ...]]
"""Id of something -> what it is called, its own name first."""


def find_region(cloud: Cloud, text: str) -> tuple[str, ...]:
    """The Regions that a text means by id, by name or by city, whatever its case and punctuation.

    Examples
    --------
    >>> aws = Cloud("aws", "AWS", {"ap-northeast-1": ("Asia Pacific (Tokyo)", "Tokyo")}, "https://x", "", "confirmed")
    >>> find_region(aws, "tokyo"), find_region(aws, "ap_northeast1"), find_region(aws, "Paris")
    (('ap-northeast-1',), ('ap-northeast-1',), ())
    """
    if text in cloud.regions:
        return (text,)
    plain = folded(text)
    return tuple(region for region, names in cloud.regions.items() if plain in map(folded, (region, *names)))


def id_by_name(names: Names, text: str) -> str:
    """The only id that is called by a name, whatever its capitals and punctuation; empty where none is, or several.

    Examples
    --------
    >>> id_by_name({"eastus": ("East US", "Virginia"), "eastus2": ("East US 2", "Virginia")}, "East-US")
    'eastus'
    >>> id_by_name({"eastus": ("East US", "Virginia"), "eastus2": ("East US 2", "Virginia")}, "Virginia")
    ''
    """
    wanted = folded(text)
    found = [own for own, known in names.items() if wanted in map(folded, known)]
    return found[0] if len(found) == 1 else ""


_SOME = 3
"""Regions that are named where none is near."""
_EARTH = 6371.0
"""Mean radius. [km]"""


def region_fault(facts: Catalogue, cloud: str, text: str) -> str:
    """What is wrong with the Region of a workload, and what to write; empty where a profile knows it.

    A Region that is in no list but that a profile names, such as a price of the user's own, is known too.
    """
    known = facts.clouds.get(cloud)
    if known is None or text in known.regions or text in _named(facts):
        return ""
    begin = f"{shorten(text)} is not known"
    elsewhere = [other.name for other in facts.clouds.values() if text in other.regions]
    if elsewhere:
        begin = f"{shorten(text)} is a Region of {elsewhere[0]}, not of {known.name}"
    meant = find_region(known, text) or _near(known, text)
    if meant:
        return f"{begin}; did you mean {_told(known, meant)}?"
    doubt = "" if known.status == "confirmed" else f" (as of {known.as_of}, and unconfirmed)"
    some = ", ".join([*known.regions][:_SOME])
    return f"{begin}; wanted such as {some}; `migplan facts show clouds/{cloud}` lists all {len(known.regions)}{doubt}"


def neighbours(facts: Catalogue, text: str) -> dict[str, str]:
    """Id of a cloud -> its Region that is the nearest to a place, which is named as any cloud names a Region.

    Each cloud whose own Region is called so takes the first of them. The others take the one that is the least way from
    there over the globe, where both places are known, and else none. Without a text each takes the Region that is
    assumed of it.

    Raises
    ------
    ValueError
        No cloud has such a Region: with what to write.
    """
    clouds = facts.clouds.values()
    if not text:
        return {cloud.id: cloud.assumed_region.id for cloud in clouds if cloud.assumed_region is not None}
    own = {cloud.id: found[:1] for cloud in clouds if (found := find_region(cloud, text))}
    places = [
        cloud.places[region] for cloud in clouds for region in own.get(cloud.id, ()) if region in cloud.places
    ]
    if not own:
        raise ValueError(f"{shorten(text)} is a Region of no cloud; {_some_places(facts, text)}")
    near = {}
    for cloud in clouds:
        found = own.get(cloud.id) or _nearest(cloud, places)
        if found:
            near[cloud.id] = found[0]
    return near


def _nearest(cloud: Cloud, places: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The Region of a cloud that is the least way from the first of some places; none where either is not known."""
    if not places or not cloud.places:
        return ()
    return (min(cloud.places, key=lambda region: distance(places[0], cloud.places[region])),)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The way between two places over a globe, by the haversine formula. [km].

    Examples
    --------
    >>> round(distance((53.3, -6.3), (51.5, -0.1)), -1)
    470.0
    """
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(half))


def _some_places(facts: Catalogue, text: str) -> str:
    """What to write for a place that no cloud has."""
    names = [name for cloud in facts.clouds.values() for own in cloud.regions.values() for name in own]
    return did_you_mean(text, names, "wanted one such as Tokyo, or a Region of any cloud")


def _named(facts: Catalogue) -> set[str]:
    """Regions that profiles name and that no cloud lists."""
    prices = {region for price in facts.prices.values() for region in price.regions}
    kinds = (facts.movers, facts.routes, facts.devices, facts.targets)
    offered = {region for kind in kinds for profile in kind.values() for region in profile.regions}
    return (prices | offered).difference(("any",), *(cloud.regions for cloud in facts.clouds.values()))


def _near(cloud: Cloud, text: str) -> tuple[str, ...]:
    """Regions whose id or name a text is a slip of."""
    names = {name: region for region, known in cloud.regions.items() for name in (region, *known)}
    return tuple(dict.fromkeys(names[name] for name in near_names(text, names, 0.8)))


def _told(cloud: Cloud, regions: Iterable[str]) -> str:
    return listed([f"'{region}' ({cloud.regions[region][0]})" for region in regions], "or")
