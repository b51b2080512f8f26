"""Where to turn instead of a petition: every channel of the law has a number or a page, with its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n import LANGUAGES, translator
from bot.law.channels import ChannelsWrong, contacts, fitting, load
from bot.law.forbidden import Channel
from bot.law.naming import basis_words, is_silent
from bot.law.rules import DATA
from bot.routing.knowledge import Answerer, knowledge


def test_every_channel_has_a_number_or_a_page_and_words_in_three_languages() -> None:
    known = contacts()
    assert {channel.value for channel in Channel} <= set(known)
    about = {body.value for body in Answerer} | set(knowledge().subjects)
    for contact in known.values():
        assert (contact.tel is None) != (contact.url is None)
        assert all(contact.name(language) and contact.when(language) for language in LANGUAGES)
        assert contact.about <= about, contact.key


@pytest.mark.parametrize("channel", list(Channel))
def test_the_channel_that_fits_the_wish_stands_first_and_each_stands_once(channel: Channel) -> None:
    found = [contact.key for contact in fitting(channel.value, frozenset({"maslikhat", "own_documents"}))]
    assert found[0] == channel.value
    assert len(found) == len(set(found))
    assert {"109", "appeal", "draft_acts", "1414"} <= set(found)
    assert "1424" not in found


def test_a_subject_that_no_channel_is_for_gets_the_usual_ones() -> None:
    assert [contact.key for contact in fitting("excluded_subject")] == ["109", "appeal"]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('tel = "109"\n', 'tel = "109"\nurl = "https://a.kz"\n', "109"),
        ('tel = "109"', 'tel = "+7 701"', "109.tel"),
        ('url = "https://eotinish.kz"', 'url = "eotinish.kz"', "appeal.url"),
        ('en = "Police"', 'de = "Polizei"', "102.name"),
        ('confidence = "V"', 'confidence = "sure"', "appeal"),
        ("usual = true", "allways = true", "allways"),
        ("[channel.court]", "[channel.tribunal]", "court is missing"),
        ("[channel.109]", "[channel.109", "channels.toml"),
    ],
)
def test_a_slip_of_the_editor_is_named(tmp_path: Path, old: str, new: str, names: str) -> None:
    written = (DATA / "channels.toml").read_text(encoding="utf-8")
    assert old in written
    (tmp_path / "channels.toml").write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ChannelsWrong, match=names.replace(".", r"\.")):
        load(tmp_path)


def test_whatever_an_answer_rests_on_is_named_in_every_language_or_is_no_act() -> None:
    known = knowledge()
    asks = [ask for subject in known.subjects.values() for ask in subject.asks.values()]
    for article in {ask.article for ask in (*asks, *known.general.values())}:
        for language in LANGUAGES:
            said = basis_words(translator(language), article)
            assert (said is None) == is_silent(article), article
            assert said is None or "L148" not in said
    t = translator("kk")
    assert basis_words(t, "L148 art. 31(1)(11)") == "Жергілікті мемлекеттік басқару туралы заң, 31-бап"
    assert basis_words(t, "Tax Code 2025") == "Салық кодексі"
    assert basis_words(t, None) is None
