"""What can be wrong with an input, as one type whose message is one line."""

from __future__ import annotations

from collections.abc import Sequence

CODES = {
    "bad-quantity": "a text is not a quantity of the kind that is wanted",
    "bad-choice": "a value is not among those that are allowed",
    "bad-date": "a text is not a date, a duration, or neither of the two",
    "bad-calendar": "hours, holidays, freezes or cutover days cannot be read",
    "out-of-range": "a value is outside the range in which an answer means something",
    "missing": "something that is required is not there",
    "unknown-key": "a name that nothing reads",
    "contradiction": "two inputs cannot both be true",
    "bad-file": "a file cannot be read, is not UTF-8, or is not of its format",
    "bad-profile": "a profile breaks the rules for facts",
    "bad-price-list": "a price list cannot be read, or has not one price for what is asked of it",
    "write-failed": "an output could not be written",
}
"""The table of error codes, for scripts that read errors files."""

CALLED = {
    "bad-quantity": "unreadable amounts",
    "bad-choice": "values that are not allowed",
    "bad-date": "unreadable dates",
    "bad-calendar": "unreadable calendars",
    "out-of-range": "values out of range",
    "missing": "missing values",
    "contradiction": "contradictions",
}
"""What people call cells with such a fault."""


class MigplanError(Exception):
    """One or more faults in what the user gave, each told in one line.

    Parameters
    ----------
    faults : sequence of Fault or str
        Every fault that was found, in reading order.
    """

    def __init__(self, faults: Sequence[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[MigplanError], tuple[tuple[Fault, ...]]]:
        """Travel between processes as what it was made of."""
        return type(self), (self.faults,)


class Fault:
    """A place, what was found there, and what is wanted.

    Parameters
    ----------
    code : str
        A key of `CODES`.
    where : str
        The field, file or cell.
    message : str
        What was found and what is wanted, in one line.

    Examples
    --------
    >>> print(Fault("bad-quantity", "volume", "'150' has no unit; wanted a number and a unit, such as '150 TB'"))
    volume: '150' has no unit; wanted a number and a unit, such as '150 TB'
    """

    __slots__ = ("code", "message", "where")

    def __init__(self, code: str, where: str, message: str) -> None:
        if code not in CODES:
            raise KeyError(code)
        self.code = code
        self.where = in_one_line(where)
        self.message = in_one_line(message)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def __repr__(self) -> str:
        return f"Fault({self.code!r}, {self.where!r}, {self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


class UnitError(ValueError):
    """A text is no quantity. The message says what is wrong; the caller knows where."""


class UnclearUnitError(UnitError):
    """A text may stand for more than one unit. The message has what to write for each."""


def in_one_line(text: str) -> str:
    r"""A text in one line that does nothing to a terminal: control characters and lone surrogates are escaped.

    >>> print(in_one_line("a\n b\x1b]0;title\x07"))
    a b\x1b]0;title\x07
    """
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)


def shorten(text: object, width: int = 60) -> str:
    """Quote a found value for a message, so that a huge or multi-line one stays readable.

    >>> shorten("x" * 100, 10)
    "'xxxxxxx...'"
    """
    shown = text if isinstance(text, str) else repr(text)
    return repr(shown if len(shown) <= width else shown[: width - 3] + "...")


def counted(number: float, noun: str, form: str = ",") -> str:
    """A number and what it counts.

    >>> counted(1, "column"), counted(1234, "row"), counted(1.0, "month", "g")
    ('1 column', '1,234 rows', '1 month')
    """
    shown = format(number, form)
    return f"{shown} {noun}{'' if shown == '1' else 's'}"
