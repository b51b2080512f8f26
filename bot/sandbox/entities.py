"""Formatted text: HTML, MarkdownV2 and entity lists read as Telegram reads them, with UTF-16 offsets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.errors import ApiError, bad

Entity = dict[str, Any]

HTML_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED_CHARACTERS: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MARKDOWN_RESERVED: Final = frozenset("_*[]()~`>#+-=|{}.!")
MONOSPACE: Final = frozenset({"code", "pre"})
STYLES: Final = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
ENTITY_TYPES: Final = frozenset(HTML_TAGS.values()) | {
    "expandable_blockquote",
    "text_mention",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
}

_CHARACTER = re.compile(r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<named>[a-z]+));?")
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[^\s=>/\"']+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+)))?"
)
_FOUND = re.compile(
    r"(?P<email>[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<url>(?:https?://|tg://)[^\s<>\"]+|(?<![\w@.])(?:[A-Za-z0-9-]+\.)+(?:kz|com|org|net|me|ru|info|gov)(?:/[^\s<>\"]*)?\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


@dataclass(slots=True)
class _Span:
    """An entity while positions are still Python's."""

    start: int
    end: int
    type: str
    extra: dict[str, Any]


@dataclass(slots=True)
class _Open:
    """A start tag or mark whose end has not come yet."""

    name: str
    at: int
    start: int
    type: str
    extra: dict[str, Any]


def formatted(
    text: str, parse_mode: str | None = None, entities: list[Entity] | None = None
) -> tuple[str, list[Entity]]:
    """The plain text of a message and its entities, the automatically found ones included.

    Raises:
        ApiError: the markup is broken or the parse mode unknown.
    """
    mode = (parse_mode or "").lower()
    if mode == "html":
        plain, spans = _html(text)
    elif mode == "markdownv2":
        plain, spans = _markdown(text, legacy=False)
    elif mode == "markdown":
        plain, spans = _markdown(text, legacy=True)
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        plain, spans = text, _given(text, entities or [])
    plain, spans = _trim(plain, spans)
    spans = _settled(plain, spans)
    spans += _found(plain, spans)
    spans.sort(key=lambda span: (span.start, -span.end))
    places = _offsets(plain)
    return plain, [
        {
            "type": span.type,
            "offset": places[span.start],
            "length": places[span.end] - places[span.start],
            **span.extra,
        }
        for span in spans
    ]


def _offsets(text: str) -> list[int]:
    """For each Python position the UTF-16 offset."""
    places, at = [0], 0
    for letter in text:
        at += 2 if ord(letter) > 0xFFFF else 1
        places.append(at)
    return places


def _trouble(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def _html(text: str) -> tuple[str, list[_Span]]:
    plain: list[str] = []
    length = 0
    spans: list[_Span] = []
    opened: list[_Open] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "&" and (match := _CHARACTER.match(text, at)) and (decoded := _character(match)):
            plain.append(decoded)
            length += 1
            at = match.end()
            continue
        if letter != "<":
            plain.append(letter)
            length += 1
            at += 1
            continue
        begin = _bytes(text, at)
        close = _tag_end(text, at + 1)
        if text.startswith("</", at):
            if not opened:
                raise _trouble(f"Unexpected end tag at byte offset {begin}")
            if close is None:
                raise _trouble(f"Unclosed end tag at byte offset {begin}")
            name = text[at + 2 : close].strip().lower()
            last = opened.pop()
            if name and name != last.name:
                raise _trouble(
                    f'Unmatched end tag at byte offset {begin}, expected "</{last.name}>", found "</{name}>"'
                )
            _close(spans, last, length)
            at = close + 1
            continue
        name_match = re.compile(r"[^\s>]*").match(text, at + 1)
        name = name_match.group().lower() if name_match else ""
        if close is None:
            raise _trouble(f"Unclosed start tag at byte offset {begin}")
        if name not in HTML_TAGS:
            raise _trouble(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes = _attributes(text[at + 1 + len(name) : close], name, begin)
        opened.append(_opened(name, attributes, begin, length))
        at = close + 1
    if opened:
        raise _trouble(f'Can\'t find end tag corresponding to start tag "{opened[-1].name}"')
    return "".join(plain), _with_languages(spans)


def _tag_end(text: str, at: int) -> int | None:
    """Where the tag's ">" is; one inside a quoted attribute does not count."""
    quote = ""
    for place in range(at, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and text[place - 1] == "=":
            quote = letter
        elif letter == ">":
            return place
    return None


def _character(match: re.Match[str]) -> str | None:
    if match["named"]:
        return NAMED_CHARACTERS.get(match["named"])
    number = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
    return chr(number) if 0 < number < 0x10FFFF and not 0xD800 <= number < 0xE000 else None


def _attributes(text: str, tag: str, begin: int) -> dict[str, str | None]:
    attributes: dict[str, str | None] = {}
    at = 0
    while text[at:].strip():
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            raise _trouble(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        value = next((match[key] for key in ("double", "single", "bare") if match[key] is not None), None)
        attributes[match["name"].lower()] = (
            None if value is None else _CHARACTER.sub(lambda found: _character(found) or found.group(), value)
        )
        at = match.end()
    return attributes


def _opened(name: str, attributes: dict[str, str | None], begin: int, start: int) -> _Open:
    kind, extra = HTML_TAGS[name], {}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _trouble(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    if name == "a":
        extra["url"] = attributes.get("href") or ""
    elif name == "code" and (attributes.get("class") or "").startswith("language-"):
        extra["language"] = (attributes["class"] or "").removeprefix("language-")
    elif name == "blockquote" and "expandable" in attributes:
        kind = "expandable_blockquote"
    elif name == "tg-emoji":
        if not (attributes.get("emoji-id") or "").isdigit():
            raise _trouble("Invalid custom emoji identifier specified")
        extra["custom_emoji_id"] = attributes["emoji-id"] or ""
    return _Open(name, begin, start, kind, extra)


def _close(spans: list[_Span], mark: _Open, end: int) -> None:
    """Keep a finished entity; an empty one and one with a link that leads nowhere is plain text."""
    if end <= mark.start:
        return
    if mark.type == "text_link":
        url = mark.extra["url"].strip()
        person = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if person:
            user = {"id": int(person[1]), "is_bot": False, "first_name": ""}
            spans.append(_Span(mark.start, end, "text_mention", {"user": user}))
            return
        if not is_link(url):
            return
        mark.extra["url"] = url if "://" in url else f"http://{url}"
    spans.append(_Span(mark.start, end, mark.type, dict(mark.extra)))


def is_link(url: str) -> bool:
    """Whether Telegram takes this as the target of a link or a button."""
    if url.startswith(("tg://", "ton://", "tonsite://")):
        return True
    host = re.fullmatch(r"(?:https?://)?(?:[^/@\s]*@)?([^/?#\s:]+)(?::\d+)?(?:[/?#]\S*)?", url, re.IGNORECASE)
    return host is not None and "." in host[1].strip(".")


def _with_languages(spans: list[_Span]) -> list[_Span]:
    """`<pre><code class="language-x">` is one block of code in that language."""
    kept: list[_Span] = []
    for span in spans:
        if span.type == "code" and any(
            other.type == "pre" and (other.start, other.end) == (span.start, span.end) for other in spans
        ):
            continue
        if span.type == "pre":
            for other in spans:
                if other.type == "code" and (other.start, other.end) == (span.start, span.end):
                    span.extra.update(other.extra)
        if span.type == "code":
            span.extra.pop("language", None)
        kept.append(span)
    return kept


_MARKS: Final = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
}
_MARK_NAMES: Final = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
}


def _markdown(text: str, *, legacy: bool) -> tuple[str, list[_Span]]:
    plain: list[str] = []
    length = 0
    spans: list[_Span] = []
    opened: list[_Open] = []
    quote_start: int | None = None
    marks = ("*", "_", "```", "`") if legacy else ("```", "||", "__", "*", "_", "~", "`")
    at = 0
    while at < len(text):
        letter = text[at]
        inside = opened[-1].type if opened else ""
        if not legacy and (at == 0 or text[at - 1] == "\n") and inside not in MONOSPACE:
            if letter == ">":
                quote_start = length if quote_start is None else quote_start
                at += 1
                continue
            if quote_start is not None:
                _close(spans, _Open(">", 0, quote_start, "blockquote", {}), length - 1)
                quote_start = None
        if letter == "\\" and at + 1 < len(text) and 0 < ord(text[at + 1]) < 127:
            plain.append(text[at + 1])
            length += 1
            at += 2
            continue
        mark = next((one for one in marks if text.startswith(one, at)), None)
        if inside in MONOSPACE and mark != opened[-1].name:
            mark = None
        elif inside not in MONOSPACE and mark is None and letter == "[":
            opened.append(_Open("[", _bytes(text, at), length, "text_link", {}))
            at += 1
            continue
        elif inside == "text_link" and letter == "]":
            link = opened.pop()
            target = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(text, at)
            if target is None:
                raise _trouble(f"Can't find end of a URL at byte offset {_bytes(text, at)}")
            link.extra["url"] = re.sub(r"\\(.)", r"\1", target[1])
            _close(spans, link, length)
            at = target.end()
            continue
        if mark is not None:
            if opened and opened[-1].name == mark:
                _close(spans, opened.pop(), length)
            else:
                extra: dict[str, Any] = {}
                begin = at
                if mark == "```" and (language := re.compile(r"([A-Za-z0-9_+#.-]+)\n").match(text, at + 3)):
                    extra["language"] = language[1]
                    begin += len(language[1]) + 1
                opened.append(_Open(mark, _bytes(text, at), length, _MARKS[mark], extra))
                at = begin
            at += len(mark)
            continue
        if not legacy and inside not in MONOSPACE and letter in MARKDOWN_RESERVED:
            raise _trouble(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")
        plain.append(letter)
        length += 1
        at += 1
    if opened:
        kind = "entity" if legacy else f"{_MARK_NAMES[opened[-1].type]} entity"
        where = "the entity starting" if legacy else kind
        raise _trouble(f"Can't find end of {where} at byte offset {opened[-1].at}")
    if quote_start is not None:
        _close(spans, _Open(">", 0, quote_start, "blockquote", {}), length)
    return "".join(plain), spans


def _given(text: str, entities: list[Entity]) -> list[_Span]:
    """Entities named by the caller, moved from UTF-16 offsets to Python's."""
    where = {offset: position for position, offset in enumerate(_offsets(text))}
    end_of_text = utf16(text)
    spans: list[_Span] = []
    for entity in entities:
        offset, length = int(entity["offset"]), int(entity["length"])
        if offset < 0 or length <= 0:
            continue
        if offset + length > end_of_text:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {end_of_text}"
            )
        if offset not in where or offset + length not in where:
            raise bad(f"entity beginning at UTF-16 offset {offset} cuts a UTF-16 symbol")
        kind = str(entity["type"])
        if kind not in ENTITY_TYPES:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        extra = {key: value for key, value in entity.items() if key not in {"type", "offset", "length"}}
        spans.append(_Span(where[offset], where[offset + length], kind, extra))
    return spans


def _trim(text: str, spans: list[_Span]) -> tuple[str, list[_Span]]:
    """Blanks at both ends of a message disappear, and entities with them."""
    cut = len(text) - len(text.lstrip())
    trimmed = text.strip()
    kept = []
    for span in spans:
        start, end = max(0, span.start - cut), min(len(trimmed), span.end - cut)
        if start < end:
            kept.append(_Span(start, end, span.type, span.extra))
    return trimmed, kept


def _settled(text: str, spans: list[_Span]) -> list[_Span]:
    """What may stand in what: code apart from styles, no quote in a quote, no crossing, each kind once."""
    code = [
        span
        for span in spans
        if span.type in MONOSPACE
        and not any(
            other is not span and other.type in {"text_link", "text_mention", "pre"} and _covers(other, span)
            for other in spans
        )
    ]
    rest = [span for span in spans if span.type not in MONOSPACE]
    kept: list[_Span] = []
    for span in sorted(rest, key=lambda span: (span.start, -span.end)):
        around = [other for other in kept if other.start <= span.start < other.end]
        if span.type in QUOTES and any(other.type in QUOTES for other in around):
            continue
        if any(other.type == span.type and other.end >= span.end for other in around):
            continue
        cuts = {other.end for other in around if other.end < span.end}
        if span.type in STYLES:
            cuts |= {edge for one in code for edge in (one.start, one.end) if span.start < edge < span.end}
        edges = [span.start, *sorted(cuts), span.end]
        for start, end in itertools.pairwise(edges):
            inside_code = any(one.start <= start and end <= one.end for one in code)
            if span.type in QUOTES or (text[start:end].strip() and not inside_code):
                kept.append(_Span(start, end, span.type, span.extra))
    return kept + code


def _covers(outer: _Span, inner: _Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _found(text: str, spans: list[_Span]) -> Iterator[_Span]:
    """Commands, mentions, links and tags that nobody marked; none inside code or a link."""
    closed = [span for span in spans if span.type in MONOSPACE or span.type.startswith("text_")]
    taken = {(span.start, span.end) for span in spans if span.type in {"url", "mention", "bot_command", "email"}}
    for match in _FOUND.finditer(text):
        start, end = match.span()
        kind = str(match.lastgroup)
        if kind == "url":
            end = start + len(match.group().rstrip(".,;:!?)»"))
        if (start, end) in taken or any(span.start < end and start < span.end for span in closed):
            continue
        yield _Span(start, end, kind, {})
