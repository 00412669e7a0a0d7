"""Lists from a server: parts, patience, what breaks off, what is kept."""

import gzip
import socket
import sys

import pytest
from tests.pricelists.making import PRICE, meter, offer, page, profiles, rate, sku, skus

import migplan
from migplan import cache
from migplan.errors import MigplanError
from migplan.progress import listening

pytest.importorskip("httpx")
pytest.importorskip("tenacity")
FIT = rate("A" * 16, "0.021", "GB-Mo", "here-1", usageType="Storage")
LIST = offer([FIT])
PLACE = "/offers/Ours/here-1/index.csv"
QUERY = "/prices?$filter=name%20eq%20'Ours'%20and%20region%20eq%20'here-1'"
METER = meter("here-1", "Ours", "Ours", "Ours", 0.021, "GB-Mo", usageType="Storage")


@pytest.fixture
def ask(server, tmp_path):
    """Refresh by what the server answers: the price, or what is at fault."""

    def refreshed(form="aws-offer", day="2026-11-29", **given):
        address = {
            "aws-offer": "/offers/{offer}/{region}/index.csv",
            "azure-retail": "/prices?$filter=name eq '{offer}' and region eq '{region}'",
            "google-catalogue": "/services/{offer}/skus?pageSize=5",
        }[form]
        own = profiles(tmp_path / "own", server.address + address, form, **given)
        try:
            made = migplan.refresh_prices(
                tmp_path / "overlay", clouds=["none"], profiles=[own], today=day, force=True
            )
        except MigplanError as error:
            return " | ".join(map(str, error.faults))
        return made.prices[0]

    return refreshed


def test_a_list_is_read_where_the_profile_of_its_cloud_says(server, ask):
    server.answer(PLACE, LIST)
    price = ask()
    assert (price.new, price.row["as_of"].isoformat()) == (((0.0, 0.021),), "2026-11-29")
    assert price.row["note"] == (
        "public price list none Ours here-1, version 20261120160258 of 2026-11-20, SKU AAAAAAAAAAAAAAAA, "
        "in force since 2026-11-01, was 0.02 as of 2026-01-01"
    )
    ((path, headers),) = server.asked
    assert (path, headers["user-agent"]) == (PLACE, f"migplan/{migplan.__version__}")


def test_a_list_may_come_packed(server, ask):
    server.answer(PLACE, (200, {"Content-Encoding": "gzip"}, gzip.compress(LIST)))
    assert ask().new == ((0.0, 0.021),)


def test_pages_are_followed(server, ask):
    more = server.answer("/prices?$skip=1000", page([METER], server.address + "/prices?$skip=2000"))
    server.answer("/prices?$skip=2000", page([]))
    server.answer(QUERY, page([], more))
    told = []
    with listening(lambda *what: told.append(what)):
        assert ask("azure-retail").new == ((0.0, 0.021),)
    assert [path for path, _ in server.asked] == [QUERY, "/prices?$skip=1000", "/prices?$skip=2000"]
    assert ("reading none Ours here-1", 0, 1) in told
    assert ("reading none Ours here-1, page 3", 0, 0) in told


def test_no_page_leads_to_another_server(server, ask):
    server.answer(QUERY, page([METER], "https://example.com/prices?$skip=1000"))
    assert ask("azure-retail").endswith("goes on at another server: https://example.com/prices?$skip=1000")


def test_pages_that_go_round_are_left(server, ask):
    url = server.answer(QUERY, page([METER], f"{server.address}{QUERY}"))
    assert ask("azure-retail") == f"{url}: goes round: {url}"
    assert len(server.asked) == 1


def test_a_long_list_tells_how_far_it_is(server, ask, monkeypatch):
    monkeypatch.setattr("migplan.pricelists.fetching._TOLD", 400_000)
    long = offer([rate("B" * 16, "1", "GB-Mo", "here-1", usageType="Other")] * 4000 + [FIT])
    url = server.answer(PLACE, long)
    told = []
    with listening(lambda what, *_: told.append(what)):
        assert ask().new == ((0.0, 0.021),)
    assert f"reading {url}: 0 MB" in told
    assert f"reading {url}: 1 MB" in told


KEY = 'key_variable = "OUR_KEY"\nkey_header = "x-our-key"\n'
GOOGLE = PRICE.replace('units = ["GB-Mo"]', 'units = ["GiBy.mo"]')
NAMED = '\n[listed.where]\ndescription = "Ours"\n'


def test_a_key_goes_to_the_server_and_nowhere_else(server, ask, monkeypatch, tmp_path):
    monkeypatch.setenv("OUR_KEY", "never to be told")
    row = sku("0D5D-6E23-4250", "Ours", ["here-1"], "GiBy.mo", ("0", "0", 21_000_000))
    server.answer("/services/Ours/skus?pageSize=5", skus([], "next"))
    server.answer("/services/Ours/skus?pageSize=5&pageToken=next", skus([row]))
    assert ask("google-catalogue", price=GOOGLE, where=NAMED, cloud=KEY).new == ((0.0, 0.021),)
    assert [headers["x-our-key"] for _, headers in server.asked] == ["never to be told"] * 2
    places = [*tmp_path.rglob("*.toml"), *cache.folder().glob("price-list-*")]
    assert len(places) == 4
    assert not any(b"never to be told" in path.read_bytes() for path in places)


def test_a_key_that_is_not_there_is_asked_for(ask, monkeypatch):
    monkeypatch.delenv("OUR_KEY", raising=False)
    assert ask("google-catalogue", price=GOOGLE, where=NAMED, cloud=KEY) == (
        "none Ours: wants a key; wanted one in the environment variable OUR_KEY, or --from a folder"
    )


def test_a_busy_server_is_asked_again_after_what_it_says(server, ask, waits):
    server.answer(
        PLACE, (429, {"Retry-After": "7"}, b""), (503, {}, b""), (500, {"Retry-After": "soon"}, b""), LIST
    )
    assert ask().new == ((0.0, 0.021),)
    assert waits == [7, 2, 4]


def test_a_server_may_name_a_date(server, ask, waits):
    server.answer(PLACE, (429, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, b""), LIST)
    assert ask().new == ((0.0, 0.021),)
    assert waits == [0]


def test_patience_ends(server, ask, waits):
    url = server.answer(PLACE, (429, {}, b""))
    assert ask() == f"{url}: cannot be read: the server answers 429 (asked 5 times)"
    assert (len(server.asked), waits) == (5, [1, 2, 4, 8])


def test_a_server_that_wants_hours_is_left_alone(server, ask, waits):
    url = server.answer(PLACE, (429, {"Retry-After": "7200"}, b""))
    assert ask() == f"{url}: cannot be read: the server answers 429, and wants 7200 s of rest"
    assert (len(server.asked), waits) == (1, [])


@pytest.mark.parametrize("status", [301, 304, 400, 403, 404, 410])
def test_a_refusal_is_final(server, ask, waits, status):
    url = server.answer(PLACE, (status, {}, b""))
    assert ask().startswith(f"{url}: cannot be read: the server answers {status} ")
    assert (len(server.asked), waits) == (1, [])


def cut(data, at):
    return 200, {"Content-Length": str(len(data))}, data[:at]


def test_what_breaks_off_is_read_anew_and_counts_once(server, ask, waits):
    # It broke behind the line that is looked for.
    whole = LIST + b"\n".join([LIST.splitlines()[-1]] * 3)
    server.answer(PLACE, cut(whole, len(LIST)), LIST)
    assert ask().new == ((0.0, 0.021),)
    assert (len(server.asked), waits) == (2, [1])


def test_what_breaks_off_each_time_is_told(server, ask, waits):
    url = server.answer(PLACE, cut(LIST, len(LIST) - 40))
    told = ask()
    assert told.startswith(f"{url}: cannot be read: peer closed connection")
    assert told.endswith("(asked 5 times)")
    assert "\n" not in told


def test_a_page_that_breaks_off_leaves_those_before_it(server, ask, waits):
    more = server.answer("/prices?$skip=1000", cut(page([METER]), 100), page([METER]))
    server.answer(QUERY, page([{**METER, "tierMinimumUnits": 1}], more))
    tiers = PRICE.replace("listed]", 'listed]\ntier_unit = "GiB"')
    assert ask("azure-retail", price=tiers).new == ((0.0, 0.021),)
    assert [path for path, _ in server.asked] == [QUERY, "/prices?$skip=1000", "/prices?$skip=1000"]


def test_wrong_json_is_told_and_asked_for_once(server, ask, waits):
    url = server.answer(QUERY, b"<html>Service unavailable</html>")
    assert ask("azure-retail") == f"{url}: is no JSON: Expecting value: line 1 column 1 (char 0)"
    assert (len(server.asked), waits) == (1, [])


def test_what_cannot_be_called_is_called_for_one_list_alone(tmp_path, waits):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    two = PRICE.replace(
        "[listed]",
        PRICE.partition("\n\n")[2].partition("[listed]")[0].replace("here-1", "there-1") + "[listed]",
    )
    own = profiles(tmp_path / "own", f"http://127.0.0.1:{port}/{{offer}}/{{region}}", price=two)
    with pytest.raises(MigplanError) as error:
        migplan.refresh_prices(tmp_path / "overlay", clouds=["none"], profiles=[own])
    first, second = map(str, error.value.faults)
    assert first.startswith(f"http://127.0.0.1:{port}/Ours/here-1: cannot be read: ")
    assert second == "none: 1 more list of it not asked for after that"
    assert waits == [1, 2, 4, 8]


def test_a_list_of_today_is_not_fetched_again(server, ask):
    server.answer(PLACE, LIST)
    first, second = ask(), ask()
    assert (first.new, len(server.asked)) == (second.new, 1)
    assert ask(day="2026-11-30").row["as_of"].isoformat() == "2026-11-30"
    assert len(server.asked) == 2


@pytest.mark.parametrize("kept", [[], {}, {"day": "2026-11-29"}, {"day": "2026-11-29", "rates": {"x": [{}]}}])
def test_what_was_kept_in_another_form_is_fetched_again(server, ask, kept):
    server.answer(PLACE, LIST)
    ask()
    (path,) = cache.folder().glob("price-list-*")
    cache.store(path.stem, kept, "price-list-", 9)
    assert ask().new == ((0.0, 0.021),)
    assert len(server.asked) == 2


def test_what_is_looked_for_is_part_of_what_is_kept(server, ask):
    other = rate("B" * 16, "0.022", "GB-Mo", "here-1", usageType="Other")
    server.answer(PLACE, offer([other, FIT]))
    assert ask().new == ((0.0, 0.021),)
    assert ask(where='\n[listed.where]\nusagetype = "Other"\n').new == ((0.0, 0.022),)


def test_a_list_that_is_as_it_was_is_not_sent_again(server, ask):
    server.answer(PLACE, (200, {"ETag": '"one"'}, LIST), (304, {"ETag": '"one"'}, b""))
    assert ask().new == ((0.0, 0.021),)
    price = ask(day="2026-12-24")
    assert (price.new, price.row["as_of"].isoformat()) == (((0.0, 0.021),), "2026-12-24")
    assert [headers.get("if-none-match") for _, headers in server.asked] == [None, '"one"']
    ask(day="2026-12-24")
    assert len(server.asked) == 2


def test_packages_that_are_not_there_are_named(ask, monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert ask() == (
        "prices: needs packages that are not installed; wanted `pip install 'migplan[prices]'`, or --from a folder"
    )
