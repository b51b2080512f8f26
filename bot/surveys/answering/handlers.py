"""Answering surveys: what residents tap, write and send."""

from __future__ import annotations

import re
from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message
from magic_filter import RegexpMode

from bot.i18n import Html, as_language, translator
from bot.residents.views import MenuTap, group_screen
from bot.screen import Screen
from bot.surveys.answering import queries, views
from bot.surveys.answering.rules import AGE, DONE, REVIEW, SEX, age_band, sex_said
from bot.surveys.answering.service import EXPECTS, Answering, Closed, NotAnswerable, Sheet
from bot.surveys.answering.views import AgreeTap, ForgetTap, StepTap, SurveyTap
from bot.surveys.models import Survey
from bot.surveys.results.queries import form_of
from bot.surveys.results.views import SurveysTap
from bot.surveys.rules import AGE_BANDS, SEXES, Form, QuestionKind, SurveyState, asked
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

router = Router(name="answering")
links = Router(name="survey links in groups")
"""Asked before petitions are, whose links look alike."""

SURVEY_PARAMETER = "s_"
_LINK = re.compile(r"t(?:elegram)?\.me/(\w+)\?start=s_(\d{1,11})\b", re.IGNORECASE)


async def _list(here: Here, answering: Answering, section: str, page: int, note: Html | None = None) -> Answer:
    here.resident.expecting = None
    page = max(page, 0)
    if section == "results":
        found, has_next = await queries.with_results(here.session, page=page, size=views.PAGE)
    else:
        section = "open"
        found, has_next = await queries.open_for(
            here.session, answering.gazetteer, here.resident, here.now, page=page, size=views.PAGE
        )
    shown: list[tuple[Survey, Form, views.OwnProgress]] = []
    for survey in found:
        progress = await _progress(here, answering, survey.id) if section == "open" else "new"
        shown.append((survey, await form_of(here.session, survey), progress))
    is_asked = here.resident.agrees_to_surveys is not False
    screen = views.surveys_screen(here.t, section, shown, page, has_next=has_next, is_asked=is_asked, note=note)
    return here.show(screen)


async def _progress(here: Here, answering: Answering, number: int) -> views.OwnProgress:
    try:
        sheet = await answering.sheet(here.session, number, here.resident)
    except NotAnswerable:
        return "new"
    if sheet.answer_set.finished_on is not None:
        return "done"
    return "begun" if sheet.has_begun else "new"


async def _intro(here: Here, answering: Answering, number: int) -> Answer:
    here.resident.expecting = None
    try:
        survey = await answering.answerable(here.session, number, here.resident, here.now)
    except NotAnswerable as refused:
        return await _refuse(here, answering, refused)
    form = await form_of(here.session, survey)
    try:
        sheet = await answering.sheet(here.session, number, here.resident, form=form)
    except NotAnswerable:
        return here.show(views.intro_screen(here.t, survey, form))
    return here.show(views.intro_screen(here.t, survey, form, sheet=sheet))


async def _refuse(here: Here, answering: Answering, refused: NotAnswerable) -> Answer:
    here.resident.expecting = None
    is_left = False
    if refused.reason is Closed.OVER and refused.survey is not None:
        try:
            sheet = await answering.sheet(here.session, refused.survey.id, here.resident)
            is_left = sheet.has_begun and sheet.answer_set.finished_on is None
        except NotAnswerable:
            pass
    return here.show(views.closed_screen(here.t, refused.survey, refused.reason, was_left_unfinished=is_left))


def show_sheet(here: Here, sheet: Sheet, toast: str | None = None) -> Answer:
    """Show a respondent where they are, and let what they write next be an answer."""
    test = "test" if sheet.answer_set.is_test else ""
    if test:
        # A trial is seen as a resident who reads that language sees it.
        here = replace(here, t=translator(as_language(sheet.answer_set.language), here.t.zone))
    # At the last steps too: what is written there is no wish.
    here.resident.expecting = f"{EXPECTS}:{sheet.survey.id}:{test}" if sheet.at != DONE else None
    may_ask_again = sheet.at == DONE and here.resident.agrees_to_surveys is None and not test
    return here.show(views.sheet_screen(here.t, sheet, may_ask_again=may_ask_again), toast)


@router.message(CommandStart(magic=F.args.startswith(SURVEY_PARAMETER)), InPrivate())
async def opened(message: Message, here: Here, answering: Answering, command: CommandObject) -> Answer:
    """A link to a survey."""
    number = (command.args or "").removeprefix(SURVEY_PARAMETER)
    return await _intro(here, answering, int(number) if number.isdigit() and len(number) < 12 else 0)


@links.message(
    F.chat.type.in_({"group", "supergroup"}),
    F.via_bot.is_(None),
    F.text.regexp(_LINK, mode=RegexpMode.SEARCH).as_("link"),
)
async def link_in_group(message: Message, here: Here, link: re.Match[str]) -> Answer:
    """A survey's link in a group becomes a card that leads to the private chat, where one answers."""
    if link[1].casefold() != here.bot_username.casefold():
        return Answer()
    survey = await here.session.get(Survey, int(link[2]))
    if survey is None or survey.state is not SurveyState.OPEN:
        return Answer()
    return here.send(await _group_card(here, survey))


@router.message(CommandStart(magic=F.args.startswith(SURVEY_PARAMETER)), ~InPrivate())
async def opened_in_group(message: Message, here: Here, command: CommandObject) -> Answer:
    """A link to a survey that was opened in a group."""
    number = (command.args or "").removeprefix(SURVEY_PARAMETER)
    survey = await here.session.get(Survey, int(number)) if number.isdigit() and len(number) < 12 else None
    if survey is None or survey.state is not SurveyState.OPEN:
        return here.send(group_screen(here.t, here.link("menu")))
    return here.send(await _group_card(here, survey))


async def _group_card(here: Here, survey: Survey) -> Screen:
    form = await form_of(here.session, survey)
    return views.group_card(here.t, survey, form, here.link(f"{SURVEY_PARAMETER}{survey.id}"))


@router.message(Command("surveys"), InPrivate())
async def surveys(message: Message, here: Here, answering: Answering) -> Answer:
    """/surveys: open ones for the person."""
    return await _list(here, answering, "open", 0)


@router.callback_query(F.data == MenuTap(to="surveys").pack(), InPrivate())
async def surveys_from_menu(query: CallbackQuery, here: Here, answering: Answering) -> Answer:
    """The button in the main menu."""
    return await _list(here, answering, "open", 0)


@router.callback_query(TapIs(SurveysTap), InPrivate())
async def survey_list(query: CallbackQuery, here: Here, tap: SurveysTap, answering: Answering) -> Answer:
    """A page of open surveys or of results."""
    return await _list(here, answering, tap.section, tap.page)


@router.callback_query(TapIs(SurveyTap), InPrivate())
async def survey(query: CallbackQuery, here: Here, tap: SurveyTap, answering: Answering) -> Answer:
    """The beginning of a survey."""
    return await _intro(here, answering, tap.survey)


@router.callback_query(TapIs(SurveyTap))
async def survey_in_group(query: CallbackQuery, here: Here, tap: SurveyTap) -> Answer:
    """In a group: on to the private chat."""
    return here.lead(f"{SURVEY_PARAMETER}{tap.survey}")


@router.callback_query(TapIs(StepTap), InPrivate())
async def step(query: CallbackQuery, here: Here, tap: StepTap, answering: Answering) -> Answer:
    """A button of a question, of the review, of the thanks."""
    is_test = bool(tap.test)
    try:
        if not is_test:
            await answering.answerable(here.session, tap.survey, here.resident, here.now)
        if tap.do == "start":
            sheet = await answering.open(here.session, tap.survey, here.resident, here.now, is_test=is_test)
            if sheet.at == DONE:
                sheet = await answering.review(here.session, sheet)
            return show_sheet(here, sheet)
        sheet = await answering.sheet(here.session, tap.survey, here.resident, is_test=is_test)
    except NotAnswerable as refused:
        if refused.reason is Closed.MISSING and refused.survey is not None and not is_test:
            # Their answers were taken back; the survey is still there.
            return await _intro(here, answering, tap.survey)
        return await _refuse(here, answering, refused)
    if tap.version != sheet.answer_set.version:
        return show_sheet(here, sheet, here.t.plain("That step is done. Here is where you are."))
    if tap.do == "stop":
        here.resident.expecting = None
        return here.show(views.stopped_screen(here.t, sheet))
    if tap.do == "withdraw" and not is_test:
        here.resident.expecting = None
        return here.show(views.withdraw_screen(here.t, sheet))
    if tap.do == "withdraw_sure" and not is_test:
        await answering.withdraw(here.session, sheet)
        return here.show(views.withdrawn_screen(here.t, sheet.survey))
    return show_sheet(here, await _done(here, answering, sheet, tap))


async def _done(here: Here, answering: Answering, sheet: Sheet, tap: StepTap) -> Sheet:
    session, resident, question, arg = here.session, here.resident, sheet.question, tap.arg
    if tap.do == "back":
        return await answering.back(session, sheet)
    if tap.do == "next":
        return await answering.forward(session, sheet, resident)
    if tap.do == "skip":
        return await answering.skip(session, sheet, resident)
    if tap.do == "edit" and arg is not None:
        return await answering.edit(session, sheet, arg)
    if tap.do == "review":
        return await answering.review(session, sheet)
    if tap.do == "about" and sheet.at == REVIEW and not sheet.answer_set.is_test:
        return await answering.about(session, sheet)
    if tap.do == "finish" and sheet.at == REVIEW:
        return await answering.finish(session, sheet, here.now)
    if tap.do == "age" and sheet.at == AGE:
        band = AGE_BANDS[arg] if arg is not None and arg < len(AGE_BANDS) else None
        return await answering.tell_age(session, sheet, resident, band, here.now)
    if tap.do == "sex" and sheet.at == SEX:
        sex = SEXES[arg] if arg is not None and arg < len(SEXES) else None
        return await answering.tell_sex(session, sheet, resident, sex, here.now)
    if question is None:
        return sheet
    if tap.do == "unsay" and question.kind is QuestionKind.MULTIPLE:
        return await answering.unsay(session, sheet, question)
    if tap.do == "undo":
        return await answering.undo(session, sheet, question)
    if tap.do == "point" and arg is not None and question.kind is QuestionKind.SCALE:
        return await answering.typed(session, sheet, str(arg), resident)
    if tap.do in {"pick", "toggle"} and arg is not None and 0 <= arg < len(question.options):
        code = question.options[arg].code
        if question.kind is QuestionKind.SINGLE:
            return await answering.take(session, sheet, question, {"choice": [code]}, resident)
        return await answering.toggle(session, sheet, question, code, resident)
    return sheet


@router.callback_query(TapIs(AgreeTap), InPrivate())
async def agree(query: CallbackQuery, here: Here, tap: AgreeTap, answering: Answering) -> Answer:
    """Whether the person may be asked again."""
    here.resident.agrees_to_surveys = bool(tap.agreed)
    said = here.t.plain("Thank you!") if tap.agreed else here.t.plain("Understood, we will not ask.")
    try:
        sheet = await answering.sheet(here.session, tap.survey, here.resident)
        if sheet.at == DONE:
            return show_sheet(here, sheet, said)
    except NotAnswerable:
        pass
    return await _list(here, answering, "open", 0, here.t("{text}", text=said))


async def _said_at_the_end(here: Here, answering: Answering, sheet: Sheet, written: str) -> Sheet:
    """What is written at the questions about oneself and at the review."""
    session, resident = here.session, here.resident
    if sheet.at == AGE:
        band = age_band(written)
        if band is None:
            return replace(sheet, problem="age")
        return await answering.tell_age(session, sheet, resident, band, here.now)
    if sheet.at == SEX:
        sex = sex_said(written)
        return (
            replace(sheet, problem="sex")
            if sex is None
            else await answering.tell_sex(session, sheet, resident, sex, here.now)
        )
    shown = asked(sheet.form, sheet.answers)
    if written.isdecimal() and 1 <= int(written) <= len(shown):
        return await answering.edit(session, sheet, sheet.form.questions.index(shown[int(written) - 1]))
    return replace(sheet, problem="review")


@router.callback_query(F.data == MenuTap(to="about").pack(), InPrivate())
async def about_me(query: CallbackQuery, here: Here, answering: Answering) -> Answer:
    """What is known of somebody's age and sex, from the privacy screen."""
    age, sex = await answering.told(here.session, here.resident.id)
    return here.show(views.about_screen(here.t, age, sex))


@router.callback_query(TapIs(ForgetTap), InPrivate())
async def forget_about_me(query: CallbackQuery, here: Here, answering: Answering) -> Answer:
    """Age and sex are forgotten."""
    await answering.forget_about(here.session, here.resident.id)
    return here.show(views.about_screen(here.t, None, None))


@router.message(Expects(EXPECTS), F.text | F.photo | F.location | F.caption | F.document | F.sticker | F.voice)
async def said(message: Message, here: Here, expected: str, answering: Answering) -> Answer:
    """An answer that was written or sent instead of tapped."""
    number, _, test = expected.partition(":")
    is_test = test == "test"
    try:
        if not is_test:
            await answering.answerable(here.session, int(number), here.resident, here.now)
        sheet = await answering.sheet(here.session, int(number), here.resident, is_test=is_test)
    except NotAnswerable as refused:
        return await _refuse(here, answering, refused)
    question = sheet.question
    if question is None:
        return show_sheet(here, await _said_at_the_end(here, answering, sheet, (message.text or "").strip()))
    if question.kind is QuestionKind.PHOTO and message.photo:
        value = {"photo": message.photo[-1].file_id}
        return show_sheet(here, await answering.take(here.session, sheet, question, value, here.resident))
    if question.kind is QuestionKind.LOCATION and message.location:
        place = {"lat": round(message.location.latitude, 5), "lon": round(message.location.longitude, 5)}
        return show_sheet(here, await answering.take(here.session, sheet, question, place, here.resident))
    return show_sheet(here, await answering.typed(here.session, sheet, message.text or "", here.resident))
