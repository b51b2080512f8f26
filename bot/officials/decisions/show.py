"""A published decision as an answer: its full text, with the documents where asked for."""

from __future__ import annotations

from bot.officials.decisions import views
from bot.officials.decisions.queries import Published
from bot.officials.rules import best_language
from bot.places.bodies import body_by_key
from bot.places.tree import Gazetteer
from bot.screen import Attachment, Screen, Tap
from bot.telegram.answers import Answer
from bot.telegram.context import Here


def decision_answer(
    here: Here,
    gazetteer: Gazetteer,
    shown: Published,
    *,
    language: str,
    page: int = 0,
    with_documents: bool = False,
    back: Tap | None = None,
) -> Answer:
    """Answer with a page of a decision; its documents follow as messages of their own."""
    chosen = best_language(shown.words, language, shown.petition_language)
    body = body_by_key(gazetteer, shown.body_key)
    answer = here.show(views.decision_screen(here.t, shown, body, chosen, page, back))
    if not with_documents:
        return answer
    for document in shown.documents:
        attachment = Attachment("photo" if document.kind == "photo" else "document", document.file_id)
        sent = here.send(Screen(views.document_words(here.t, shown, document), attachment=attachment))
        # The tap itself is answered once.
        answer += Answer(sent.calls[-1:])
    return answer
