"""Design checks as text: in full for those that apply, in one line each for the list of all."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migplan.results.model import CheckResult

SCHEMA = "migplan.checks/1"
_FIELDS = ("id", "name", "severity", "text", "applies", "source", "as_of", "status")


def to_table(checks: Sequence[CheckResult], width: int, terminal: bool) -> str:
    """Each check with its text, reason and source, as wide as `width` columns."""
    if not checks:
        return "No check applies.\n"
    buffer, console = _console(width, terminal)
    for check in checks:
        style = "bold red" if check.severity == "required" else "bold"
        console.print(Text(f"{check.severity:<8}  {check.name} ({check.id})", style=style))
        for line in (check.text, f"Applies: {check.applies}", _origin(check)):
            console.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2)))
        console.print()
    return _trimmed(buffer)


def to_list(checks: Sequence[CheckResult], width: int, terminal: bool) -> str:
    """Ids with severity and when they apply, as wide as `width` columns."""
    buffer, console = _console(width, terminal)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Check", no_wrap=True)
    table.add_column("Severity", no_wrap=True)
    table.add_column("Applies to", overflow="fold", ratio=1)
    for check in checks:
        table.add_row(Text(check.id), check.severity, Text(check.applies))
    console.print(table)
    return _trimmed(buffer)


def to_markdown(checks: Sequence[CheckResult]) -> str:
    """Each check as a paragraph under its name."""
    if not checks:
        return "No check applies.\n"
    parts = [
        f"### {_plain(check.name)} ({check.severity})\n\n{_plain(check.text)}\n\n"
        f"Applies: {_plain(check.applies)} Check `{check.id}`, source: {_linked(check)}\n"
        for check in checks
    ]
    return "\n".join(parts)


def to_json(checks: Sequence[CheckResult]) -> str:
    """Everything about each check, for scripts."""
    rows = [{field: getattr(check, field) for field in _FIELDS} for check in checks]
    return json.dumps({"schema": SCHEMA, "checks": rows}, indent=1, ensure_ascii=False)


def _console(width: int, terminal: bool) -> tuple[io.StringIO, Console]:
    buffer = io.StringIO()
    console = Console(
        file=buffer, width=width, force_terminal=terminal, highlight=False, emoji=False, markup=False
    )
    return buffer, console


def _trimmed(buffer: io.StringIO) -> str:
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _origin(check: CheckResult) -> str:
    doubt = "" if check.status == "confirmed" else f", {check.status}"
    return f"{check.source} ({check.as_of}{doubt})"


def _linked(check: CheckResult) -> str:
    if not check.source.startswith("http"):
        return _plain(_origin(check))
    return _origin(check).replace(check.source, f"<{check.source}>", 1)


def _plain(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(_plain("a|b <i> *c*"))
    a\|b \<i\> \*c\*
    """
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
