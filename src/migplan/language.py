"""The language in which people are told things: templates with names in braces, looked up in catalogues.

English is what stands in the code, and needs no catalogue. Another language is one file,
`locale/LANGUAGE/LC_MESSAGES/migplan.po`, and what `tests/messages.py` compiles of it; `gettext` reads that, and Babel
knows how numbers and dates are written there. Both are imported where a text is not English, and nowhere else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import gettext

_Texts = TypeVar("_Texts", bound="Mapping[str, str] | tuple[str, ...]")
ENGLISH = "en"
DOMAIN = "migplan"
_FOLDER = Path(__file__).parent / "locale"
_CURRENT: ContextVar[str] = ContextVar("language", default=ENGLISH)
_UNSPACED = ("ja", "zh")
_AMOUNT = re.compile(
    r"(?<![\w.,-])(\d[\d,.]*) ?(seconds?|minutes?|min|hours?|days?|weeks?|months?|years?)(?!\w)"
)
_RATE = re.compile(r"/(day|month|year|hour)\b")


def languages() -> tuple[str, ...]:
    """English, and every language that has a catalogue."""
    found = sorted(path.parent.parent.name for path in _FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


def current() -> str:
    """The language that is spoken now."""
    return _CURRENT.get()


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while.

    >>> with speaking("ja"):
    ...     print(current(), say_many("{count} month", "{count} months", 12))
    ja 12か月
    """
    token = _CURRENT.set(language or ENGLISH)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def unspaced() -> bool:
    """Whether the language that is spoken has no blanks between words: a line may end behind nearly any sign."""
    return _CURRENT.get() in _UNSPACED


def closed_up(told: str) -> str:
    """Sentences without blanks between them, where the language that is spoken has none.

    >>> closed_up("One. Two."), closed_up("一。 二。")
    ('One. Two.', '一。 二。')
    """
    return re.sub(r"。 (?!\|)", "。", told) if unspaced() else told


def say(template: str, **values: object) -> str:
    """A sentence in the language that is spoken, with values in it.

    >>> say("{what} of {whole}", what="A", whole="B")
    'A of B'
    """
    return worded(template).format_map(values)


def say_many(one: str, several: str, count: object, **values: object) -> str:
    """A sentence of one thing or of several, with their `count` as a number or as it is shown.

    >>> say_many("{count} file", "{count} files", 1), say_many("{count} file", "{count} files", "1,200")
    ('1 file', '1,200 files')
    """
    shown, own = str(count), _CURRENT.get()
    if own == ENGLISH:
        return (one if shown == "1" else several).format(count=shown, **values)
    # A catalogue asks for whole numbers; any other is several.
    whole = shown.replace(",", "")
    template = _catalogue(own).ngettext(one, several, int(whole) if whole.isdecimal() else 2)
    return template.format(count=number(shown), **values)


def worded(text: str) -> str:
    """A text that is told as it stands, or that has its own names in braces still."""
    own = _CURRENT.get()
    # The empty text is the head of a catalogue.
    return text if own == ENGLISH or not text else _catalogue(own).gettext(text)


def messages(texts: _Texts) -> _Texts:
    """Texts that are looked up when they are told; a mark for those who collect what there is to translate."""
    return texts


def message(text: str) -> str:
    """The same of one text."""
    return text


def many(one: str, several: str) -> tuple[str, str]:
    """The same of a text of one thing and of several."""
    return one, several


def number(shown: str) -> str:
    """A number as English writes it, with the signs of the language that is spoken.

    >>> number("1,234.5")
    '1,234.5'
    """
    own = _CURRENT.get()
    if own == ENGLISH:
        return shown
    from babel.numbers import get_decimal_symbol, get_group_symbol

    signs = {",": get_group_symbol(own), ".": get_decimal_symbol(own)}
    return "".join(signs.get(sign, sign) for sign in shown)


def large(count: float) -> str:
    """About how many, as the language that is spoken says it; English has its own form.

    >>> with speaking("ja"):
    ...     print(large(35e6), large(12345), large(7))
    3500万 1.2万 7
    """
    from babel.numbers import format_compact_decimal

    rounded = float(f"{count:.2g}")
    return str(
        format_compact_decimal(rounded, locale=_CURRENT.get(), fraction_digits=1 if rounded < 1e5 else 0)
    )


def date(day: dt.date, with_year: bool) -> str:
    """A date as the language that is spoken writes it; English has its own forms.

    >>> with speaking("ja"):
    ...     print(date(dt.date(2027, 1, 3), False), date(dt.date(2027, 1, 3), True))
    1月3日 2027年1月3日
    """
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMd" if with_year else "MMMd", day, locale=_CURRENT.get()))


def amounts(text: str) -> str:
    """A text that was typed or read, such as '12 months' or '2 %/day', with its units of time as they are spoken.

    >>> with speaking("ja"):
    ...     print(*map(amounts, ("12 months", "0.3 %/day", "500 Mbps", "8.0 hours", "1 min")))
    12か月 0.3 %/日 500 Mbps 8.0時間 1分
    """
    if _CURRENT.get() == ENGLISH:
        return text

    def told(match: re.Match[str]) -> str:
        unit = "minute" if match[2] == "min" else match[2].removesuffix("s")
        return say_many("{count} " + unit, "{count} " + unit + "s", match[1])

    return _RATE.sub(lambda match: "/" + worded(match[1]), _AMOUNT.sub(told, text))


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, _FOLDER, [language])
