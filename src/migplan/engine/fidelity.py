"""What survives a move besides the bytes."""

from __future__ import annotations

from typing import Any

from migplan.engine.options import Option


def fidelity(option: Option, keep: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Attributes by how well they are kept in the end.

    Attributes that do not exist on the source's protocol are left out unless they are asked for.
    """
    keeps: dict[str, Any] = option.keeps or {}
    groups: dict[str, list[str]] = {"kept": [], "partial": [], "lost": [], "unknown": []}
    names = {"yes": "kept", "partial": "partial", "no": "lost", "unknown": "unknown"}
    for attribute in {**keeps, **dict.fromkeys(keep)}:
        level = keeps.get(attribute, "unknown")
        if level in names:
            groups[names[level]].append(attribute)
    return {name: tuple(found) for name, found in groups.items()}
