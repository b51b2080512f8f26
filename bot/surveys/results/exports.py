"""Results as sheets for staff: every answer under a number drawn anew for each file, and the weighted shares.

Cells that a spreadsheet would run as a formula are written as text (a leading apostrophe in CSV, the text type in
XLSX). No file says who answered: the key of the answer sets is not written either.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.i18n import LANGUAGE_NAMES, N_, Translator, as_language
from bot.places.tree import Gazetteer
from bot.surveys.results.pictures import option_name
from bot.surveys.results.rules import QuestionResult, Respondent, SurveyResult, standing_answers
from bot.surveys.rules import OTHER, Form, Question, QuestionKind, Value, words_in

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")
_SEXES: Final = {"f": N_("Woman"), "m": N_("Man")}
Row = list[str | int | float | None]

SubjectOf = Callable[[str], str | None]
"""Names the subject of an open answer, in words for the reader."""


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(t: Translator, question: Question, value: Value | None) -> str | int | float | None:
    if value is None or value.get("skipped"):
        return None
    if "number" in value:
        number = value["number"]
        return int(number) if float(number).is_integer() else float(number)
    if "choice" in value:
        names = {option.code: words_in(option.words, t.language) for option in question.options}
        chosen = [
            value.get("other") or t.plain("Other") if code == OTHER else names.get(code, code)
            for code in value["choice"]
        ]
        return " > ".join(chosen) if question.kind is QuestionKind.RANKING else "; ".join(chosen)
    if "text" in value:
        return str(value["text"])
    if "lat" in value:
        # About a kilometre: a part of the district, not a house.
        return f"{float(value['lat']):.2f}, {float(value['lon']):.2f}"
    return "📷" if "photo" in value else None


def told_by_enough(form: Form, result: SurveyResult) -> Form:
    """The form without the questions that fewer people answered than are ever shown.

    Raises:
        LookupError: fewer people than that answered at all; no file is made of them.
    """
    if result.is_hidden:
        raise LookupError("too few answers for a file")
    hidden = {one.question.code for one in result.questions if one.is_hidden}
    return replace(form, questions=tuple(one for one in form.questions if one.code not in hidden))


def answer_rows(
    t: Translator, gazetteer: Gazetteer, form: Form, respondents: Sequence[Respondent], weights: Sequence[float]
) -> list[Row]:
    """A heading and one row for each answer set, in an order that says nothing, with its weight."""
    heading: Row = [
        "№",
        t.plain("weight"),
        t.plain("language"),
        t.plain("unit"),
        t.plain("age"),
        t.plain("sex"),
        *(words_in(question.words, t.language) for question in form.questions),
    ]
    order = list(range(len(respondents)))
    secrets.SystemRandom().shuffle(order)
    rows = [heading]
    for number, index in enumerate(order, start=1):
        one = respondents[index]
        rows.append(
            [
                number,
                round(float(weights[index]), 4),
                LANGUAGE_NAMES[as_language(one.language)],
                gazetteer.label(one.place, t.language) if one.place is not None else None,
                one.age,
                t.plain(_SEXES[one.sex]) if one.sex in _SEXES else None,
                *(_cell(t, question, one.answers.get(question.code)) for question in form.questions),
            ]
        )
    return rows


def share_rows(t: Translator, questions: Sequence[QuestionResult]) -> list[Row]:
    """A heading and one row for each choice of each question: how many, raw and weighted, with the margin."""
    rows: list[Row] = [
        [
            t.plain("question"),
            t.plain("choice"),
            t.plain("answers"),
            t.plain("share, unweighted"),
            t.plain("share, weighted"),
            t.plain("from"),
            t.plain("to"),
        ]
    ]
    for result in questions:
        name = words_in(result.question.words, t.language)
        if result.is_hidden:
            rows.append([name, t.plain("not shown"), None, None, None, None, None])
            continue
        rows.append([name, None, result.answered, None, None, None, None])
        for cell in result.cells:
            choice = option_name(result, cell.code, t.language, t)
            if cell.weighted is None or cell.raw is None:
                rows.append([name, choice, t.plain("not shown"), None, None, None, None])
                continue
            found = cell.weighted
            shares = [round(value, 4) for value in (cell.raw, found.value, found.low, found.high)]
            rows.append([name, choice, cell.count, *shares])
        if result.mean is not None:
            mean = result.mean
            spread = [round(value, 3) for value in (mean.value, mean.low, mean.high)]
            rows.append([name, t.plain("mean"), result.answered, None, *spread])
    return rows


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What somebody answered in their own words."""

    subject: str | None
    """What it is about, in words for the reader."""
    language: str
    text: str


def open_answers(
    form: Form, question: Question, respondents: Sequence[Respondent], subject_of: SubjectOf
) -> list[OpenAnswer]:
    """The open answers to a question, those about the same together, the largest group first."""
    found: list[OpenAnswer] = []
    for one in respondents:
        value = standing_answers(form, one.answers).get(question.code) or {}
        text = value.get("text") or value.get("other")
        if text:
            found.append(OpenAnswer(subject_of(str(text)), one.language, str(text)))
    sizes = Counter(one.subject for one in found)
    found.sort(key=lambda one: (one.subject is None, -sizes[one.subject], one.subject or "", one.language, one.text))
    return found


def open_rows(t: Translator, form: Form, respondents: Sequence[Respondent], subject_of: SubjectOf) -> list[Row]:
    """Open answers by question, subject and language, the largest group first."""
    rows: list[Row] = [[t.plain("question"), t.plain("topic"), t.plain("language"), t.plain("answer")]]
    for question in form.questions:
        name = words_in(question.words, t.language)
        rows += [
            [name, one.subject or "—", LANGUAGE_NAMES[as_language(one.language)], one.text]
            for one in open_answers(form, question, respondents, subject_of)
        ]
    return rows


def as_csv(rows: Sequence[Row]) -> bytes:
    """Rows as UTF-8 CSV with a byte order mark, which spreadsheets need to read Kazakh."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """Sheets by their names as a workbook; a text is a text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book: Any = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row_number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(row_number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                if row_number == 1:
                    cell.font = Font(bold=True)
        for column in range(1, (len(rows[0]) if rows else 0) + 1):
            longest = max((len(str(row[column - 1] or "")) for row in rows[:200]), default=8)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, max(8, longest + 2))
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(
    t: Translator,
    gazetteer: Gazetteer,
    form: Form,
    respondents: Sequence[Respondent],
    result: SurveyResult,
    subject_of: SubjectOf,
) -> bytes:
    """Everything staff may have of a survey: shares, answers, open answers."""
    weights = result.weighting.weights.tolist()
    return as_xlsx(
        {
            t.plain("Results"): share_rows(t, result.questions),
            t.plain("Answers"): answer_rows(t, gazetteer, form, respondents, weights),
            t.plain("Open answers"): open_rows(t, form, respondents, subject_of),
        }
    )
