"""Broadcasts: what admins tap and type."""

from __future__ import annotations

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.audience.rules import Audience
from bot.broadcasts import views
from bot.broadcasts.models import Broadcast, BroadcastState
from bot.broadcasts.rules import MOST_BUTTONS, BroadcastTap, read_button, read_start, text_problem
from bot.broadcasts.service import KIND, BroadcastMissing, BroadcastMoved, Broadcasts
from bot.broadcasts.views import BroadcastsTap, NewBroadcastTap
from bot.delivery.progress import progress
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, Html, as_language
from bot.language.identify import guess_language
from bot.residents.models import Role
from bot.residents.views import MenuTap
from bot.routing.knowledge import subject_names
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

router = Router(name="broadcasts")

EXPECTED = "broadcast"


async def _list(here: Here, broadcasts: Broadcasts, page: int) -> Answer:
    here.resident.expecting = None
    found, has_next = await broadcasts.drafts_and_sent(here.session, page=max(page, 0), size=views.PAGE)
    return here.show(views.list_screen(here.t, found, max(page, 0), has_next=has_next))


async def _show(here: Here, broadcasts: Broadcasts, broadcast: Broadcast, note: Html | None = None) -> Answer:
    here.resident.expecting = None
    if broadcast.state is not BroadcastState.DRAFT:
        stand = await progress(here.session, kind=KIND, reference=broadcast.id, now=here.now)
        return here.show(views.progress_screen(here.t, broadcast, stand))
    audience = Audience.from_json(broadcast.audience)
    reckoned = await broadcasts.reckon(here.session, broadcast.id, audience, here.now)
    readers = await broadcasts.readers(here.session, broadcast, here.now)
    if not broadcast.texts:
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:text_"
    screen = views.draft_screen(here.t, broadcasts.gazetteer, broadcast, reckoned, readers, subject_names(), note)
    return here.show(screen)


@router.callback_query(TapIs(BroadcastsTap), InPrivate(), Holds(Role.ADMIN))
async def broadcast_list(query: CallbackQuery, here: Here, tap: BroadcastsTap, broadcasts: Broadcasts) -> Answer:
    """The list of broadcasts."""
    return await _list(here, broadcasts, tap.page)


@router.callback_query(F.data == MenuTap(to="broadcasts").pack(), InPrivate(), Holds(Role.ADMIN))
async def broadcasts_from_menu(query: CallbackQuery, here: Here, broadcasts: Broadcasts) -> Answer:
    """The button in the administration's menu."""
    return await _list(here, broadcasts, 0)


@router.callback_query(TapIs(NewBroadcastTap), InPrivate(), Holds(Role.ADMIN))
async def new_broadcast(query: CallbackQuery, here: Here, broadcasts: Broadcasts) -> Answer:
    """A new broadcast."""
    return await _show(here, broadcasts, await broadcasts.begin(here.session, here.resident, here.now))


@router.callback_query(TapIs(BroadcastTap), InPrivate(), Holds(Role.ADMIN))
async def act(query: CallbackQuery, here: Here, tap: BroadcastTap, broadcasts: Broadcasts) -> Answer:
    """A button of one broadcast."""
    t = here.t
    try:
        version = None if tap.do == "show" else tap.version
        broadcast = await broadcasts.get(here.session, tap.number, version=version)
        return await _act(here, broadcasts, broadcast, tap.do)
    except BroadcastMissing:
        return await _list(here, broadcasts, 0)
    except BroadcastMoved as moved:
        note = t("It has changed meanwhile. Here is how it stands:")
        return await _show(here, broadcasts, moved.broadcast, note)


async def _act(here: Here, broadcasts: Broadcasts, broadcast: Broadcast, do: str) -> Answer:
    t, now = here.t, here.now
    if do in {"pause", "resume", "stop", "stop_sure", "show", "discard", "discard_sure"}:
        return await _act_on_sent(here, broadcasts, broadcast, do)
    if broadcast.state is not BroadcastState.DRAFT:
        raise BroadcastMoved(broadcast)
    head, _, language = do.partition("_")
    if head == "text" and language in LANGUAGES:
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:{do}"
        return here.show(views.text_question(t, broadcast, as_language(language)))
    if head == "drop" and language in LANGUAGES:
        broadcasts.set_text(broadcast, language, None, now)
    elif do == "attach":
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:attach"
        return here.show(views.attach_question(t, broadcast))
    elif do == "detach":
        broadcasts.attach(broadcast, {}, now)
    elif do == "buttons":
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:button"
        return here.show(views.button_question(t, broadcast))
    elif do == "unbutton":
        broadcasts.clear_buttons(broadcast, now)
    elif do == "when":
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:when"
        return here.show(views.when_question(t, broadcast, here.now))
    elif do == "now":
        broadcasts.schedule(broadcast, None, now)
    elif do == "urgent":
        broadcasts.set_urgent(broadcast, not broadcast.urgent, now)
    elif do == "preview":
        shown = await _previews(here, broadcast)
        return shown + (await _again(here, broadcasts, broadcast))
    elif do == "confirm":
        here.resident.expecting = f"{EXPECTED}:{broadcast.id}:confirm"
        return await _ask_number(here, broadcasts, broadcast)
    return await _show(here, broadcasts, broadcast)


async def _ask_number(here: Here, broadcasts: Broadcasts, broadcast: Broadcast, note: Html | None = None) -> Answer:
    """What goes to whom, counted once more; the number is to be typed."""
    reckoned = await broadcasts.ask_number(here.session, broadcast, here.now)
    readers = await broadcasts.readers(here.session, broadcast, here.now)
    names = subject_names()
    return here.show(views.confirm_screen(here.t, broadcasts.gazetteer, broadcast, reckoned, readers, names, note))


async def _act_on_sent(here: Here, broadcasts: Broadcasts, broadcast: Broadcast, do: str) -> Answer:
    now = here.now
    if do == "pause":
        await broadcasts.pause(here.session, broadcast, now)
    elif do == "resume":
        await broadcasts.resume(here.session, broadcast, now)
    elif do == "stop":
        stand = await progress(here.session, kind=KIND, reference=broadcast.id, now=now)
        return here.show(views.stop_screen(here.t, broadcast, stand))
    elif do == "stop_sure":
        await broadcasts.stop(here.session, broadcast, here.resident, now)
    elif do == "discard":
        return here.show(views.discard_screen(here.t, broadcast))
    elif do == "discard_sure":
        await broadcasts.discard(here.session, broadcast, now)
        return await _list(here, broadcasts, 0)
    return await _show(here, broadcasts, broadcast)


async def _previews(here: Here, broadcast: Broadcast) -> Answer:
    """The message as the readers of each language get it, each once."""
    shown: list[str] = []
    answer = here.toast()
    for language in LANGUAGES:
        if not broadcast.texts.get(language):
            continue
        screen = views.message_screen(broadcast, language)
        if screen is not None and screen.text not in shown:
            shown.append(screen.text)
            sent = here.send(screen)
            # The tap is answered once.
            answer += Answer(tuple(call for call in sent.calls if call.method != "answerCallbackQuery"))
    return answer


async def _again(here: Here, broadcasts: Broadcasts, broadcast: Broadcast) -> Answer:
    """The draft once more, below the preview, so that nobody scrolls back for it."""
    fresh = replace(here, tapped=None, callback_id=None)
    return await _show(fresh, broadcasts, broadcast, here.t("⬆️ This is how it will look."))


@router.message(Expects(EXPECTED), Holds(Role.ADMIN))
async def written(message: Message, here: Here, expected: str, broadcasts: Broadcasts) -> Answer:
    """An answer to one of the builder's questions: a text, a file, a button, a time, the number of people."""
    number, _, what = expected.partition(":")
    try:
        broadcast = await broadcasts.get(here.session, int(number))
    except BroadcastMissing:
        return await _list(here, broadcasts, 0)
    if broadcast.state is not BroadcastState.DRAFT:
        return await _show(here, broadcasts, broadcast)
    head, _, language = what.partition("_")
    if head == "text":
        return await _text(message, here, broadcasts, broadcast, language)
    if what == "attach":
        return await _attach(message, here, broadcasts, broadcast)
    text = (message.text or "").strip()
    if what == "button":
        return await _button(text, here, broadcasts, broadcast)
    if what == "when":
        moment = read_start(text, here.now, broadcasts.zone)
        if moment is None:
            note = here.t("I cannot read that as a day and time to come (at most 90 days ahead).")
            return here.show(views.when_question(here.t, broadcast, here.now, note))
        broadcasts.schedule(broadcast, moment, here.now)
        return await _show(here, broadcasts, broadcast)
    return await _confirm(text, here, broadcasts, broadcast)


def _file_of(message: Message) -> dict[str, str]:
    if message.photo:
        return {"kind": "photo", "file_id": message.photo[-1].file_id}
    if message.document:
        return {"kind": "document", "file_id": message.document.file_id}
    return {}


async def _text(message: Message, here: Here, broadcasts: Broadcasts, broadcast: Broadcast, language: str) -> Answer:
    t = here.t
    # The first text may be typed at once, without saying its language.
    chosen = as_language(language or guess_language(message.text or message.caption or "") or here.language)
    html, file = message.html_text if message.text or message.caption else "", _file_of(message)
    if not message.text and not file:
        return here.show(views.text_question(t, broadcast, chosen, t("Words are needed here.")))
    problem = text_problem(html, is_caption=bool(file or broadcast.attachment))
    if problem == "too_long":
        long = t("That is too long: with a file 1,024 characters, without 4,096.")
        return here.show(views.text_question(t, broadcast, chosen, long))
    if problem == "no_text":
        return here.show(views.text_question(t, broadcast, chosen, t("Words are needed here.")))
    note = t("✅ Kept: {language}", language=LANGUAGE_NAMES[chosen])
    if file:
        note = _joined(note, _replaced(here, broadcast))
        broadcasts.attach(broadcast, file, here.now)
    broadcasts.set_text(broadcast, chosen, html, here.now)
    return await _show(here, broadcasts, broadcast, note)


def _joined(*notes: Html | None) -> Html:
    return Html("\n".join(note for note in notes if note is not None))


def _replaced(here: Here, broadcast: Broadcast) -> Html | None:
    """What a new file takes the place of: a message carries one."""
    if not broadcast.attachment:
        return None
    if broadcast.attachment["kind"] == "photo":
        return here.t("The photo that was there is replaced: a message carries one file.")
    return here.t("The document that was there is replaced: a message carries one file.")


async def _attach(message: Message, here: Here, broadcasts: Broadcasts, broadcast: Broadcast) -> Answer:
    file, t = _file_of(message), here.t
    if not file:
        return here.show(views.attach_question(t, broadcast, t("That is no photo and no document.")))
    if any(text_problem(text, is_caption=True) == "too_long" for text in broadcast.texts.values()):
        note = t("With a file a text has at most 1,024 characters; yours is longer. Shorten it first.")
        return here.show(views.attach_question(t, broadcast, note))
    replaced = _replaced(here, broadcast)
    broadcasts.attach(broadcast, file, here.now)
    return await _show(here, broadcasts, broadcast, replaced)


async def _button(text: str, here: Here, broadcasts: Broadcasts, broadcast: Broadcast) -> Answer:
    button = read_button(text)
    if button is None:
        note = here.t("I cannot read that: words of at most 40 characters, then an address that begins with https://")
        return here.show(views.button_question(here.t, broadcast, note))
    if len(broadcast.buttons.get("rows", ())) >= MOST_BUTTONS:
        note = here.t("There are {count} buttons already.", count=MOST_BUTTONS)
        return here.show(views.button_question(here.t, broadcast, note))
    broadcasts.add_button(broadcast, button, here.now)
    return await _show(here, broadcasts, broadcast)


async def _confirm(text: str, here: Here, broadcasts: Broadcasts, broadcast: Broadcast) -> Answer:
    typed = "".join(letter for letter in text if letter.isdigit())
    if broadcast.counted is None or not typed or int(typed) != broadcast.counted:
        return await _ask_number(here, broadcasts, broadcast, here.t("Nothing was sent: the number is another one."))
    if broadcast.starts_at is not None and broadcast.starts_at <= here.now:
        broadcasts.schedule(broadcast, None, here.now)
    await broadcasts.confirm(here.session, broadcast, here.resident, here.now)
    return await _show(here, broadcasts, broadcast)
