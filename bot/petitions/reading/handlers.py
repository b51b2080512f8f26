"""Finding and reading petitions: what residents tap and type, in private, in groups and through inline mode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, ChosenInlineResult, InlineQuery, Message

from bot.delivery.outbox import keep_up_to_date
from bot.officials.decisions.queries import decision
from bot.officials.decisions.show import decision_answer
from bot.petitions.models import Petition
from bot.petitions.reading import views
from bot.petitions.reading.queries import (
    Card,
    Listed,
    ListKind,
    Viewer,
    card,
    counts_of_mine,
    listing,
)
from bot.petitions.reading.show import petition_screen, screen_of
from bot.petitions.reading.views import (
    AnswerTap,
    BackTap,
    CardTap,
    EntryTap,
    FindTap,
    FollowTap,
    FullTextTap,
    GrowthTap,
    ListTap,
    MineTap,
    OpenPetitionTap,
    PosterTap,
    ShareTap,
    WithdrawPetitionTap,
)
from bot.petitions.rules import LIVE_KIND, Action, Actor, NotAllowed
from bot.petitions.search.queries import Search
from bot.petitions.service import PetitionMissing, Petitions
from bot.petitions.writing.queries import open_drafts
from bot.petitions.writing.views import NewTap, draft_row_button
from bot.places.tree import Place
from bot.residents.handlers import home
from bot.residents.models import Role
from bot.residents.service import Residents
from bot.residents.views import HomeTap, MenuTap, PlaceTap, group_screen
from bot.screen import Screen, Tap
from bot.telegram.answers import Answer, Call, inline_keyboard
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="petitions.reading")

WORDS_EXPECTED: Final = "find"
PLAIN_TEXT: Final = F.text & ~F.text.startswith("/") & F.via_bot.is_(None)
"""What somebody wrote themselves: no command, and no card of this very bot."""
LONGEST_WORDS: Final = 4000
LIST_NAME_CHARACTERS: Final = 24
"""What `Resident.last_list` holds; a forged button may carry more."""
INLINE_PAGE: Final = 20
INLINE_SECONDS: Final = 10
"""How long Telegram may repeat an inline answer: a count should not be much older."""

REFERENCE: Final = re.compile(r"^(\d{1,18})(?:_([A-Za-z0-9]{4,16}))?$")
"""A petition's number, with the key of its direct link while it is not public."""
_WRITTEN_REFERENCE: Final = re.compile(r"^(?:p|№|#)?\s?(\d{1,18})(?:_([A-Za-z0-9]{4,16}))?$", re.IGNORECASE)
"""The same as people write it: "12", "№ 12", "#12"."""
_WITH_LINK: Final = F.text.contains(".me/") | F.caption.contains(".me/")
_LINK: Final = r"t(?:elegram)?\.me/{username}\?start=ps?_(\d{{1,18}})(?:_([A-Za-z0-9]{{4,16}}))?"


def viewer_of(here: Here, key: str | None = None) -> Viewer:
    """Who looks: the person as such in private; in a group nobody in particular."""
    if not here.is_private:
        return Viewer(key=key)
    return Viewer(here.resident.id, here.is_any(Role.MODERATOR, Role.ADMIN), key)


async def show_card(
    here: Here,
    petitions: Petitions,
    number: int,
    key: str | None = None,
    *,
    toast: str | None = None,
    found: Card | None = None,
) -> Answer:
    """Answer with a petition's card, or say that there is none. `found` is the card where it is at hand already."""
    if here.is_private and here.resident.expecting == WORDS_EXPECTED:
        # Who reads a petition has found something; what they write next is a wish again.
        here.resident.expecting = None
    found = found or await card(here.session, number, viewer_of(here, key))
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()) if here.is_private else _missing_in_group(here))
    screen = screen_of(petitions, here.t, found, here.now, bot_username=here.bot_username, in_group=not here.is_private)
    return here.show(screen, toast)


def _missing_in_group(here: Here) -> Screen:
    return Screen(here.t("There is no public petition with this number."))


def places_near(petitions: Petitions, place_key: str | None) -> dict[str, int]:
    """Keys near a place and how far each is: the place itself 0, then level by level what lies within it, then
    level by level what it lies in. The country is left out: it is near nobody in particular."""
    gazetteer = petitions.gazetteer
    if place_key is None or gazetteer.get(place_key) is None:
        return {}
    own = len(gazetteer.parents(place_key))
    found = {key: len(gazetteer.parents(key)) - own for key in gazetteer.subtree(place_key)}
    deepest = max(found.values())
    above = [place for place in gazetteer.parents(place_key) if place.parent_key is not None]
    return {**found, **{place.key: deepest + up for up, place in enumerate(above, start=1)}}


# --- one petition -------------------------------------------------------------------------------------------------


_FROM_MESSAGE: Final = "message"
"""What `Resident.last_list` holds instead of a list."""


def _leave_list(here: Here) -> None:
    """From a card that no list led to, Back leads to the ways of finding."""
    if here.is_private:
        here.resident.last_list = None


@router.message(CommandStart(deep_link=True, magic=F.args.startswith("p_")))
async def start_petition(message: Message, here: Here, command: CommandObject, petitions: Petitions) -> Answer:
    """A petition's link."""
    _leave_list(here)
    found = REFERENCE.match((command.args or "").removeprefix("p_"))
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    return await show_card(here, petitions, int(found[1]), found[2])


@router.message(Command("petition"))
async def petition_command(message: Message, here: Here, command: CommandObject, petitions: Petitions) -> Answer:
    """/petition 12."""
    _leave_list(here)
    found = _WRITTEN_REFERENCE.match((command.args or "").strip())
    if found is None:
        return here.show(views.ask_number_screen(here.t, HomeTap() if here.is_private else None))
    return await show_card(here, petitions, int(found[1]), found[2])


@router.callback_query(TapIs(OpenPetitionTap), InPrivate())
async def open_petition(query: CallbackQuery, here: Here, tap: OpenPetitionTap, petitions: Petitions) -> Answer:
    """A petition from a message about it."""
    here.resident.last_list = _FROM_MESSAGE
    return await show_card(here, petitions, tap.number)


@router.callback_query(TapIs(EntryTap), InPrivate())
async def open_entry(query: CallbackQuery, here: Here, tap: EntryTap, petitions: Petitions) -> Answer:
    """A petition from a list, whichever message the list is in."""
    here.resident.last_list = _list_name(tap.kind, tap.page)
    return await show_card(here, petitions, tap.number)


def _list_name(kind: str, page: int) -> str:
    return f"{kind}.{page}"[:LIST_NAME_CHARACTERS]


@router.callback_query(TapIs(CardTap), InPrivate())
async def back_to_card(query: CallbackQuery, here: Here, tap: CardTap, petitions: Petitions) -> Answer:
    """Back from a screen about a petition."""
    return await show_card(here, petitions, tap.number, tap.key)


async def _found(here: Here, number: int, key: str | None) -> Card | None:
    """The petition, unless it is out of sight for who asks."""
    found = await card(here.session, number, viewer_of(here, key))
    return None if found is None or found.is_veiled else found


@router.callback_query(TapIs(FullTextTap), InPrivate())
async def full_text(query: CallbackQuery, here: Here, tap: FullTextTap) -> Answer:
    """The whole text."""
    found = await _found(here, tap.number, tap.key)
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    return here.show(views.full_text_screen(here.t, found))


@router.callback_query(TapIs(AnswerTap), InPrivate())
async def whole_answer(query: CallbackQuery, here: Here, tap: AnswerTap, petitions: Petitions) -> Answer:
    """The whole decision of the body."""
    found = await _found(here, tap.number, tap.key)
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    shown = await decision(here.session, tap.number)
    if shown is not None and shown.words:
        back = CardTap(tap.number, tap.key)
        return decision_answer(
            here, petitions.gazetteer, shown, language=here.language, with_documents=not tap.page, back=back
        )
    return here.show(views.answer_screen(here.t, found, tap.page))


@router.callback_query(TapIs(GrowthTap), InPrivate())
async def show_growth(query: CallbackQuery, here: Here, tap: GrowthTap) -> Answer:
    """The picture of growth, as a message of its own."""
    found = await _found(here, tap.number, tap.key)
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    return here.send(views.growth_screen(here.t, found))


def _link(here: Here, found: Card) -> str:
    reference = f"{found.petition.id}_{found.key}" if found.key else str(found.petition.id)
    return here.link(f"p_{reference}")


@router.callback_query(TapIs(ShareTap), InPrivate())
async def share(query: CallbackQuery, here: Here, tap: ShareTap) -> Answer:
    """The ways of sharing."""
    found = await _found(here, tap.number, tap.key)
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    return here.show(views.share_screen(here.t, found, _link(here, found)))


@router.callback_query(TapIs(PosterTap), InPrivate())
async def poster(query: CallbackQuery, here: Here, tap: PosterTap) -> Answer:
    """The poster, as a message of its own."""
    found = await _found(here, tap.number, tap.key)
    if found is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    return here.send(views.poster_screen(here.t, found, _link(here, found)))


@router.callback_query(TapIs(FollowTap), InPrivate())
async def follow(query: CallbackQuery, here: Here, tap: FollowTap, petitions: Petitions) -> Answer:
    """Follow, or follow no more."""
    if await _found(here, tap.number, tap.key) is None:
        return here.show(views.missing_screen(here.t, HomeTap()))
    if tap.on:
        await petitions.follow(here.session, tap.number, here.resident, here.now)
        toast = here.t.plain("You will hear what becomes of it.")
    else:
        await petitions.unfollow(here.session, tap.number, here.resident)
        toast = here.t.plain("You no longer follow it.")
    return await show_card(here, petitions, tap.number, tap.key, toast=toast)


@router.callback_query(TapIs(WithdrawPetitionTap), InPrivate())
async def withdraw_petition(query: CallbackQuery, here: Here, tap: WithdrawPetitionTap, petitions: Petitions) -> Answer:
    """The author takes the petition back, after being asked."""
    found = await _found(here, tap.number, None)
    if found is None or not found.is_author:
        return here.show(views.missing_screen(here.t, HomeTap()))
    if not tap.sure:
        return here.show(views.withdraw_petition_screen(here.t, found))
    try:
        petition = await petitions.get(here.session, tap.number, lock=True)
        await petitions.change(here.session, petition, Action.WITHDRAW, Actor.AUTHOR, here.resident.id, here.now)
        toast = here.t.plain("The petition is withdrawn.")
    except (NotAllowed, PetitionMissing):
        toast = here.t.plain("It can no longer be withdrawn.")
    return await show_card(here, petitions, tap.number, toast=toast)


# --- lists ----------------------------------------------------------------------------------------------------------


def show_ways(here: Here, petitions: Petitions) -> Answer:
    """The ways of finding."""
    here.resident.last_list = None
    here.resident.expecting = WORDS_EXPECTED
    place = petitions.gazetteer.get(here.resident.place_key) if here.resident.place_key else None
    return here.show(views.find_screen(here.t, place, HomeTap()))


async def named_petition(here: Here, petitions: Petitions, text: str) -> Answer | None:
    """The card of the petition whose link or number somebody wrote instead of words, if it is there for them."""
    found = _link_in(here, text) or _WRITTEN_REFERENCE.match(text.strip())
    if found is None or await _found(here, int(found[1]), found[2]) is None:
        return None
    _leave_list(here)
    return await show_card(here, petitions, int(found[1]), found[2])


def _link_in(here: Here, text: str) -> re.Match[str] | None:
    return re.search(_LINK.format(username=re.escape(here.bot_username)), text, re.IGNORECASE)


@router.callback_query(TapIs(ListTap), InPrivate())
async def turn_page(query: CallbackQuery, here: Here, tap: ListTap, petitions: Petitions) -> Answer:
    """A page of a list."""
    try:
        kind = ListKind(tap.kind)
    except ValueError:
        return show_ways(here, petitions)
    return await _show_list(here, petitions, kind, tap.page)


async def _show_list(here: Here, petitions: Petitions, kind: ListKind, page: int) -> Answer:
    resident = here.resident
    near = places_near(petitions, resident.place_key) if kind is ListKind.NEAR else {}
    listed = await listing(here.session, kind, viewer_of(here), page=page, places=near, today=petitions.today(here.now))
    resident.last_list = _list_name(kind.value, listed.page)
    resident.expecting = None
    return here.show(
        views.list_screen(
            here.t,
            listed,
            _places_of(petitions, listed.petitions),
            petitions.today(here.now),
            back=_BACK_FROM.get(kind, FindTap()),
            ask_place=PlaceTap() if kind is ListKind.NEAR and not near else None,
            start=_START_FROM.get(kind),
        )
    )


_BACK_FROM: Final[dict[ListKind, Tap]] = {
    ListKind.MINE: MineTap(),
    ListKind.SIGNED: MineTap(),
    ListKind.FOLLOWED: MineTap(),
}
_START_FROM: Final[dict[ListKind, Tap]] = {
    ListKind.MINE: NewTap(),
    ListKind.NEAR: NewTap(),
}


def _places_of(petitions: Petitions, found: Sequence[Petition]) -> dict[str, Place]:
    known = {petition.place_key: petitions.gazetteer.get(petition.place_key) for petition in found}
    return {key: place for key, place in known.items() if place is not None}


@router.callback_query(TapIs(BackTap), InPrivate())
async def back_to_list(query: CallbackQuery, here: Here, petitions: Petitions, residents: Residents) -> Answer:
    """From a card to the list it came from; from one that a message led to, to the main menu; else to the ways of
    finding."""
    if here.resident.last_list == _FROM_MESSAGE:
        to_menu: Answer = await home(query, here, residents)
        return to_menu
    kind, _, page = (here.resident.last_list or "").partition(".")
    try:
        return await _show_list(here, petitions, ListKind(kind), int(page or 0))
    except ValueError:
        return show_ways(here, petitions)


async def _mine(here: Here) -> Answer:
    here.resident.last_list = None
    here.resident.expecting = None
    drafts = await open_drafts(here.session, here.resident.id)
    counts = await counts_of_mine(here.session, here.resident.id)
    buttons = tuple((draft_row_button(here.t, draft),) for draft in drafts)
    return here.show(views.mine_screen(here.t, counts, buttons, HomeTap()))


@router.message(Command("my"), InPrivate())
async def my_command(message: Message, here: Here) -> Answer:
    """/my."""
    return await _mine(here)


@router.message(Command("my"))
async def my_in_group(message: Message, here: Here) -> Answer:
    """/my in a group is led to the private chat."""
    return here.show(group_screen(here.t, here.link("menu")))


@router.callback_query(TapIs(MineTap), InPrivate())
async def mine_tap(query: CallbackQuery, here: Here) -> Answer:
    """Back to what is mine."""
    return await _mine(here)


@router.callback_query(TapIs(MenuTap), F.data == MenuTap(to="my").pack(), InPrivate())
async def mine_from_menu(query: CallbackQuery, here: Here) -> Answer:
    """The main menu's button."""
    return await _mine(here)


# --- groups and inline mode -------------------------------------------------------------------------------------------


@router.message(F.chat.type.in_({"group", "supergroup"}), F.via_bot.is_(None), _WITH_LINK)
async def link_in_group(message: Message, here: Here, petitions: Petitions) -> Answer | None:
    """A petition's link in a group becomes a card with a sign button and a live count."""
    found = _link_in(here, message.text or message.caption or "")
    if found is None:
        return None
    screen = await petition_screen(
        here.session,
        petitions,
        here.t,
        int(found[1]),
        viewer_of(here, found[2]),
        here.now,
        bot_username=here.bot_username,
        in_group=True,
    )
    return here.send(screen) if screen is not None else None


@router.inline_query()
async def inline(query: InlineQuery, here: Here, petitions: Petitions, search: Search) -> Answer:
    """Petitions to put into any chat: by number, by words, or the popular ones."""
    start = int(query.offset) if query.offset.isdecimal() else 0
    words = query.query.strip()
    reference = _WRITTEN_REFERENCE.match(words)
    named = await card(here.session, int(reference[1]), Viewer(key=reference[2])) if reference is not None else None
    has_next = False
    if named is not None and not named.is_veiled:
        cards = [named]
    else:
        listed = await _inline_page(here, search, words, start)
        has_next = listed.has_next
        # A page past the end is the last one again, which the person has already.
        found = listed.petitions if listed.page == start else ()
        cards = [Card(petition, None, False, False, None, None) for petition in found]
    params: dict[str, Any] = {
        "inline_query_id": query.id,
        "results": [_inline_result(here, petitions, found) for found in cards],
        "cache_time": INLINE_SECONDS,
        "is_personal": True,
        "next_offset": str(start + 1) if has_next else "",
    }
    if not cards:
        params["button"] = {
            "text": here.t.plain("Nothing found: search in the bot"),
            "start_parameter": "find",
        }
    return Answer((Call("answerInlineQuery", params),))


async def _inline_page(here: Here, search: Search, words: str, page: int) -> Listed:
    if not words:
        return await listing(here.session, ListKind.POPULAR, Viewer(), page=page, size=INLINE_PAGE)
    found = await search.find(
        here.session, words, here.now, own_place=here.resident.place_key, page=page, size=INLINE_PAGE
    )
    petitions = [one.petition for one in found.petitions]
    return Listed.of(ListKind.WORDS, found.page, petitions, found.reachable, size=INLINE_PAGE, words=words)


def _inline_result(here: Here, petitions: Petitions, found: Card) -> dict[str, Any]:
    petition: Petition = found.petition
    screen = screen_of(petitions, here.t, found, here.now, bot_username=here.bot_username, in_group=True)
    reference = f"{petition.id}_{found.key}" if found.key else str(petition.id)
    place = petitions.gazetteer.get(petition.place_key)
    return {
        "type": "article",
        "id": f"p_{reference}",
        "title": petition.title,
        "description": views.result_description(here.t, petition, place),
        "input_message_content": {
            "message_text": screen.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        "reply_markup": inline_keyboard(screen.rows),
    }


@router.chosen_inline_result()
async def inline_chosen(result: ChosenInlineResult, here: Here) -> Answer | None:
    """A card was put into a chat: its count is kept up to date from now on."""
    found = REFERENCE.match(result.result_id.removeprefix("p_"))
    if found is not None and result.inline_message_id is not None:
        await keep_up_to_date(
            here.session,
            kind=LIVE_KIND,
            reference=int(found[1]),
            inline_message_id=result.inline_message_id,
            language=here.language,
            now=here.now,
        )
    return None
