"""Making surveys in the chat: what admins tap, write and send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.audience.rules import Audience
from bot.broadcasts.rules import USUAL_START, read_start
from bot.i18n import LANGUAGES, Html, Language, as_language, translator
from bot.language.identify import guess_language
from bot.residents.models import Role
from bot.residents.views import MenuTap
from bot.routing.knowledge import subject_names
from bot.screen import Screen
from bot.surveys.answering.service import Answering
from bot.surveys.answering.views import intro_screen
from bot.surveys.building import views
from bot.surveys.building.files import FileWrong, read_survey
from bot.surveys.building.messages import file_picture
from bot.surveys.building.rules import (
    USUAL_END,
    BuildTap,
    answer_codes,
    conditions_for,
    dates_problem,
    flipped,
    is_said_in,
    moved,
    next_code,
    poll_end,
    read_condition,
    read_limits,
    read_poll,
    read_question,
    with_condition,
    without,
)
from bot.surveys.building.views import BuildListTap
from bot.surveys.models import Survey
from bot.surveys.rules import MOST_QUESTIONS, Form, Question, QuestionKind, SurveyState
from bot.surveys.service import FormUnfit, SurveyMissing, SurveyMoved, Surveys
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

router = Router(name="building surveys")

EXPECTED = "build"
POLL = "poll"
LONGEST_FIELD = 1000


async def _list(here: Here, surveys: Surveys, page: int, note: Html | None = None) -> Answer:
    here.resident.expecting = None
    found, has_next = await surveys.listed(here.session, page=max(page, 0), size=views.PAGE)
    shown = [(survey, await surveys.form(here.session, survey)) for survey in found]
    return here.show(views.list_screen(here.t, shown, max(page, 0), has_next=has_next, note=note))


async def _show(here: Here, surveys: Surveys, survey: Survey, note: Html | None = None) -> Answer:
    here.resident.expecting = None
    form = await surveys.form(here.session, survey)
    if survey.state is not SurveyState.DRAFT:
        stand = await surveys.stand(here.session, survey, here.now)
        return here.show(views.stand_screen(here.t, survey, form, stand))
    audience = Audience.from_json(survey.audience)
    reckoned = await surveys.reckon(here.session, survey.id, audience, here.now)
    problems = await surveys.problems(here.session, survey)
    if not survey.title:
        _expect(here, survey, "title")
    screen = views.draft_screen(here.t, surveys.gazetteer, survey, form, problems, reckoned, subject_names(), note)
    return here.show(screen)


def _expect(here: Here, survey: Survey, what: str) -> None:
    here.resident.expecting = f"{EXPECTED}:{survey.id}:{what}"


def _language(code: str | None) -> Language:
    return next((one for one in LANGUAGES if one == code), LANGUAGES[0])


@router.callback_query(F.data == MenuTap(to="surveys_admin").pack(), InPrivate(), Holds(Role.ADMIN))
async def surveys_from_menu(query: CallbackQuery, here: Here, surveys: Surveys) -> Answer:
    """The button in the administration's menu."""
    return await _list(here, surveys, 0)


@router.callback_query(TapIs(BuildListTap), InPrivate(), Holds(Role.ADMIN))
async def survey_list(query: CallbackQuery, here: Here, tap: BuildListTap, surveys: Surveys) -> Answer:
    """The list, and what begins from it."""
    if tap.do == "new":
        return await _show(here, surveys, await surveys.begin(here.session, here.resident.id, here.now))
    if tap.do == "poll":
        here.resident.expecting = POLL
        return here.show(views.poll_screen(here.t))
    if tap.do == "file":
        here.resident.expecting = f"{EXPECTED}:0:file"
        return here.show(views.file_screen(here.t))
    return await _list(here, surveys, tap.page)


@router.callback_query(TapIs(BuildTap), InPrivate(), Holds(Role.ADMIN))
async def act(query: CallbackQuery, here: Here, tap: BuildTap, surveys: Surveys, answering: Answering) -> Answer:
    """A button of one survey."""
    try:
        survey = await surveys.get(here.session, tap.survey, version=None if tap.do == "show" else tap.version)
        if tap.do == "try" and survey.state is SurveyState.DRAFT:
            sheet = await answering.begin_test(here.session, survey.id, here.resident, here.now, tap.sub)
            here.resident.expecting = None
            t = translator(as_language(sheet.answer_set.language), here.t.zone)
            return here.send(intro_screen(t, survey, sheet.form, is_test=True))
        return await _act(here, surveys, survey, tap)
    except SurveyMissing:
        return await _list(here, surveys, 0)
    except SurveyMoved as stale:
        note = here.t("It has changed meanwhile. Here is how it stands:")
        return await _show(here, surveys, stale.survey, note)


async def _act(here: Here, surveys: Surveys, survey: Survey, tap: BuildTap) -> Answer:
    now, t = here.now, here.t
    if tap.do == "file":
        screen = Screen(
            t("The survey as a file. To use it again, change it and paste its text under “From a file”."),
            picture=file_picture(survey, t.language),
        )
        return here.send(screen)
    if tap.do == "pause":
        await surveys.pause(here.session, survey, now)
    elif tap.do == "resume":
        await surveys.resume(here.session, survey, now)
    elif tap.do == "close":
        return here.show(views.sure_screen(t, survey, "close", await surveys.stand(here.session, survey, now)))
    elif tap.do == "close_sure":
        await surveys.close(here.session, survey, now)
    elif tap.do == "call_off":
        await surveys.call_off(here.session, survey, here.resident.id, now)
        return await _show(here, surveys, survey, t("↩️ Called off: it is a draft again, and nobody was asked."))
    elif tap.do == "discard":
        return here.show(views.sure_screen(t, survey, "discard"))
    elif tap.do == "discard_sure":
        await surveys.discard(here.session, survey, now)
        return await _list(here, surveys, 0)
    elif tap.do == "again":
        survey = await surveys.copy(here.session, survey, here.resident.id, now)
    elif tap.do != "show":
        return await _build(here, surveys, survey, tap)
    return await _show(here, surveys, survey)


async def _build(here: Here, surveys: Surveys, survey: Survey, tap: BuildTap) -> Answer:
    """A change of a draft."""
    if survey.state is not SurveyState.DRAFT:
        raise SurveyMoved(survey)
    t, now, sub = here.t, here.now, tap.sub or ""
    form = await surveys.form(here.session, survey)
    if tap.do == "words" and sub in views.FIELDS:
        _expect(here, survey, f"field.{sub}")
        return here.show(views.field_screen(t, survey, form, sub))
    if tap.do == "write":
        field, _, code = sub.partition(".")
        if field in views.FIELDS:
            _expect(here, survey, f"words.{field}.{code}")
            return here.show(views.write_screen(t, survey, field, _language(code)))
    if tap.do == "add":
        return here.show(views.kinds_screen(t, survey))
    if tap.do == "kind" and sub in {kind.value for kind in QuestionKind}:
        position = await surveys.add_question(here.session, survey, QuestionKind(sub), now)
        form = await surveys.form(here.session, survey)
        language = form.languages[0] if form.languages else "kk"
        _expect(here, survey, f"ask.{position}.{language}")
        return here.show(views.ask_screen(t, survey, form.questions[position], position, language))
    if tap.do == "options":
        return here.show(views.options_screen(t, survey))
    if tap.do == "set" and sub in {"opens", "closes", "quota", "remind"}:
        _expect(here, survey, f"set.{sub}")
        return here.show(views.set_screen(t, survey, sub, here.now))
    if tap.do == "unset":
        names = {"opens": "opens_at", "closes": "closes_at", "quota": "quota", "remind": "remind_after_days"}
        if sub in names:
            surveys.set_option(survey, now, **{names[sub]: None})
        return here.show(views.options_screen(t, survey))
    if tap.do == "publish":
        surveys.set_option(survey, now, publish=not survey.publish)
        return here.show(views.options_screen(t, survey))
    if tap.do == "language" and sub in LANGUAGES:
        chosen = [one for one in LANGUAGES if (one in form.languages) != (one == sub)]
        if not chosen:
            return here.toast(t.plain("A survey is in at least one language."), alert=True)
        surveys.set_option(survey, now, languages=",".join(chosen))
        return await _show(here, surveys, survey)
    if tap.do == "confirm":
        return await _ask_number(here, surveys, survey, form)
    if tap.arg is not None and 0 <= tap.arg < len(form.questions):
        return await _build_question(here, surveys, survey, form, tap.arg, tap)
    return await _show(here, surveys, survey)


async def _ask_number(here: Here, surveys: Surveys, survey: Survey, form: Form, note: Html | None = None) -> Answer:
    audience = Audience.from_json(survey.audience)
    reckoned = await surveys.reckon(here.session, survey.id, audience, here.now)
    _expect(here, survey, f"confirm.{reckoned.counted.drawn}")
    problems = await surveys.problems(here.session, survey)
    screen = views.confirm_screen(here.t, surveys.gazetteer, survey, form, problems, reckoned, subject_names(), note)
    return here.show(screen)


async def _build_question(
    here: Here, surveys: Surveys, survey: Survey, form: Form, position: int, tap: BuildTap
) -> Answer:
    t, now, sub = here.t, here.now, tap.sub or ""
    question, questions = form.questions[position], list(form.questions)
    if tap.do == "ask":
        language = _language(sub)
        _expect(here, survey, f"ask.{position}.{language}")
        return here.show(views.ask_screen(t, survey, question, position, language))
    if tap.do == "limits" and sub != "none":
        _expect(here, survey, f"limits.{position}")
        return here.show(views.limits_screen(t, survey, question, position))
    if tap.do == "if":
        return here.show(views.conditions_screen(t, survey, form, position, conditions_for(form, position)))
    if tap.do == "drop" and sub != "sure":
        return here.show(views.drop_screen(t, survey, form, position))
    if tap.do == "drop":
        await surveys.set_questions(here.session, survey, without(questions, position), now)
        return await _show(here, surveys, survey)
    if tap.do in {"up", "down"}:
        order = moved(questions, position, -1 if tap.do == "up" else 1)
        position = order.index(question)
        await surveys.set_questions(here.session, survey, order, now)
    elif tap.do == "copy" and len(questions) < MOST_QUESTIONS:
        questions.insert(position + 1, replace(question, code=next_code(questions)))
        await surveys.set_questions(here.session, survey, questions, now)
        position += 1
    elif tap.do == "limits" and question.kind is not QuestionKind.SCALE:
        await surveys.change_question(here.session, survey, position, replace(question, least=None, most=None), now)
    elif tap.do == "flag":
        await surveys.change_question(here.session, survey, position, flipped(question, sub), now)
    elif tap.do == "when":
        index, _, number = sub.partition(".")
        if index.isdigit() and int(index) < position:
            return await _condition(here, surveys, survey, form, position, int(index), number)
        await surveys.change_question(here.session, survey, position, replace(question, show_if=None), now)
    here.resident.expecting = None
    form = await surveys.form(here.session, survey)
    return here.show(views.question_screen(t, survey, form, position))


async def _condition(
    here: Here, surveys: Surveys, survey: Survey, form: Form, position: int, index: int, number: str
) -> Answer:
    """One answer to an earlier question more or less after which a question is asked; of numbers it is asked which."""
    target = form.questions[index]
    if not target.options:
        _expect(here, survey, f"when.{position}.{index}")
        return here.show(views.numbers_screen(here.t, survey, form, position, index))
    codes = answer_codes(target)
    if not number.isdigit() or int(number) >= len(codes):
        return await _show(here, surveys, survey)
    changed = with_condition(form.questions[position], target, codes[int(number)])
    await surveys.change_question(here.session, survey, position, changed, here.now)
    form = await surveys.form(here.session, survey)
    return here.show(views.conditions_screen(here.t, survey, form, position, conditions_for(form, position)))


async def _when(
    here: Here, surveys: Surveys, survey: Survey, form: Form, position: int, index: int, text: str
) -> Answer:
    """The numbers that were written, after which a question is asked."""
    if not index < position < len(form.questions):
        return await _show(here, surveys, survey)
    condition = read_condition(text, form.questions[index])
    if condition is None:
        note = here.t("I cannot read that as a number or two.")
        return here.show(views.numbers_screen(here.t, survey, form, position, index, note))
    changed = replace(form.questions[position], show_if=condition)
    await surveys.change_question(here.session, survey, position, changed, here.now)
    here.resident.expecting = None
    return here.show(views.question_screen(here.t, survey, await surveys.form(here.session, survey), position))


# --- what is written ----------------------------------------------------------------------------------------


@router.message(Expects(POLL), Holds(Role.ADMIN), F.text)
async def poll(message: Message, here: Here, surveys: Surveys) -> Answer:
    """A quick poll in one message."""
    language = guess_language(message.text or "") or here.language
    question = read_poll(message.text or "", language)
    if isinstance(question, str):
        return here.show(views.poll_screen(here.t, views.words_note(here.t, question)))
    survey = await surveys.begin(here.session, here.resident.id, here.now)
    closes = poll_end(here.now, surveys.zone)
    place = here.resident.place_key
    audience = Audience(place_key=place)
    surveys.set_option(
        survey,
        here.now,
        languages=language,
        closes_at=closes,
        audience=audience.as_json(),
        place_key=place,
        title={language: question.words[language][:100]},
    )
    await surveys.set_questions(here.session, survey, [replace(question, required=True)], here.now)
    note = (
        here.t("✅ The poll is ready: check who is asked, then send it.")
        if place is not None
        else here.t("✅ The poll is ready. As it stands it asks all of Kazakhstan: choose the district first.")
    )
    return await _show(here, surveys, survey, note)


@router.message(Expects(EXPECTED), Holds(Role.ADMIN), F.text)
async def written(message: Message, here: Here, expected: str, surveys: Surveys) -> Answer:
    """An answer to one of the builder's questions."""
    number, _, what = expected.partition(":")
    if what == "file":
        return await _pasted(message.text or "", here, surveys)
    try:
        survey = await surveys.get(here.session, int(number))
    except SurveyMissing:
        return await _list(here, surveys, 0)
    if survey.state is not SurveyState.DRAFT:
        return await _show(here, surveys, survey)
    text = (message.text or "").strip()
    head, *parts = what.split(".")
    form = await surveys.form(here.session, survey)
    if head in {"title", "field"}:
        # Words that were not asked for in one language: they are in the one they are in.
        language = guess_language(text) or here.language
        said_in = language if language in form.languages else form.languages[0]
        return await _words(here, surveys, survey, parts[0] if parts else "title", said_in, text)
    if head == "when":
        return await _when(here, surveys, survey, form, int(parts[0]), int(parts[1]), text)
    if head == "words":
        return await _words(here, surveys, survey, parts[0], _language(parts[1]), text)
    if head == "set":
        return await _set(here, surveys, survey, parts[0], text)
    if head == "confirm":
        return await _confirm(here, surveys, survey, form, int(parts[0]), text)
    position = int(parts[0])
    if position >= len(form.questions):
        return await _show(here, surveys, survey)
    question = form.questions[position]
    if head == "limits":
        limited = read_limits(question, text)
        if limited is None:
            note = views.limits_note(here.t, question)
            return here.show(views.limits_screen(here.t, survey, question, position, note))
        await surveys.change_question(here.session, survey, position, limited, here.now)
    else:
        language = _language_of(text, form, question, _language(parts[1]))
        said = read_question(question, language, text)
        if isinstance(said, str):
            note = views.words_note(here.t, said, question)
            return here.show(views.ask_screen(here.t, survey, question, position, language, note))
        await surveys.change_question(here.session, survey, position, said, here.now)
        missing = next((one for one in form.languages if not is_said_in(said, one)), None)
        if missing is not None:
            _expect(here, survey, f"ask.{position}.{missing}")
            return here.show(views.ask_screen(here.t, survey, said, position, missing))
    here.resident.expecting = None
    form = await surveys.form(here.session, survey)
    return here.show(views.question_screen(here.t, survey, form, position))


def _language_of(text: str, form: Form, question: Question, asked: Language) -> Language:
    """The language of a question's first words: the one they are in, even if another was asked for."""
    found = guess_language(text)
    if question.words or found is None or found not in form.languages:
        return asked
    return found


async def _pasted(text: str, here: Here, surveys: Surveys) -> Answer:
    try:
        file = read_survey(text, surveys.gazetteer, here.now, surveys.zone)
    except FileWrong as wrong:
        return here.show(views.file_screen(here.t, views.file_problems(here.t, wrong.problems)))
    survey = await surveys.import_file(here.session, file, here.resident.id, here.now)
    return await _show(here, surveys, survey, here.t("✅ It is a draft now; nobody is asked yet."))


@router.message(Expects(EXPECTED), Holds(Role.ADMIN))
async def sent_instead(message: Message, here: Here, expected: str, surveys: Surveys) -> Answer:
    """Something without words where words are needed: back to where it was asked from."""
    number, _, what = expected.partition(":")
    note = here.t("Words are needed here.")
    if what == "file":
        return here.show(views.file_screen(here.t, note))
    try:
        shown = await _show(here, surveys, await surveys.get(here.session, int(number)), note)
    except SurveyMissing:
        return await _list(here, surveys, 0, note)
    # It is still asked for: what is written next is the answer.
    here.resident.expecting = f"{EXPECTED}:{expected}"
    return shown


@router.message(Expects(POLL), Holds(Role.ADMIN))
async def no_poll(message: Message, here: Here) -> Answer:
    """Something without words where a quick poll is needed."""
    return here.show(views.poll_screen(here.t, here.t("Words are needed here.")))


async def _words(here: Here, surveys: Surveys, survey: Survey, field: str, language: Language, text: str) -> Answer:
    longest = 100 if field == "title" else LONGEST_FIELD
    if not text or len(text) > longest:
        note = here.t("That is too long: at most {count} characters.", count=longest)
        return here.show(views.write_screen(here.t, survey, field, language, note))
    await surveys.set_words(survey, field, language, text, here.now)
    form = await surveys.form(here.session, survey)
    missing = next((one for one in form.languages if not getattr(form, field).get(one)), None)
    if missing is not None:
        _expect(here, survey, f"words.{field}.{missing}")
        note = here.t("✅ Kept. Now the next language, or Back.")
        return here.show(views.write_screen(here.t, survey, field, missing, note))
    return await _show(here, surveys, survey)


async def _set(here: Here, surveys: Surveys, survey: Survey, what: str, text: str) -> Answer:
    t, now = here.t, here.now
    if what in {"opens", "closes"}:
        moment = read_start(text, now, surveys.zone, USUAL_END if what == "closes" else USUAL_START)
        if moment is None:
            note = t("I cannot read that as a day and time to come (at most 90 days ahead).")
            return here.show(views.set_screen(t, survey, what, here.now, note))
        changed: dict[str, Any] = {f"{what}_at": moment}
    else:
        digits = text.replace(" ", "")
        most = 10_000_000 if what == "quota" else 60
        if not digits.isdigit() or not 1 <= int(digits) <= most:
            note = t("Please write a number from {least} to {most}.", least="1", most=t.number(most))
            return here.show(views.set_screen(t, survey, what, here.now, note))
        changed = {"quota" if what == "quota" else "remind_after_days": int(digits)}
    opens, closes = changed.get("opens_at", survey.opens_at), changed.get("closes_at", survey.closes_at)
    days = changed.get("remind_after_days", survey.remind_after_days)
    problem = dates_problem(opens, closes, days, now)
    if problem is not None:
        note = views.dates_note(t, what, problem, opens or now, closes, days)
        return here.show(views.set_screen(t, survey, what, here.now, note))
    surveys.set_option(survey, now, **changed)
    here.resident.expecting = None
    return here.show(views.options_screen(t, survey))


async def _confirm(here: Here, surveys: Surveys, survey: Survey, form: Form, counted: int, text: str) -> Answer:
    typed = "".join(letter for letter in text if letter.isdigit())
    if not typed or int(typed) != counted:
        note = here.t("Nothing was sent: the number is another one.")
        return await _ask_number(here, surveys, survey, form, note)
    problem = dates_problem(survey.opens_at, survey.closes_at, survey.remind_after_days, here.now)
    if problem is not None:
        opens = survey.opens_at or here.now
        note = views.dates_note(here.t, "closes", problem, opens, survey.closes_at, survey.remind_after_days)
        return await _show(here, surveys, survey, note)
    try:
        await surveys.confirm(here.session, survey, here.resident.id, here.now)
    except FormUnfit as unfit:
        note = views.problem_line(here.t, form, unfit.problems[0])
        return await _show(here, surveys, survey, note)
    return await _show(here, surveys, survey)
