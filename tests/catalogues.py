"""Catalogues hold every message of the code, complete in three languages; `--update LANGUAGE` brings one up to date.

Run by `make check` and `make messages`.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("kk", "ru", "en")
PLURALS = {
    "kk": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "en": "nplurals=2; plural=(n != 1);",
}
_FIELD = re.compile(r"{[a-z_]*}")
_TAG = re.compile(r"</?[a-z]+[^>]*>")
_LATIN_KAZAKH_LOOKALIKES = re.compile(r"[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі][A-Za-z]|[A-Za-z][А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]")


def extracted() -> dict[str, str]:
    """Messages in the code: msgid -> msgid_plural, or an empty string.

    Read from the syntax tree: extractors that read tokens do not see a call inside an f-string on Python 3.11.
    """
    found: dict[str, str] = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            count = {"t": 1, "plain": 1, "N_": 1, "plural": 2, "plain_plural": 2}.get(name, 0)
            texts = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant)]
            if count and len(texts) == count and all(isinstance(text, str) and text for text in texts):
                # "One signature" may stand in one place with its plural and in another without.
                found[str(texts[0])] = str(texts[1]) if count == 2 else found.get(str(texts[0]), "")
    return found


def catalogue(language: str) -> polib.POFile:
    """The catalogue of a language as it stands."""
    return polib.pofile(str(ROOT / "locales" / language / "LC_MESSAGES" / "bot.po"))


def problems(language: str, wanted: dict[str, str]) -> list[str]:
    """What is wrong with a catalogue, one line each."""
    found: list[str] = []
    entries = {entry.msgid: entry for entry in catalogue(language)}
    found += [f"{language}: missing: {msgid!r}" for msgid in wanted if msgid not in entries]
    found += [f"{language}: no longer used: {msgid!r}" for msgid in entries if msgid not in wanted]
    for msgid, entry in entries.items():
        if msgid not in wanted:
            continue
        if entry.fuzzy:
            found.append(f"{language}: fuzzy: {msgid!r}")
        forms = list(entry.msgstr_plural.values()) if wanted[msgid] else [entry.msgstr]
        if not forms or not all(forms):
            found.append(f"{language}: not translated: {msgid!r}")
        sources = [msgid, wanted[msgid]] if wanted[msgid] else [msgid]
        fields = {field for source in sources for field in _FIELD.findall(source)}
        for form in forms:
            if not set(_FIELD.findall(form)) <= fields or (not wanted[msgid] and set(_FIELD.findall(form)) != fields):
                found.append(f"{language}: other placeholders than the message: {msgid!r}")
            if sorted(_TAG.findall(form)) != sorted(_TAG.findall(sources[-1])):
                found.append(f"{language}: other tags than the message: {msgid!r}")
            if language != "en" and _LATIN_KAZAKH_LOOKALIKES.search(_FIELD.sub("", form)):
                found.append(f"{language}: Latin letters inside a Cyrillic word: {form!r}")
    return found


def update(language: str) -> None:
    """Add new messages to a catalogue (in English with their own text), drop those no longer used, sort."""
    wanted = extracted()
    old = {entry.msgid: entry for entry in catalogue(language)}
    fresh = polib.POFile()
    fresh.metadata = {
        "Project-Id-Version": "halyq-uni",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for msgid in sorted(wanted):
        plural = wanted[msgid]
        entry = old.get(msgid) or polib.POEntry(msgid=msgid, msgid_plural=plural)
        if language == "en":
            entry.msgstr = "" if plural else msgid
            entry.msgstr_plural = {0: msgid, 1: plural} if plural else {}
        fresh.append(entry)
    fresh.save(str(ROOT / "locales" / language / "LC_MESSAGES" / "bot.po"))


def main() -> int:
    """Check all catalogues, or update one."""
    if len(sys.argv) == 3 and sys.argv[1] == "--update":
        update(sys.argv[2])
        return 0
    wanted = extracted()
    found = [line for language in LANGUAGES for line in problems(language, wanted)]
    print("\n".join(found) or f"catalogues complete: {len(wanted)} messages in {len(LANGUAGES)} languages")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
