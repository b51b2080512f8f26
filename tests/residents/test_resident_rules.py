"""Numbers, hashes, tokens and the consent text."""

from __future__ import annotations

import re
import string
from datetime import date

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, translator
from bot.residents.consent import consent_hash, consent_of_version, consent_on, consent_texts
from bot.residents.models import Role
from bot.residents.rules import (
    TOKEN_CHARACTERS,
    Operator,
    kazakh_number,
    move_proof,
    new_token,
    phone_hash,
    signer_key,
    token_hash,
)
from bot.residents.views import help_screen

PEPPER = b"a pepper of at least thirty-two bytes"
_NATIONAL = st.builds(
    lambda prefix, rest: f"{prefix}{rest:07d}",
    st.sampled_from(["700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778"]),
    st.integers(0, 9_999_999),
)


@given(_NATIONAL, st.sampled_from(["+7", "7", "8", ""]), st.sampled_from(["", " ", "-", "\u00a0", ") "]))
def test_every_writing_of_a_kazakh_mobile_is_one_number(national: str, prefix: str, gap: str) -> None:
    written = f"{prefix}{gap}{national[:3]}{gap}{national[3:6]}{gap}{national[6:8]}{gap}{national[8:]}"
    assert kazakh_number(written) == f"+7{national}"


@given(_NATIONAL)
def test_a_number_taken_for_kazakh_is_so_for_an_independent_reader(national: str) -> None:
    found = kazakh_number(national)
    assert found is not None
    assert phonenumbers.region_code_for_number(phonenumbers.parse(found)) == "KZ"


@given(st.integers(900_000_0000, 999_999_9999), st.sampled_from(["+7", "7", "8", ""]))
def test_a_russian_mobile_is_refused(national: int, prefix: str) -> None:
    assert kazakh_number(f"{prefix}{national}") is None


@given(st.text(max_size=20))
def test_any_text_is_a_whole_number_or_none(text: str) -> None:
    found = kazakh_number(text)
    assert found is None or re.fullmatch(r"\+7[67]\d{9}", found, re.ASCII)


def test_numbers_of_other_countries_are_refused() -> None:
    for number in ("+998901234567", "+6591234567", "6591234567", "+14155550100", "+77", "", "+7701123456x"):
        assert kazakh_number(number) is None


@given(_NATIONAL)
def test_a_hash_neither_is_nor_holds_the_number(national: str) -> None:
    hashed = phone_hash(PEPPER, f"+7{national}")
    assert len(hashed) == 64
    assert set(hashed) <= set(string.hexdigits.lower())
    assert national not in hashed
    assert hashed != phone_hash(PEPPER + b"!", f"+7{national}")


@given(_NATIONAL, st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_signer_has_one_key_a_petition_and_unrelated_keys_elsewhere(national: str, one: int, another: int) -> None:
    hashed = phone_hash(PEPPER, f"+7{national}")
    assert signer_key(PEPPER, one, hashed) == signer_key(PEPPER, one, hashed)
    assert (signer_key(PEPPER, one, hashed) == signer_key(PEPPER, another, hashed)) is (one == another)
    assert signer_key(PEPPER, one, hashed) != hashed


def test_a_proof_fits_one_source_target_moment_and_number() -> None:
    proofs = {
        move_proof(PEPPER, *parts)
        for parts in ((1, 2, 3, "a"), (2, 1, 3, "a"), (1, 2, 4, "a"), (1, 2, 3, "b"), (12, 3, 3, "a"))
    }
    assert len(proofs) == 5
    assert all(len(proof) == 20 for proof in proofs)


def test_tokens_are_whole_safe_in_links_and_buttons_and_stored_as_hashes() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    for token in tokens:
        assert len(token) == TOKEN_CHARACTERS
        assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
        assert token not in token_hash(token)


def test_the_consent_names_in_every_language_what_the_law_asks_for() -> None:
    operator = Operator("Test operator LLP", "123456789012", "data@example.kz")
    for text in consent_texts():
        assert set(text.texts) == set(text.summaries) == set(LANGUAGES)
        for language in LANGUAGES:
            t = translator(language)
            shown = text.full(t, operator=operator.shown_name(t), bin_number=operator.bin, contact=operator.contact)
            assert len(shown) <= 4096
            assert "{" not in shown
            for said in (operator.name, operator.bin, operator.contact, "94-V", "Telegram", "/privacy"):
                assert said in shown
            assert operator.name in text.summary(t, operator=operator.name)


def test_an_operator_cannot_smuggle_markup_into_the_consent() -> None:
    t = translator("en")
    shown = consent_texts()[0].full(t, operator="<b>A & B", bin_number="", contact="")
    assert "&lt;b&gt;A &amp; B" in shown


def test_an_unnamed_operator_is_said_to_be_for_training() -> None:
    assert Operator().shown_name(translator("en")) == "sandbox operator (training)"
    assert not Operator().is_named


def test_the_consent_in_force_is_the_latest_one_begun() -> None:
    newest = consent_texts()[-1]
    assert consent_on(newest.valid_from) is newest
    assert consent_on(date(2000, 1, 1)) is consent_texts()[0]
    assert consent_of_version(newest.version) is newest
    assert consent_of_version("none") is None
    assert consent_hash("a") != consent_hash("b")


def test_the_first_page_of_the_help_names_to_staff_what_they_have_besides() -> None:
    for language in LANGUAGES:
        t = translator(language)
        assert not any(command in help_screen(t, 0).text for command in ("/queue", "/inbox", "/admin"))
        assert "/queue" in help_screen(t, 0, {Role.MODERATOR}).text
        official = help_screen(t, 0, {Role.OFFICIAL}).text
        assert "/inbox" in official
        assert "/digest" in official
        assert "/inbox" not in help_screen(t, 1, {Role.OFFICIAL}).text
