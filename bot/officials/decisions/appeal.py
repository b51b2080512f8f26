"""The right of appeal in words, made of the law's data (art. 91, 92, 99)."""

from __future__ import annotations

from datetime import date

from bot.i18n import Translator
from bot.law.naming import article_words
from bot.law.rules import PetitionRules
from bot.petitions.writing.views import term_words


def appeal_words(t: Translator, law: PetitionRules, until: date) -> str:
    """How a decision is complained about, for the decision itself (art. 90-6(2)); plain text."""
    filing, deciding = law.complaint_filing_term, law.complaint_term
    return " ".join(
        (
            t.plain(
                "Whoever disagrees may complain until {date} ({article}).",
                date=t.date(until),
                article=article_words(t, filing.article),
            ),
            t.plain(
                "The complaint is handed in to the body that decided, which passes it to the higher body; it is "
                "decided within {term} ({article}).",
                term=term_words(t, deciding),
                article=article_words(t, deciding.article),
            ),
            t.plain("After that one may go to court ({article}).", article=article_words(t, "91")),
        )
    )


def silence_words(t: Translator, law: PetitionRules) -> str:
    """What signers may do when the term is over without an answer (art. 91(2)); plain text."""
    return " ".join(
        (
            t.plain(
                "By law silence after the term counts as a refusal ({article}).", article=article_words(t, "91(2)")
            ),
            t.plain(
                "You may complain within {term} ({article}) to the higher body, through the one that is silent; it "
                "decides within {deciding}. After that there is the court.",
                term=term_words(t, law.complaint_filing_term),
                article=article_words(t, law.complaint_filing_term.article),
                deciding=term_words(t, law.complaint_term),
            ),
        )
    )
