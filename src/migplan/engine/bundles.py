"""Options that differ in nothing but their routes, together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.options import Option
from migplan.engine.ranking import effort


def bundled(options: Sequence[Option]) -> tuple[list[NDArray[np.intp]], NDArray[np.intp]]:
    """Options by what they have in common.

    Returns
    -------
    bundles : list of array
        Positions of options that differ in nothing but their routes, and whose lines and efforts are of one kind; the
        most promising first.
    like : array
        The same number for options that differ in nothing but their routes, which take the same time to be there.
    """
    bundles: dict[Any, list[int]] = {}
    likes: dict[Any, int] = {}
    like = []
    for place in sorted(range(len(options)), key=lambda place: _promise(options[place])):
        bundles.setdefault(_same(options[place]), []).append(place)
    for option in options:
        like.append(likes.setdefault((_same(option), _lead(option)), len(likes)))
    return [np.array(places) for places in bundles.values()], np.array(like)


def _same(option: Option) -> tuple[Any, ...]:
    """What options have in common that differ in their routes alone, and take the same to arrange."""
    parts = (option.mover, option.device, option.second_hop, option.target)
    line = None if option.route is None else option.route.line
    paths = (id(option.path), id(option.seed_path), id(option.second_path))
    return (
        option.kind,
        effort(option),
        line,
        paths,
        tuple(None if part is None else part.id for part in parts),
    )


def _lead(option: Option) -> tuple[bool, Any]:
    """What of a route decides when it can be used."""
    fact = None if option.route is None else option.route.facts.get("lead_time")
    return option.exists, None if fact is None else fact.value


def _promise(option: Option) -> tuple[float, ...]:
    """Which of several options that differ in their routes is worth the first look."""
    facts = {} if option.route is None else option.route.facts
    lead, rate = (facts[key].value if key in facts else 0.0 for key in ("lead_time", "line_rate"))
    return effort(option), 0.0 if option.exists else lead, -rate
