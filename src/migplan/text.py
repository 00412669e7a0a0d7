"""Words for messages: lists, amounts, and the names that a mistyped one may have been meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_LONGEST = 80
_MOST = 6
_FEW = 3


def listed(items: Sequence[str], last: str = "and") -> str:
    """Names as people list them.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed(["a"])
    ('a, b and c', 'a or b', 'a')
    """
    return f" {last} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def amount(number: float, unit: str) -> str:
    """A number and its unit; words for times have a plural.

    >>> amount(12.0, "month"), amount(1.0, "day"), amount(30.0, "ms"), amount(0.5, "%/day")
    ('12 months', '1 day', '30 ms', '0.5 %/day')
    """
    is_word = unit in ("second", "minute", "hour", "day", "week", "month", "year")
    return f"{number:g} {unit}{'s' if is_word and number != 1 else ''}"


def percent_of(part: float) -> str:
    """A part in percent with no more digits than it has, never as a power of ten.

    >>> percent_of(1e-6), percent_of(0.8), percent_of(0.0)
    ('0.0001 %', '80 %', '0 %')
    """
    shown = f"{part * 100:.10f}".rstrip("0").rstrip(".")
    return f"{shown} %"


def near_names(word: str, names: Iterable[str], likeness: float = 0.65) -> list[str]:
    """Which of some names a word may have been meant for, the likeliest first; at most six.

    Capitals, blanks and punctuation count for nothing. Then come names that the word is a part of, or that are a part
    of it, and then those that differ from it by a few letters.

    Parameters
    ----------
    likeness : float
        How much a name must be like the word, from 0 to 1. [1]

    Examples
    --------
    >>> near_names("FSx", ["efs", "fsx-ontap", "fsx-windows"]), near_names("ap-northeast1", ["ap-northeast-1"])
    (['fsx-ontap', 'fsx-windows'], ['ap-northeast-1'])
    >>> near_names("dcal", ["dacl", "owner"]), near_names("smell", ["dacl", "owner"])
    (['dacl'], [])
    """
    wanted = _plain(word)
    plain = {name: _plain(name) for name in names}
    if len(wanted) < 2:
        return []
    for holds in (wanted.__eq__, lambda name: wanted in name, lambda name: len(name) > 2 and name in wanted):
        found = [name for name, form in plain.items() if holds(form)]
        if found:
            return sorted(found, key=lambda name: not plain[name].startswith(wanted))[:_MOST]
    # Only who mistypes a name needs it.
    import difflib

    forms = {form: name for name, form in plain.items() if abs(len(form) - len(wanted)) <= _FEW}
    like = {
        form: difflib.SequenceMatcher(None, wanted, form).ratio()
        for form in forms
        if _may_be_like(wanted, form)
    }
    least = max(likeness, max(like.values(), default=0.0) - 0.1)
    close = sorted((form for form in like if like[form] >= least), key=lambda form: -like[form])
    return [forms[form] for form in close][:3]


def _may_be_like(word: str, form: str) -> bool:
    """A cheap question before the dear one: a table may have a million words that are no names."""
    return word[:1] == form[:1] or word[-2:] == form[-2:]


def did_you_mean(word: str, names: Iterable[str] | Mapping[str, str], wanted: str) -> str:
    """The names that a word may have been meant for, as a question, or else what is wanted.

    Parameters
    ----------
    names : iterable of str, or mapping
        Names; or names and what is to be written for each.

    Examples
    --------
    >>> did_you_mean("acl", ["dacl", "sacl", "owner"], "wanted a name"), did_you_mean("x", ["dacl"], "wanted a name")
    ("did you mean 'dacl' or 'sacl'?", 'wanted a name')
    >>> did_you_mean("germany", {"Germany": "DE"}, "wanted a code")
    "did you mean 'DE'?"
    """
    near = near_names(word, names)
    forms = dict.fromkeys(repr(names[name] if isinstance(names, Mapping) else name) for name in near)
    return f"did you mean {listed(list(forms), 'or')}?" if near else wanted


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name[:_LONGEST].lower())
