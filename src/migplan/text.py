"""Words for messages: lists, amounts, and the names that a mistyped one may have been meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from migplan.language import messages, number, say, worded

_JOINS = messages({",": ", ", "and": " and ", "or": " or "})
_LONGEST = 80
_HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: " ", 0xB5: "u", 0x3BC: "u"}
_MOST = 6
_FEW = 3


def listed(items: Sequence[str], last: str = "and") -> str:
    """Names as people list them.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed(["a"])
    ('a, b and c', 'a or b', 'a')
    """
    first = worded(_JOINS[","]).join(items[:-1])
    return worded(_JOINS.get(last, f" {last} ")).join(part for part in (first, *items[-1:]) if part)


def percent_of(part: float) -> str:
    """A part in percent with no more digits than it has, never as a power of ten.

    >>> percent_of(1e-6), percent_of(0.8), percent_of(0.0)
    ('0.0001 %', '80 %', '0 %')
    """
    shown = f"{part * 100:.10f}".rstrip("0").rstrip(".")
    return f"{shown} %"


def half_width(text: str) -> str:
    """Letters, digits and signs as wide as a Chinese or Japanese one as plain ones; of micro either letter as 'u'.

    >>> half_width("１０\u3000ＴＢ"), half_width("20 µs")
    ('10 TB', '20 us')
    """
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def usd(value: float | None, complete: bool = True) -> str:
    """Money, with a sign where it is only the known part.

    >>> usd(1875.4), usd(1875.4, complete=False), usd(None), usd(0.0, complete=False)
    ('1,875', '>= 1,875', 'unknown', 'unknown')
    """
    if value is None or (value == 0 and not complete):
        return worded("unknown")
    return f"{'' if complete else '>= '}{number(f'{value:,.0f}')}"


def spreadsheet_safe(text: str) -> str:
    """A text that no spreadsheet runs as a formula.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("finance")
    ("'=1+1", 'finance')
    """
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n") else text


def folded(text: str) -> str:
    """Letters and digits alone, without accents and in small letters: what two spellings of a name have in common.

    >>> folded("São Paulo"), folded("ap_northeast-1")
    ('saopaulo', 'apnortheast1')
    """
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())


def near_names(word: str, names: Iterable[str], likeness: float = 0.65, most: int = _MOST) -> list[str]:
    """Which of some names a word may have been meant for, the likeliest first.

    Capitals, blanks and punctuation count for nothing. Then come names that the word is a part of, or that are a part
    of it, and then those that differ from it by a few letters.

    Parameters
    ----------
    likeness : float
        How much a name must be like the word, from 0 to 1. [1]
    most : int
        How many names at most.

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
            return sorted(found, key=lambda name: not plain[name].startswith(wanted))[:most]
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
    # Several names may stand for one and the same.
    near = near_names(word, names, most=len(names) if isinstance(names, Mapping) else _MOST)
    forms = dict.fromkeys(repr(names[name] if isinstance(names, Mapping) else name) for name in near)
    return say("did you mean {names}?", names=listed(list(forms)[:_MOST], "or")) if near else wanted


def near_paths(word: str, paths: Iterable[str]) -> list[str]:
    """Which of some ids of several parts one may have been meant for: each part is one of its place, or near it.

    Examples
    --------
    >>> near_paths("datasync/internet/fsx-window", ["datasync-basic/internet/fsx-windows", "rclone/vpn/s3"])
    ['datasync-basic/internet/fsx-windows']
    """
    parts = word.split("/")
    split = {path: path.split("/") for path in paths}
    alike = {path: own for path, own in split.items() if len(own) == len(parts)}
    for place, part in enumerate(parts):
        near = {part, *near_names(part, dict.fromkeys(own[place] for own in alike.values()))}
        alike = {path: own for path, own in alike.items() if own[place] in near}
    # What has the word's own parts is likelier than what is only near it.
    return sorted(alike, key=lambda path: -sum(map(str.__eq__, alike[path], parts)))[:_FEW]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name[:_LONGEST].lower())
