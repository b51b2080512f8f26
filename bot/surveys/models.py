"""Tables of surveys: the form, who was asked, and, apart from them, what was answered.

Between `survey_invitations` (people) and `answer_sets` (answers) there is no key: an answer set is named by
`bot.surveys.rules.respondent_key`, which needs the pepper. Answers carry no time of day and their tables keep no row
order, so that the order of arrival tells nothing either.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey
from bot.surveys.rules import SurveyState


class Survey(Base):
    """A survey with its form. The form is frozen once it is open: answers are to the words that people read."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("state NOT IN ('open', 'paused', 'closed') OR opened_at IS NOT NULL", name="open_has_time"),
        CheckConstraint("state != 'scheduled' OR opens_at IS NOT NULL", name="scheduled_has_time"),
        CheckConstraint("state != 'closed' OR closed_at IS NOT NULL", name="closed_has_time"),
        CheckConstraint("min_cell >= 2", name="cell_is_no_person"),
        Index("ix_surveys_state_closes_at", "state", "closes_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    state: Mapped[SurveyState] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Moves with every change by its maker; a builder's button made for an older one is out of date."""
    step: Mapped[str | None] = mapped_column(String(60))
    """Where its maker is in the builder."""
    languages: Mapped[str] = mapped_column(String(8), default="kk,ru")
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    intro: Mapped[dict[str, Any]] = mapped_column(default=dict)
    thanks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Who is asked: `bot.audience.rules.Audience` as JSON."""
    place_key: Mapped[str | None] = mapped_column(String(160), index=True)
    """The territory it is about; the same as the audience's, for reading."""
    publish: Mapped[bool] = mapped_column(default=True)
    """Whether followers of the place and everybody under /surveys see the results."""
    min_cell: Mapped[int] = mapped_column(default=5)
    """A result cell of fewer people is not shown."""
    quota: Mapped[int | None]
    """Ends by itself when so many have finished."""
    remind_after_days: Mapped[int | None]
    series: Mapped[str | None] = mapped_column(String(40), index=True)
    """Surveys repeated over time share it: a tracker."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SurveyQuestion(Base):
    """One question of a form."""

    __tablename__ = "survey_questions"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`bot.surveys.rules.question_to_json`."""


class SurveyInvitation(Base):
    """That somebody was asked, and from which stratum of the sample. Says nothing of whether or what they answered."""

    __tablename__ = "survey_invitations"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True, index=True)
    place_key: Mapped[str | None] = mapped_column(String(160))
    """Where the person lived when asked."""
    drawn: Mapped[bool] = mapped_column(default=True)
    """False: nobody asked them; they came by a link or from the list, so they are no part of the sample."""
    asked_on: Mapped[date]


class AnswerSet(Base):
    """One respondent's progress and what they said of themselves; one a person and survey."""

    __tablename__ = "answer_sets"
    __table_args__ = (
        CheckConstraint("finished_on IS NULL OR finished_on >= begun_on", name="ends_after_begin"),
        Index("ix_answer_sets_survey_id_finished_on", "survey_id", "finished_on"),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    respondent: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    """Moves with every answer; a button of an older screen shows where the respondent is now."""
    at_question: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    place_key: Mapped[str | None] = mapped_column(String(160))
    age_band: Mapped[str | None] = mapped_column(String(10))
    sex: Mapped[str | None] = mapped_column(String(1))
    is_test: Mapped[bool] = mapped_column(default=False)
    """Its maker's own trial; never counted."""
    begun_on: Mapped[date]
    finished_on: Mapped[date | None]


class SurveyAnswer(Base):
    """One answer; changed in place until the survey closes."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        ForeignKeyConstraint(["survey_id", "respondent"], ["answer_sets.survey_id", "answer_sets.respondent"]),
        Index("ix_survey_answers_survey_id_question", "survey_id", "question"),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[int] = mapped_column(primary_key=True)
    respondent: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`bot.surveys.rules.Value`. Open words are stored with personal data already taken out."""


class Demographics(Base):
    """Age band and sex somebody told once and agreed to have used for weighting; reused by later surveys."""

    __tablename__ = "demographics"

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    age_band: Mapped[str | None] = mapped_column(String(10))
    sex: Mapped[str | None] = mapped_column(String(1))
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    """None: asked, and not wished."""


class PopulationMargin(Base):
    """How many people of a category live in a unit: what an admin loaded from a CSV, for weighting."""

    __tablename__ = "population_margins"

    place_key: Mapped[str] = mapped_column(String(160), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    """"age" or "sex"."""
    category: Mapped[str] = mapped_column(String(10), primary_key=True)
    people: Mapped[int]
    year: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
