"""A pilot's measurements in place of what the catalogue says or assumes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, counted, shorten
from migplan.facts import Catalogue, Fact, Mover, MoverPath
from migplan.facts.keys import TIME_FACTORS
from migplan.inputs.fields import BY_NAME
from migplan.inputs.pilot_file import Line, Pilot
from migplan.inputs.pilot_fit import Constants, fit_copies
from migplan.inputs.readers import READERS, read_early
from migplan.text import did_you_mean

_MEASURED_TOO = (
    "round_trips",
    "directory_round_trips",
    "streams",
    "stream_window",
    "file_stream_rate",
    "task_file_rate",
    *TIME_FACTORS,
)
"""Facts of a mover that the measured constants have within them."""

_ABOVE_LINE = 1.02
"""How far a test may exceed what the line can carry before the two contradict each other: goodput is rounded."""


class Piloted(Struct, frozen=True):
    """The catalogue and the input fields with a pilot's measurements in them.

    Attributes
    ----------
    catalogue : Catalogue
    fields : dict
        Input field -> text, with what the pilot says where the user said nothing.
    constants : Constants or None
        What the copies gave; None where only the line was tested.
    """

    catalogue: Catalogue
    fields: dict[str, Any]
    constants: Constants | None


def apply_pilot(pilot: Pilot, catalogue: Catalogue, fields: Mapping[str, Any]) -> Piloted:
    """Put measurements in the place of facts and assumptions.

    The mover's facts are replaced on the paths to the pilot's target alone: a measurement says nothing about another
    target. What the user gave stays, but for a share of the line that is more than the line gave.

    Raises
    ------
    MigplanError
        The pilot names a mover, target or route that is not known, or contradicts itself or the fields.
    """
    given, constants = dict(fields), None
    if pilot.line is not None:
        catalogue, given = _with_line(pilot.line, catalogue, given)
    if pilot.copies:
        mover = _mover(pilot, catalogue)
        constants = fit_copies(pilot, mover, catalogue.assumptions)
        catalogue = _with_mover(pilot, mover, constants, catalogue, read_early(BY_NAME["protocol"], given))
    return Piloted(catalogue, given, constants)


def _mover(pilot: Pilot, catalogue: Catalogue) -> Mover:
    mover = catalogue.movers.get(pilot.mover)
    if mover is None:
        known = catalogue.movers.values()
        names = {name: mover.id for mover in known for name in (mover.id, mover.name, *mover.also_called)}
        wanted = did_you_mean(pilot.mover, names, f"wanted one of {', '.join(catalogue.movers)}")
        text = f"{shorten(pilot.mover)} is not known; {wanted}"
        raise MigplanError(Fault("bad-choice", f"{pilot.place}: mover", text))
    faults = []
    if mover.behaviour == "blocks":
        text = f"{mover.name} moves blocks, so that copies of files say nothing about it; wanted a mover of files"
        faults.append(Fault("bad-choice", f"{pilot.place}: mover", text))
    reached = sorted({name for path in mover.paths for name in path.to})
    if pilot.target not in reached:
        wanted = did_you_mean(pilot.target, reached, f"wanted one of {', '.join(reached)}")
        text = f"{mover.name} has no path to {shorten(pilot.target)}; {wanted}"
        faults.append(Fault("bad-choice", f"{pilot.place}: target", text))
    if pilot.verify not in ("", *mover.verifies):
        wanted = f"wanted one of {', '.join(mover.verifies)}"
        text = f"{shorten(pilot.verify)} is not what {mover.name} can do; {wanted}"
        faults.append(Fault("bad-choice", f"{pilot.place}: verify", text))
    if faults:
        raise MigplanError(faults)
    return mover


def _with_mover(
    pilot: Pilot, mover: Mover, constants: Constants, catalogue: Catalogue, protocol: str
) -> Catalogue:
    """The facts with a mover that was measured on its way to the pilot's target."""
    source = f"pilot: {counted(constants.timings, 'timed run')} of {pilot.date} ({pilot.place})"
    facts = constants.facts(f"movers/{mover.id}.{pilot.target}", source, str(pilot.date))
    shown = constants.at_least(catalogue.assumptions, source, str(pilot.date))
    found = with_measured(catalogue, mover, pilot.target, protocol, facts, "pilot")
    return replace(found, assumptions=found.assumptions.with_facts(shown))


def with_measured(
    catalogue: Catalogue, mover: Mover, target: str, protocol: str, facts: Mapping[str, Fact], knowledge: str
) -> Catalogue:
    """The mover twice under one id: measured on its way to a target, and as it was on all others.

    Parameters
    ----------
    facts : mapping
        What was measured.
    knowledge : str
        How well it is known: 'pilot' or 'running'.
    """

    def rest(table: Mapping[str, Fact]) -> dict[str, Fact]:
        return {key: fact for key, fact in table.items() if key not in (*facts, *_MEASURED_TOO)}

    def ours(path: MoverPath) -> bool:
        return target in path.to and protocol in path.read

    measured = replace(
        mover,
        facts={**rest(mover.facts), **facts},
        regional={region: rest(table) for region, table in mover.regional.items()},
        paths=tuple(
            replace(path, to=(target,), read=(protocol,), facts=rest(path.facts))
            for path in mover.paths
            if ours(path)
        ),
        towards={},
        knowledge=knowledge,
    )
    others = []
    for path in mover.paths:
        if not ours(path):
            others.append(path)
            continue
        others.append(replace(path, to=tuple(name for name in path.to if name != target)))
        others.append(replace(path, to=(target,), read=tuple(p for p in path.read if p != protocol)))
    general = replace(mover, paths=tuple(path for path in others if path.to and path.read))
    movers: dict[str, Mover] = {}
    for name, profile in catalogue.movers.items():
        movers.update(
            {f"{name} onto {target}": measured, name: general} if profile is mover else {name: profile}
        )
    return replace(catalogue, movers=movers)


def _with_line(line: Line, catalogue: Catalogue, fields: dict[str, Any]) -> tuple[Catalogue, dict[str, Any]]:
    """The line test as share of the line, and as the line itself where none was given."""
    route = catalogue.routes.get(line.route)
    if route is None:
        wanted = did_you_mean(
            line.route, catalogue.routes.keys(), f"wanted one of {', '.join(catalogue.routes)}"
        )
        text = f"{shorten(line.route)} is not known; {wanted}"
        raise MigplanError(Fault("bad-choice", "link.route", text))
    goodput = route.fact("goodput", str(fields.get("region", "")))
    needed = line.rate / (1.0 if goodput is None else goodput.value)
    link, share = _read("link", fields), _read("share", fields)
    if link is None:
        fields["link"], link = f"{needed!r} B/s", needed
    part = needed / link
    if part > _ABOVE_LINE:
        text = (
            f"moved {units.show(line.rate, 'B/s')} of payload, more than a line of {units.show(link, 'B/s')} "
            f"carries over {route.name}"
        )
        raise MigplanError(Fault("contradiction", line.place, text))
    source = f"pilot: line test{'' if line.date is None else f' of {line.date}'} ({line.place})"
    day = "" if line.date is None else str(line.date)
    assumptions = dict(catalogue.assumptions)
    assumptions["share"] = _share(assumptions["share"], min(part, 1.0), line, source, day)
    if share is not None and share > part:
        del fields["share"]
        note = f"in place of the {share:.0%} that was given: the line did not give as much"
        assumptions["share"] = replace(assumptions["share"], note=note, source=f"{source}, {note}")
    if math.isfinite(line.round_trip_time):
        old, trip = assumptions["round_trip_time"], line.round_trip_time
        assumptions["round_trip_time"] = replace(
            old, value=trip, low=trip, high=trip, shown=trip * 1e3, unit="ms", source=source, as_of=day
        )
    fields.setdefault("knowledge", "measured")
    return replace(catalogue, assumptions=catalogue.assumptions.with_facts(assumptions)), fields


def _share(old: Fact, part: float, line: Line, source: str, day: str) -> Fact:
    spread = 3.0 * line.error / line.rate if math.isfinite(line.error) else 0.0
    return replace(
        old,
        value=part,
        low=part * math.exp(-spread),
        high=min(part * math.exp(spread), 1.0),
        shown=part * 100.0,
        unit="%",
        source=source,
        as_of=day or old.as_of,
        status="confirmed",
        note="",
    )


def _read(name: str, fields: Mapping[str, Any]) -> float | None:
    """A quantity that was given; None where there is none or it cannot be read, which is told later."""
    if fields.get(name) is None:
        return None
    try:
        return float(READERS["quantity"](BY_NAME[name], fields[name]))
    except UnitError:
        return None
