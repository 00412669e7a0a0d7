"""Progress on a terminal: one line of standard error, which goes when something is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migplan.progress import listening

if TYPE_CHECKING:
    from rich.progress import Progress


class Line:
    """The line, which is there from the first word on until an empty one."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show what is done and how far it is; take the line away where nothing is."""
        if not what:
            self.close()
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task(what, total=None)
        task = self._bar.task_ids[0]
        self._bar.update(task, description=what, completed=done, total=total or None)

    def close(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def shown() -> Iterator[None]:
    """Show what is told until the end."""
    line = Line()
    try:
        with listening(line):
            yield
    finally:
        line.close()


def _bar() -> Progress:
    # Only what takes its time needs it.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
