"""A move that runs: what its tools say, held against its plan."""

from __future__ import annotations

import contextlib
import datetime as dt
import zoneinfo
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.api.beginning import read_plan
from migplan.api.settings import _whole
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.files import check_outputs, locked, shown, write_result
from migplan.progress import tell

if TYPE_CHECKING:
    from migplan.results.model import Plan
    from migplan.tracking.model import Track
    from migplan.tracking.planned import Planned
    from migplan.tracking.samples import Sample
    from migplan.tracking.state import State

_HEAD = 200
_KEPT = b'"migplan.track-state/'
_NAMED = ("name", "today", "volume")
"""What two plans of one move have in common."""


def track(
    plan: Plan | Path | str,
    /,
    *progress: Path | str,
    at: dt.datetime | str | None = None,
    state: Path | str | None = None,
    option: str = "",
    zone: str = "",
    trust: bool = False,
    finish: Path | str | None = None,
    profiles: Sequence[Path | str] = (),
    samples: int = 1000,
    seed: int = 0,
    pilot: Path | str | None = None,
) -> Track:
    r"""Follow a move that runs: how far it is, when it ends, and why that is not as planned.

    Parameters
    ----------
    plan : Plan or path
        The plan of the move, as ``Plan.to_json`` gives it.
    *progress : path
        What tools say: see ``docs/track.md``. Several jobs of one move add up. May be a state, too.
    at : datetime or ISO text, optional
        Now, and when files were taken that tell no time; the newest moment that is known where it is absent.
    state : path, optional
        A file in which samples and forecasts are kept: what it holds counts, what is new is added to it.
    option : str, optional
        Id of the option that is run; the one that the plan recommends where it is empty.
    zone : str, optional
        Of times that do not tell theirs, such as ``"Europe/Berlin"``; that of the plan where it is empty.
    trust : bool, optional
        Take logs, or a state, though they look like those of another move.
    finish : path, optional
        A table of cases to which the finished move is added, for `backtest` and `write_overlay`.
    profiles, samples, seed, pilot
        As for `plan`, and as the plan was made.

    Returns
    -------
    Track
        A frozen record; ``to_dict()`` gives what the command line writes as JSON.

    Raises
    ------
    MigplanError
        A file cannot be read, is of no known form, or is of another move.

    Examples
    --------
    >>> import tempfile
    >>> from migplan.api import plan
    >>> made = plan(volume="20 TB", files="4M", link="1 Gbps", today="2026-11-23", timezone="UTC", samples=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     samples = Path(folder) / "samples.csv"
    ...     text = "time,bytes,files\n2026-11-24T08:00Z,0,0\n2026-11-25T08:00Z,5 TB,1M\n"
    ...     _ = samples.write_text(text)
    ...     found = track(made, samples, option="datasync-basic/internet/fsx-windows")
    >>> round(found.share_done, 2), found.early
    (0.25, True)
    """
    from migplan.results.model import Plan

    tell("reading")
    made = plan if isinstance(plan, Plan) else read_plan(plan)
    given = [Path(each) for each in progress]
    inputs = [*given, *map(Path, profiles), *([] if pilot is None else [Path(pilot)])]
    inputs += [] if isinstance(plan, Plan) else [Path(plan)]
    planned = _planned(made, option, zone, profiles, pilot, samples, seed)
    place = None if state is None else Path(state)
    # A state is read and written by one command at a time.
    with contextlib.nullcontext() if place is None else locked(place):
        check_outputs(inputs, [] if place is None else [place])
        notes: list[str] = []
        now = _moment(at, planned.zone)
        kept = _kept(planned, place, trust).with_samples(_read(given, now, planned, zone, notes))
        return _told(
            planned, kept, now, trust, notes, place, None if finish is None else Path(finish), inputs
        )


def _told(
    planned: Planned,
    kept: State,
    now: float | None,
    trust: bool,
    notes: Sequence[str],
    place: Path | None,
    finish: Path | None,
    inputs: Sequence[Path],
) -> Track:
    """What is to be said, once it is kept where it is to be kept."""
    from migplan.tracking.follow import follow

    if not kept.samples:
        raise MigplanError(
            Fault("missing", "progress", "wanted what a tool says of its progress, or a state")
        )
    moment = max(sample.time for sample in kept.samples) if now is None else now
    tell("asking the plan")
    found = follow(planned, kept, moment, trust, notes)
    if finish is not None:
        _finish(planned, kept, moment, finish, [*inputs, *([place] if place else [])])
    if place is not None:
        write_result(place, kept.with_forecast(found.forecast).to_json(), "json", inputs=inputs)
    return found


def _finish(planned: Planned, kept: State, at: float, path: Path, others: Sequence[Path]) -> None:
    """Add a finished move to a table of cases, which is never one of the files that were read."""
    from migplan.tracking.finish import case_of, write_case
    from migplan.tracking.follow import progress_at

    check_outputs(others, [path], force=True)
    write_case(path, case_of(planned, progress_at(planned, kept, at)))


def _planned(
    plan: Plan,
    option: str,
    zone: str,
    profiles: Sequence[Path | str],
    pilot: Path | str | None,
    samples: int,
    seed: int,
) -> Planned:
    from migplan.tracking.planned import open_planned

    place = None if pilot is None else Path(pilot)
    return open_planned(
        plan, option, _zone(zone), profiles, place, _whole("samples", samples), _whole("seed", seed)
    )


def _zone(name: str) -> dt.tzinfo | None:
    if not name:
        return None
    from migplan.inputs.dates import read_timezone

    try:
        return zoneinfo.ZoneInfo(read_timezone(name))
    except UnitError as error:
        raise MigplanError(Fault("bad-calendar", "--zone", str(error))) from None


def _moment(at: dt.datetime | str | None, zone: dt.tzinfo) -> float | None:
    """A moment as seconds of the epoch; without a zone it is one at the site."""
    if at is None:
        return None
    try:
        moment = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(at)
    except ValueError:
        text = f"{shorten(at)} is no moment; wanted such as '2026-11-28T09:00+01:00'"
        raise MigplanError(Fault("bad-date", "--at", text)) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def _kept(planned: Planned, place: Path | None, trust: bool) -> State:
    """What a state holds; an empty one where there is none yet."""
    from migplan.tracking.state import State, read_state

    named = {
        "name": planned.case.workload.name,
        "today": planned.plan.today,
        "option": planned.option.id,
        "volume": planned.volume,
    }
    if place is None or not place.exists() or not place.stat().st_size:
        return State(named)
    found = read_state(place)
    _check(found, named, place, trust)
    return State({**found.plan, **named}, found.samples, found.forecasts)


def _check(found: State, named: dict[str, Any], place: Path, trust: bool) -> None:
    other = next((name for name in _NAMED if found.plan.get(name) != named[name]), "")
    if other and not trust:
        text = (
            f"is the state of another plan, whose {other} is {shorten(found.plan.get(other))} and not "
            f"{shorten(named[other])}; wanted another file, or --trust"
        )
        raise MigplanError(Fault("contradiction", shown(place), text))


def _read(
    paths: Sequence[Path], now: float | None, planned: Planned, zone: str, notes: list[str]
) -> Iterator[Sample]:
    """The samples of some files, each of which may be a state."""
    from migplan.tracking.reading import read_progress
    from migplan.tracking.state import read_state

    known = planned.zone if zone or planned.case.workload.timezone else None
    for path in paths:
        if _is_state(path):
            yield from read_state(path).samples
        else:
            found = read_progress(path, now, known)
            notes += [f"{found.name} {note}" for note in found.notes]
            yield from found.samples


def _is_state(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _KEPT in file.read(_HEAD)
    except OSError:
        return False
