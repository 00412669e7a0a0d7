import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from migplan.report.escape import Markup, code, flat, label, link, text, url
from migplan.report.tabular import Column, bullets, table

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
HOSTILE = [
    "a|b",
    "`code` ``two``",
    "two\nlines\r\n\tand a tab",
    "<script>alert(1)</script>",
    "<!-- comment -->",
    "&lt;b&gt; &amp; &#60;",
    "[link](javascript:alert(1)) ![pic](http://x)",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "$x^2$ and \\(y\\)",
    "\u202eright to left\u2066\u200f",
    "https://example.com www.example.com",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "---",
    "===",
    "***",
    "| --- |",
    "```",
    "~~~",
    "    indented",
    "\\",
    "ends in \\",
    "\x00\x07\x1b[31m",
    "\ud800",
    "\u2028\u2029",
    "",
    " ",
]


def inline(tokens):
    """The visible text of the only inline token, and the kinds of everything in it."""
    found = [token for token in tokens if token.type == "inline"]
    assert len(found) == 1
    children = found[0].children
    return "".join(child.content for child in children), {child.type for child in children}


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_in_a_cell_reads_as_itself(value):
    cell = table([Column("A", lambda row: row), Column("B", lambda row: "end")], [value])
    tokens = PARSER.parse(cell)
    bodies = [token for token in tokens if token.type == "td_open"]
    assert len(bodies) == 2
    row = [token for token in tokens if token.type == "inline"][2]
    assert {child.type for child in row.children} <= {"text", "text_special"}
    assert "".join(child.content for child in row.children) == flat(value)


@given(st.text(max_size=60))
@example("1.")
@example("=")
@example("a\\")
@example("www.a")
def test_any_text_in_a_list_reads_as_itself(value):
    if not flat(value):
        return
    shown, kinds = inline(PARSER.parse(bullets([value])))
    assert kinds <= {"text", "text_special"}
    assert shown == flat(value)


@given(st.text(max_size=60))
def test_any_text_in_a_cell_keeps_the_table_whole(value):
    tokens = PARSER.parse(table([Column("A", lambda row: row), Column("B", lambda row: row)], [value, value]))
    assert sum(token.type == "td_open" for token in tokens) == 4
    assert {token.type for token in tokens if token.type.endswith("_open")} == {
        "table_open", "thead_open", "tr_open", "th_open", "tbody_open", "td_open",
    }  # fmt: skip


def test_addresses_in_text_are_no_links_where_viewers_link_bare_ones():
    # Viewers that link bare addresses look for these two beginnings.
    told = text("see https://example.com and www.example.com")
    assert "://" not in told
    assert "www." not in told


def test_marks_of_direction_and_control_characters_are_dropped():
    assert flat("a\u202eb\u2066c\u200fd\x00e\nf") == "abcd e f"


def test_lone_surrogates_can_be_written():
    assert flat("\ud800").encode("utf-8") == "\ufffd".encode()


def test_markup_passes_as_it_is():
    assert text(Markup("**ours**")) == "**ours**"


def test_long_names_are_cut():
    assert text("x" * 500, 20) == "x" * 19 + "…"


def test_identifiers_keep_nothing_that_ends_code():
    assert code("a`|b\n<c>") == "`a??b??c?`"
    assert code("") == "`?`"


@pytest.mark.parametrize("value", [";", "a: b", "x #1", "%% comment", "a\nsection b", "日本", "{}[]"])
def test_labels_have_no_sign_that_diagrams_read(value):
    assert not set(label(value)) & set(":;#%{}[]\n\"'<>")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://example.com", "", "https://", "data:text/html,x", "assumption: seen"],
)
def test_only_https_addresses_are_linked(address):
    assert url(address) == ""
    assert link("S1", address) == "S1"


@pytest.mark.parametrize("tail", ["a)b", "a|b", "a b", "a<b>", "a\\", 'a"b', "a`b", "ä", "\u202e", "a]b"])
def test_odd_addresses_stay_one_link(tail):
    told = link("S1", f"https://example.com/{tail}")
    shown, kinds = inline(PARSER.parse(told))
    if " " in tail:
        assert kinds == {"text"}
    else:
        assert kinds == {"link_open", "text", "link_close"}
        assert shown == "S1"
