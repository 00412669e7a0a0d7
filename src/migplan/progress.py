"""Who is told while something takes its time: nobody, unless somebody listens, as the command line does on a terminal.

Rooms that work tell what they do, and how far they are where they know; they know nothing of who listens or of how it
is shown. It stands alone since all rooms may tell, and a start that tells nothing pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

_Item = TypeVar("_Item")

Listener = Callable[[str, int, int], None]
"""Takes what is done, how many steps of it are, and of how many; of none where nobody knows."""

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let somebody listen for a while.

    Examples
    --------
    >>> with listening(lambda what, done, total: print(what, done, total)):
    ...     tell("compiling")
    compiling 0 0
    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(what: str, done: int = 0, total: int = 0) -> None:
    """Tell what is being done."""
    for listener in _listeners:
        listener(what, done, total)


def steps(items: Iterable[_Item], what: str) -> Iterator[_Item]:
    """The same items, each told when it begins.

    Examples
    --------
    >>> with listening(lambda what, done, total: print(f"{what} {done}/{total}")):
    ...     [*steps("ab", "planning")]
    planning 0/2
    planning 1/2
    ['a', 'b']
    """
    total = len(items) if isinstance(items, Sized) and len(items) > 1 else 0
    for done, item in enumerate(items):
        tell(what, done, total)
        yield item
