"""Lists from where clouds have them: with patience where these are busy, and once a day at the most."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from migplan import __version__, cache
from migplan.errors import Fault, MigplanError
from migplan.pricelists.book import Matcher
from migplan.pricelists.model import CODE, Found, Listing, Page, Rate, UnreachableError, bad_list
from migplan.pricelists.reading import Form, Picked, form_of
from migplan.progress import tell

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

_FAMILY = "price-list-"
_MOST_KEPT = 2000
_BUSY = (429, 500, 502, 503, 504)
"""Answers after which it is worth asking again."""
_TOLD = 10_000_000
"""After how much of a list it is told how far it is. [B]"""
_SILENCE = 60.0
"""How long a server may say nothing. [s]"""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a part of a list is asked for, and how long to wait before it is asked for again. [s]"""

    attempts: int = 5
    first: float = 1.0
    longest: float = 120.0


PATIENCE = Patience()


class _Again(Exception):  # noqa: N818 - it is no error until it was tried often enough
    """What may work at another time, and after how long where the server says so. [s]

    With `whole` it is the server that does not serve, and not this list.
    """

    def __init__(self, text: str, after: float | None = None, whole: bool = True) -> None:
        super().__init__(text)
        self.after, self.whole = after, whole


class Online:
    """Lists from the addresses that profiles have for them.

    Parameters
    ----------
    today : date
        What was read on this day is not fetched again.

    Raises
    ------
    MigplanError
        The packages for it are not installed.
    """

    def __init__(self, today: dt.date) -> None:
        try:
            import httpx
            import tenacity
        except ModuleNotFoundError:
            text = "needs packages that are not installed; wanted `pip install 'migplan[prices]'`, or --from a folder"
            raise MigplanError(Fault("missing", "prices", text)) from None
        self._today, self._tenacity, self._httpx = today.isoformat(), tenacity, httpx
        self._client = httpx.Client(timeout=_SILENCE, headers={"user-agent": f"migplan/{__version__}"})

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def read(self, listing: Listing) -> Found:
        """What is picked in a list.

        Raises
        ------
        MigplanError
            It cannot be had or read, however often it is asked for.
        """
        name = f"{_FAMILY}{_signature(listing)}"
        kept = cache.load(name)
        known = _opened(kept)
        if known is not None and known.day == self._today:
            return known
        headers = _key(listing)
        etag = {"if-none-match": kept["etag"]} if known is not None and kept["etag"] else {}
        picked, matcher, form = Picked(), Matcher(listing), form_of(listing)
        url, tag = listing.url, ""
        asked: set[str] = set()
        while url:
            asked.add(url)
            page, tag = self._part(url, headers | etag, form, matcher, picked)
            if page is None:
                return self._keep(name, {**kept, "day": self._today})
            # Of a list in parts no tag is that of the whole.
            tag = "" if page.next or len(asked) > 1 or not tag.isascii() else tag
            url, etag = self._next(listing, page, asked), {}
            if url:
                tell(f"reading {listing}, page {len(asked) + 1}")
        found = {
            "day": self._today,
            "etag": tag,
            "version": picked.version,
            "published": picked.published,
            "rates": {key: [asdict(rate) for rate in rates] for key, rates in picked.rates.items()},
        }
        return self._keep(name, found)

    def _keep(self, name: str, found: dict[str, Any]) -> Found:
        cache.store(name, found, _FAMILY, _MOST_KEPT)
        made = _opened(found)
        assert made is not None, "it was just made"
        return made

    def _next(self, listing: Listing, page: Page, asked: Collection[str]) -> str:
        """The address of the next part: a new one of the same server, since the user's key goes with it."""
        if not page.next:
            return ""
        if page.next in asked:
            raise bad_list(listing.url, f"goes round: {page.next}")
        first, following = self._httpx.URL(listing.url), self._httpx.URL(page.next)
        if (first.scheme, first.host, first.port) != (following.scheme, following.host, following.port):
            raise bad_list(listing.url, f"goes on at another server: {page.next}")
        return page.next

    def _part(
        self, url: str, headers: Mapping[str, str], form: Form, matcher: Matcher, picked: Picked
    ) -> tuple[Page | None, str]:
        """Pick in a part of a list, and its tag; None for the part where it is as it was."""
        patience = PATIENCE
        again = self._tenacity.Retrying(
            stop=self._tenacity.stop_after_attempt(patience.attempts),
            wait=lambda state: _wait(state, patience),
            retry=self._tenacity.retry_if_exception_type(_Again),
            sleep=time.sleep,
            reraise=True,
        )
        try:
            part: tuple[Page | None, str] = again(self._try, url, headers, form, matcher, picked)
        except _Again as error:
            text = f"cannot be read: {error} (asked {patience.attempts} times)"
            raise (_unreachable if error.whole else bad_list)(url, text) from None
        return part

    def _try(
        self, url: str, headers: Mapping[str, str], form: Form, matcher: Matcher, picked: Picked
    ) -> tuple[Page | None, str]:
        with self._answer(url, headers) as answer:
            if answer.status_code == 304:
                return None, ""
            page = form.read(_counted(answer.iter_bytes(), url), url)
            picked.take(page, matcher)
            return page, answer.headers.get("etag", "")

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """What a server answers.

        Raises
        ------
        _Again
            It is busy, or the connection broke.
        MigplanError
            It refuses.
        """
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as answer:
                status = answer.status_code
                if status in _BUSY:
                    after = _seconds(answer.headers.get("retry-after", ""))
                    if after is not None and after > PATIENCE.longest:
                        text = f"cannot be read: the server answers {status}, and wants {after:.0f} s of rest"
                        raise _unreachable(url, text)
                    raise _Again(f"the server answers {status}", after)
                if status != 200 and (status != 304 or "if-none-match" not in headers):
                    raise bad_list(url, f"cannot be read: the server answers {status} {answer.reason_phrase}")
                yield answer
        except self._httpx.HTTPError as error:
            # What breaks off may come whole the next time; who cannot be called has no other list.
            whole = isinstance(error, (self._httpx.ConnectError, self._httpx.ConnectTimeout))
            raise _Again(str(error) or type(error).__name__, whole=whole) from None
        except self._httpx.InvalidURL as error:
            raise bad_list(url, f"is no address: {error}") from None


def _counted(chunks: Iterable[bytes], url: str) -> Iterator[bytes]:
    """The same pieces; of a long list it is told how far it is."""
    told = done = 0
    for chunk in chunks:
        done += len(chunk)
        if done - told >= _TOLD:
            told = done
            tell(f"reading {url}: {done / 1e6:,.0f} MB")
        yield chunk


def _unreachable(where: str, message: str) -> UnreachableError:
    return UnreachableError(Fault(CODE, where, message))


def _key(listing: Listing) -> dict[str, str]:
    """The header with the user's key, where a list wants one."""
    source = listing.source
    if not source.key_variable:
        return {}
    key = os.environ.get(source.key_variable, "")
    if not key:
        text = (
            f"wants a key; wanted one in the environment variable {source.key_variable}, or --from a folder"
        )
        raise UnreachableError(Fault("missing", str(listing), text))
    return {source.key_header: key}


def _wait(state: RetryCallState, patience: Patience) -> float:
    """How long to wait: what the server says, else twice as long as the last time. [s]"""
    error = state.outcome.exception() if state.outcome else None
    after = error.after if isinstance(error, _Again) else None
    if after is None:
        after = patience.first * 2.0 ** (state.attempt_number - 1)
    return float(min(after, patience.longest))


def _seconds(text: str) -> float | None:
    """The seconds of a Retry-After, which may be a number or a date; None where it is neither."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _signature(listing: Listing) -> str:
    """What changes with the list and with what is picked in it."""
    picked = [
        (own.key, own.place, own.sku, sorted(own.listed.where.items()), sorted(own.listed.where_not.items()))
        for own in listing.selectors
    ]
    source = listing.source
    text = repr((__version__, listing.url, source.form, source.prefixed, source.prefix, picked))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _opened(kept: Any) -> Found | None:
    """What was kept; None where it is none, or of another form than this version gives it."""
    try:
        rates = {key: [Rate(**rate) for rate in rates] for key, rates in kept["rates"].items()}
        if not kept["etag"].isascii():
            return None
        return Found(rates, kept["version"], kept["published"], kept["day"])
    except (KeyError, TypeError, AttributeError):
        return None
