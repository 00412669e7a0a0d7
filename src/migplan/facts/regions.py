"""Which Region of a cloud a text means, and what to write instead of one that means none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migplan.errors import shorten
from migplan.facts.catalogue import Catalogue
from migplan.facts.model import Cloud
from migplan.text import folded, listed, near_names

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


def called(names: Names, text: str) -> str:
    """The only id that is called by a name, whatever its capitals and punctuation; empty where none is, or several.

    Examples
    --------
    >>> called({"eastus": ("East US", "Virginia"), "eastus2": ("East US 2", "Virginia")}, "East-US")
    'eastus'
    >>> called({"eastus": ("East US", "Virginia"), "eastus2": ("East US 2", "Virginia")}, "Virginia")
    ''
    """
    wanted = folded(text)
    found = [own for own, known in names.items() if wanted in map(folded, known)]
    return found[0] if len(found) == 1 else ""


_SOME = 3
"""Regions that are named where none is near."""


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
