"""What people see when they write and tap: greeting, language, place, confirming, privacy, help, groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.types import MessageOriginHiddenUser

from bot.i18n import translator
from bot.residents.dwelling.views import BrowseTap, ChooseTap, LocateTap
from bot.residents.views import (
    EXPORT,
    CitizenTap,
    ConsentTap,
    GoTap,
    HelpTap,
    HomeTap,
    LanguageTap,
    MenuTap,
    MoveTap,
    PlaceTap,
    PrivacyTap,
)
from tests.residents.conftest import FakeHolder, Person

NUMBER = "77011234567"
TALGAR = "kz-almaty-oblast/talgar-district"


async def test_the_greeting_is_short_says_what_can_be_done_and_asks_for_the_place(person: Person) -> None:
    heard = await person.write("/start")
    assert len(heard.text.splitlines()) <= 6
    assert "Halyq Úni" in heard.text
    assert "My place" in heard.text
    assert [tap for tap in heard.taps if isinstance(tap, MenuTap)] == [
        MenuTap("find"),
        MenuTap("new"),
        MenuTap("my"),
        MenuTap("surveys"),
    ]
    assert LanguageTap("kk", "home") in heard.taps


async def test_a_language_is_spoken_at_once_and_in_the_command_menu_too(person: Person) -> None:
    await person.write("/start")
    heard = await person.tap(LanguageTap("ru", "home"))
    assert translator("ru").plain("Find") in heard.buttons
    assert "setMyCommands" in heard.methods
    again = await person.tap(GoTap("language"))
    assert "✓ Русский" in again.buttons
    assert "✓ Қазақша" in (await person.tap(LanguageTap("kk", "language"))).buttons


async def test_a_language_is_asked_for_in_words(person: Person) -> None:
    await person.write("/start")
    heard = await person.write("Можно на русском?")
    assert "✓ Русский" in heard.buttons
    assert "setMyCommands" in heard.methods
    await person.write("/place")
    assert "✓ Қазақша" in (await person.write("қазақша сөйлеңіз")).buttons


async def test_a_typed_place_is_confirmed_and_its_bodies_are_named(person: Person) -> None:
    await person.write("/place")
    asked = await person.write("талгарский район")
    chosen = await person.tap(asked.tap(ChooseTap))
    assert "Akimat of Talgar District" in chosen.text
    assert "Government" in chosen.text
    home = await person.write("/start")
    assert "Talgar District" in home.text
    assert "Hello" not in home.text


async def test_places_of_one_name_are_told_apart_by_what_they_lie_in(person: Person) -> None:
    await person.tap(PlaceTap())
    heard = await person.write("Абай")
    assert len([tap for tap in heard.taps if isinstance(tap, ChooseTap)]) == 5
    assert "Abai District, Karaganda Region" in heard.buttons
    one = await person.write("Абай ауданы, Қарағанды")
    assert "Abai District, Karaganda Region" in one.text


async def test_an_unknown_place_keeps_asking(person: Person) -> None:
    await person.tap(PlaceTap())
    heard = await person.write("<b>Ққзж")
    assert "&lt;b&gt;Ққзж" in heard.text
    assert PlaceTap not in [type(tap) for tap in heard.taps]
    assert "Talgar" in (await person.write("Talgar District")).text


async def test_the_list_leads_from_the_regions_down_and_back(person: Person) -> None:
    top = await person.tap(BrowseTap(None, 0))
    assert len([tap for tap in top.taps if isinstance(tap, BrowseTap) and tap.kato]) == 8
    second = await person.tap(BrowseTap(None, 1))
    assert "‹" in second.buttons
    assert "›" in second.buttons
    oblast = person.residents.gazetteer.get("kz-almaty-oblast")
    assert oblast is not None
    inside = await person.tap(BrowseTap(oblast.kato, 0))
    assert inside.buttons["Choose all of it"] == ChooseTap(oblast.kato).pack()
    assert inside.buttons["Back"] == BrowseTap(None, 0).pack()
    district = person.residents.gazetteer.get(TALGAR)
    assert district is not None
    deeper = await person.tap(BrowseTap(district.kato, 0))
    assert deeper.buttons["Back"] == BrowseTap(oblast.kato, 0).pack()


async def test_the_list_is_in_the_order_of_the_kazakh_alphabet(person: Person) -> None:
    await person.tap(LanguageTap("kk", "home"))
    shown: list[str] = []
    for page in range(3):
        heard = await person.tap(BrowseTap(None, page))
        shown += [text for text, data in heard.buttons.items() if data.startswith("rpb:") and len(text) > 1]
    assert len(shown) == 20
    assert shown.index("Ақмола облысы") < shown.index("Алматы облысы") < shown.index("Астана қаласы")
    assert shown.index("Қостанай облысы") < shown.index("Маңғыстау облысы")


async def test_a_location_is_answered_with_a_guess_and_its_button_goes_away(person: Person) -> None:
    asked = await person.tap(LocateTap())
    assert asked.below == ["Send my location", "Cancel"]
    heard = await person.location(43.24, 76.91)
    assert heard.removes_below
    assert "guess" in heard.text
    assert "Almaty" in (await person.tap(heard.tap(ChooseTap))).text
    await person.tap(LocateTap())
    assert "Where do you live" in (await person.location(0.0, 0.0)).text


async def test_cancel_below_the_writing_field_takes_the_buttons_away(person: Person) -> None:
    await person.tap(LocateTap())
    assert (await person.write("Cancel")).removes_below


async def test_a_forgotten_unit_asks_for_the_place_again(person: Person) -> None:
    assert "Where do you live" in (await person.tap(ChooseTap("999999999"))).text
    assert "Region or city" in (await person.tap(BrowseTap("999999999", 3))).text


async def test_confirming_leads_through_three_steps_and_on_to_what_was_wanted(person: Person) -> None:
    asked = await person.tap(GoTap("confirm"))
    assert asked.first == "I agree"
    full = await person.tap(ConsentTap("full", "1", "en"))
    assert "Test operator LLP" in full.text
    assert "123456789012" in full.text
    citizen = await person.tap(full.tap(ConsentTap))
    assert citizen.first == "Yes, I am"
    phone = await person.tap(CitizenTap("yes"))
    assert phone.below == ["Send my number", "Cancel"]
    assert phone.methods.count("answerCallbackQuery") == 1
    done = await person.contact(NUMBER)
    assert done.removes_below
    assert done.first == "Continue"
    assert "confirmed" in (await person.tap(done.tap(GoTap))).text
    assert "already" in (await person.contact(NUMBER)).texts[0]


async def test_a_consent_shown_in_another_version_or_language_is_asked_for_anew(person: Person) -> None:
    await person.tap(GoTap("confirm"))
    for tap in (ConsentTap("agree", "an older one", "en"), ConsentTap("agree", "1", "ru")):
        assert (await person.tap(tap)).first == "I agree"


async def test_citizenship_is_not_recorded_before_the_consent(person: Person) -> None:
    assert (await person.tap(CitizenTap("yes"))).first == "I agree"
    asked = await person.tap(GoTap("confirm"))
    assert (await person.tap(asked.tap(ConsentTap))).first == "Yes, I am"


async def test_who_is_no_citizen_hears_what_works_without_signing(person: Person) -> None:
    asked = await person.tap(GoTap("confirm"))
    await person.tap(asked.tap(ConsentTap))
    heard = await person.tap(CitizenTap("no"))
    assert "90-1(2)" in heard.text
    assert "follow" in heard.text


@pytest.mark.parametrize("owner", [None, 200])
async def test_only_ones_own_contact_that_was_not_forwarded_counts(person: Person, owner: int | None) -> None:
    asked = await person.tap(GoTap("confirm"))
    await person.tap(asked.tap(ConsentTap))
    await person.tap(CitizenTap("yes"))
    if owner is not None:
        heard = await person.contact(NUMBER, user_id=owner)
    else:
        origin = MessageOriginHiddenUser(date=person.now, sender_user_name="Aru")
        heard = await person.contact(NUMBER, forward_origin=origin)
    assert "not your own" in heard.text
    assert heard.below == ["Send my number", "Cancel"]
    assert "confirmed" in (await person.contact(NUMBER)).text


async def test_a_typed_number_is_kindly_refused_and_cancel_leads_out(person: Person) -> None:
    asked = await person.tap(GoTap("confirm"))
    assert (await person.write("+7 701 123 45 67")).first == "I agree"
    await person.tap(asked.tap(ConsentTap))
    await person.tap(CitizenTap("yes"))
    heard = await person.write("+7 701 123 45 67")
    assert "typed" in heard.text
    assert heard.below == ["Send my number", "Cancel"]
    left = await person.write("Cancel")
    assert left.removes_below
    assert "Main menu" in left.text


async def test_a_contact_before_the_consent_is_not_looked_at(person: Person) -> None:
    assert (await person.contact(NUMBER)).first == "I agree"
    assert (await person.contact(NUMBER, user_id=5)).first == "I agree"


async def test_a_foreign_number_is_refused_with_what_works_without_it(person: Person) -> None:
    heard = await person.confirm("79161234567")
    assert "not from Kazakhstan" in heard.texts[0]
    assert "Reading" in heard.texts[0]
    assert heard.removes_below


async def test_a_number_of_another_account_is_moved_after_telling_what_moves(
    person: Person, other: Person, holder: FakeHolder
) -> None:
    await person.confirm(NUMBER)
    holder.counts[1] = {"signatures": 12, "petitions": 2}
    offered = await other.confirm(NUMBER)
    asked = await other.tap(offered.tap(MoveTap))
    assert "12 signatures" in asked.text
    assert "2 petitions" in asked.text
    moved = await other.tap(asked.tap(MoveTap))
    assert moved.first == "Continue"
    assert holder.counts[2] == {"signatures": 12, "petitions": 2}
    assert "Confirm my number" in (await person.write("/settings")).buttons


async def test_an_offer_that_has_run_out_says_so(person: Person, other: Person) -> None:
    await person.confirm(NUMBER)
    offered = await other.confirm(NUMBER)
    other.now += timedelta(hours=1)
    assert "run out" in (await other.tap(offered.tap(MoveTap))).text


async def test_privacy_tells_exports_withdraws_and_deletes_after_asking(person: Person, holder: FakeHolder) -> None:
    await person.confirm(NUMBER)
    holder.counts[1] = {"signatures": 1, "drafts": 2}
    told = await person.write("/privacy")
    assert "1 signature" in told.text
    assert "2 drafts" in told.text
    export = await person.tap(PrivacyTap("export", 1))
    picture = export.messages[0].picture
    assert picture is not None
    assert (picture.kind, picture.as_document) == (EXPORT, True)
    assert "Test operator LLP" in (await person.tap(ConsentTap("full", "1", "en"))).text
    asked = await person.tap(PrivacyTap("withdraw", 0))
    assert "1 signature you gave" in asked.text
    assert "withdrawn" in (await person.tap(asked.tap(PrivacyTap))).text
    asked = await person.tap(PrivacyTap("delete", 0))
    assert "1 signature" in asked.text
    gone = await person.tap(asked.tap(PrivacyTap))
    assert holder.erased == [1]
    assert "setMyCommands" in gone.methods
    assert "Hello" in (await person.write("/start")).text


async def test_the_consent_text_leads_back_to_where_it_was_opened(person: Person) -> None:
    told = await person.write("/privacy")
    read = await person.tap(next(tap for tap in told.taps if isinstance(tap, ConsentTap)))
    assert GoTap("privacy") in read.taps, "read from the privacy screen before anything was agreed to"
    asked = await person.tap(GoTap("confirm"))
    read = await person.tap(next(tap for tap in asked.taps if isinstance(tap, ConsentTap) and tap.do == "full"))
    assert GoTap("privacy") not in read.taps


async def test_privacy_names_the_role_one_holds(person: Person, admin: Person) -> None:
    assert "role" not in (await person.write("/privacy")).text
    assert "your role: Admin" in (await admin.write("/privacy")).text


@pytest.mark.parametrize("word", ["Cancel", "cancel ", "Болдырмау", "Отменить"])
async def test_the_word_cancel_is_obeyed_in_any_language_also_when_nothing_is_asked(person: Person, word: str) -> None:
    assert "nothing to cancel" in (await person.write(word)).text
    await person.write("/place")
    assert "Cancelled" in (await person.write(word)).texts[0]


async def test_cancel_says_what_is_kept(person: Person) -> None:
    assert "nothing to cancel" in (await person.write("/cancel")).text
    await person.write("/place")
    heard = await person.write("/cancel")
    assert "kept" in heard.texts[0]
    assert heard.removes_below
    async with person.database.transaction() as session:
        resident = await person.residents.arrive(
            session, telegram_id=person.telegram_id, telegram_language="en", now=person.now
        )
        resident.expecting = "draft:1:2"
    assert "draft is kept" in (await person.write("/cancel")).text


async def test_help_goes_forward_and_back_in_small_steps(person: Person) -> None:
    heard = await person.write("/help")
    seen = [heard.text]
    while HelpTap(len(seen)) in heard.taps:
        heard = await person.tap(HelpTap(len(seen)))
        seen.append(heard.text)
    assert len(seen) == 5
    assert (await person.tap(HelpTap(99))).text == seen[-1]
    assert (await person.tap(HelpTap(3))).text == seen[3]


@pytest.mark.parametrize("parameter", ["menu", "p_99999", "s_5", "x", "i_"])
async def test_a_start_parameter_of_nobody_leads_to_the_main_menu(person: Person, parameter: str) -> None:
    heard = await person.write(f"/start {parameter}")
    assert MenuTap("find") in heard.taps


@pytest.mark.parametrize("command", ["/start", "/help", "/privacy", "/place", "/admin"])
async def test_in_a_group_one_line_leads_to_the_private_chat(person: Person, command: str) -> None:
    person.chat_kind = "group"
    heard = await person.write(command)
    assert len(heard.text.splitlines()) == 1
    assert list(heard.buttons.values()) == ["https://t.me/halyq_bot?start=menu"]
    led = await person.tap(HomeTap())
    assert led.answer.calls[0].params["url"] == "https://t.me/halyq_bot?start=menu"
