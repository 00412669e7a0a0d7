"""Text of others made harmless, in one place: what is told is told as text and never becomes markup.

A report repeats names, notes and identifiers that anyone may have written. `text` is the only way from such a text into
the Markdown; the HTML is made from that Markdown with raw HTML switched off, so nothing else has to be escaped there.
"""

from __future__ import annotations

import re
import unicodedata
import urllib.parse

from migplan.language import ENGLISH, current

_SPECIAL = re.compile(r"[\\`*_\[\]<|~&$#]")
_LINK_START = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_LINE_START = re.compile(r"(?:[-+=]|\d{1,9}[.)])(?=[-+=\s]|$)|>")
_NO_ID = re.compile(r"[^A-Za-z0-9_+./:=-]")
_JOINERS = "\u200c\u200d"
_URL = re.compile(r"https://[^\s/]+(/\S*)?")
_URL_SAFE = ":/?#@!&=+,;%-._~"


class Markup(str):
    """A text that is Markdown already."""

    __slots__ = ()


def text(value: object, most: int | None = None) -> Markup:
    r"""Write a value as inline Markdown that reads as that value and does nothing else.

    Newlines and control characters become spaces, marks that turn the direction of writing are dropped, and every
    character that Markdown gives a meaning is escaped, in table cells too.

    Parameters
    ----------
    value : object
        A `Markup` passes as it is.
    most : int, optional
        Longer texts are cut, with an ellipsis.

    Examples
    --------
    >>> print(text("a|b `c` <b>"))
    a\|b \`c\` \<b>
    >>> print(text("1. not a list"), text("https://example.com"))
    1\. not a list https:\//example.com
    """
    if isinstance(value, Markup):
        return value
    plain = flat(str(value), most)
    escaped = _SPECIAL.sub(r"\\\g<0>", plain)
    escaped = _LINK_START.sub("\\\\", escaped)
    start = _LINE_START.match(escaped)
    if start is not None:
        escaped = f"{escaped[: start.end() - 1]}\\{escaped[start.end() - 1 :]}"
    return Markup(escaped)


def flat(value: str, most: int | None = None) -> str:
    r"""One line of visible characters.

    >>> flat("two\nlines\u202e")
    'two lines'
    """
    kept = "".join(_visible(character) for character in value)
    line = " ".join(kept.split())
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character in _JOINERS else ""
    if category == "Cs":
        return "\ufffd"
    return " " if category in ("Cc", "Zl", "Zp") else character


def label(value: object, most: int = 60) -> str:
    """A text for a diagram without the signs that diagram languages read; in English it is printable ASCII.

    >>> label('copy: 10 %; "x" #1')
    'copy 10 x 1'
    """
    plain = flat(str(value))
    if current() != ENGLISH:
        return flat(re.sub(r"[^\w 、。ー.,()+/?=-]", " ", plain), most)
    return flat(re.sub(r"[^A-Za-z0-9 .,()+/?=-]", " ", plain.encode("ascii", "replace").decode()), most)


def code(name: str) -> Markup:
    """An identifier as people type it. Between backticks nothing can be escaped, so only what ids are made of stays.

    >>> print(code("datasync-basic/vpn/efs"), code("a`b|c"))
    `datasync-basic/vpn/efs` `a?b?c`
    """
    return Markup(f"`{_NO_ID.sub('?', flat(name, 120)) or '?'}`")


def url(address: str) -> str:
    """An https address with nothing in it that could end a link; empty where it is not one.

    >>> url("https://example.com/a_(b)|c"), url("javascript:alert(1)")
    ('https://example.com/a_%28b%29%7Cc', '')
    """
    if _URL.fullmatch(address) is None:
        return ""
    return urllib.parse.quote(flat(address).encode("utf-8", "replace").decode(), safe=_URL_SAFE)


def link(shown: str, address: str) -> Markup:
    """A link, or the text alone where the address is none.

    >>> print(link("S1", "https://example.com"), link("S2", "assumption: seen"))
    [S1](https://example.com) S2
    """
    target = url(address)
    return Markup(f"[{text(shown)}]({target})") if target else text(shown)
