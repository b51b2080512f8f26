"""Formatted text is read as Telegram reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import formatted, utf16
from bot.sandbox.errors import ApiError


def entity(kind: str, offset: int, length: int, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>Қол</b> қою", "Қол қою", [entity("bold", 0, 3)]),
        ("👍🏽 <i>1 &lt; 2</i>", "👍🏽 1 < 2", [entity("italic", 5, 5)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        (
            '<a href="https://epetition.kz/?a=1&amp;b=2">сайт</a>',
            "сайт",
            [entity("text_link", 0, 4, url="https://epetition.kz/?a=1&b=2")],
        ),
        ('<a href="nowhere">x</a>', "x", []),
        (
            '<a href="tg://user?id=7">x</a>',
            "x",
            [entity("text_mention", 0, 1, user={"id": 7, "is_bot": False, "first_name": ""})],
        ),
        ("<pre><code class='language-py'>x = 1</code></pre>", "x = 1", [entity("pre", 0, 5, language="py")]),
        ("<code>/start</code>", "/start", [entity("code", 0, 6)]),
        ("<code><b>a</b></code>", "a", [entity("code", 0, 1)]),
        (
            "<b>a<code>b</code>c</b>",
            "abc",
            [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)],
        ),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [entity("blockquote", 0, 2)]),
        ('<span class="tg-spoiler">a</span>', "a", [entity("spoiler", 0, 1)]),
        ("  <b> a </b>\n", "a", [entity("bold", 0, 1)]),
        ("a<b></b>", "a", []),
        ("&nbsp;&#1179;&quot;", '&nbsp;қ"', []),
        ("<B>a</B>", "a", [entity("bold", 0, 1)]),
        ("/find@halyq_uni_bot жарық", "/find@halyq_uni_bot жарық", [entity("bot_command", 0, 19)]),
        ("see https://akimat.kz/a.", "see https://akimat.kz/a.", [entity("url", 4, 19)]),
        (
            "#жарық @aigul_s a@b.kz",
            "#жарық @aigul_s a@b.kz",
            [entity("hashtag", 0, 6), entity("mention", 7, 8), entity("email", 16, 6)],
        ),
    ],
)
def test_html_becomes_text_and_entities(html: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert formatted(html, "HTML") == (text, entities)


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("қ<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<span class="red">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_with_telegrams_words(html: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        formatted(html, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("markdown", "text", "entities"),
    [
        (
            "*a* _b_ __c__ ~d~ ||e||",
            "a b c d e",
            [
                entity("bold", 0, 1),
                entity("italic", 2, 1),
                entity("underline", 4, 1),
                entity("strikethrough", 6, 1),
                entity("spoiler", 8, 1),
            ],
        ),
        (
            "`a*b` [сайт](https://a.kz)",
            "a*b сайт",
            [entity("code", 0, 3), entity("text_link", 4, 4, url="https://a.kz")],
        ),
        ("```py\nx = 1```", "x = 1", [entity("pre", 0, 5, language="py")]),
        (r"1\.5 \- \*", "1.5 - *", []),
        (">a\n>b\nc", "a\nb\nc", [entity("blockquote", 0, 3)]),
    ],
)
def test_markdown_becomes_text_and_entities(markdown: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert formatted(markdown, "MarkdownV2") == (text, entities)


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [
        ("1.5", r"Character '.' is reserved and must be escaped with the preceding '\'"),
        ("*a", "Can't find end of Bold entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 2"),
    ],
)
def test_broken_markdown_is_refused_with_telegrams_words(markdown: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        formatted(markdown, "MarkdownV2")
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_legacy_markdown_is_known_and_other_modes_are_not() -> None:
    assert formatted("*a* 1.5", "Markdown") == ("a 1.5", [entity("bold", 0, 1)])
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("a", "BBCode")


def test_given_entities_are_kept_and_must_lie_inside_the_text() -> None:
    assert formatted("👍 a", None, [entity("bold", 3, 1)]) == ("👍 a", [entity("bold", 3, 1)])
    with pytest.raises(ApiError, match="ends after the end of the text at UTF-16 offset 1"):
        formatted("a", None, [entity("bold", 0, 2)])
    with pytest.raises(ApiError, match="cuts a UTF-16 symbol"):
        formatted("👍", None, [entity("bold", 0, 1)])


PIECES = st.sampled_from("aқ👍 \n<>&;/b\"'=[]()*_~`|\\>.")
MODES = st.sampled_from(["HTML", "MarkdownV2", "Markdown"])


@given(st.text(alphabet=PIECES, max_size=40), MODES)
def test_any_text_is_read_or_refused_and_entities_lie_inside(text: str, mode: str) -> None:
    try:
        plain, entities = formatted(text, mode)
    except ApiError:
        return
    assert plain == plain.strip()
    for one in entities:
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= utf16(plain)
