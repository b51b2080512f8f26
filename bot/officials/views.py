"""What an official sees of the petitions addressed to the bodies spoken for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.i18n import Html, Translator
from bot.petitions.queries import Addressed
from bot.petitions.reading.views import OpenPetitionTap, entry
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.residents.views import home_button
from bot.screen import Button, Screen, Tap, rows

PAGE_SIZE: Final = 5
"""Petitions on one screen."""


class InboxTap(Tap, prefix="ib"):
    """A page of the inbox."""

    page: int


def inbox_screen(
    t: Translator, bodies: Sequence[Body], addressed: Addressed, places: dict[str, Place], today: date
) -> Screen:
    """Petitions addressed to the bodies: first those that wait for an answer, with the day it is due."""
    head = [t("📥 <b>Petitions to my body</b>"), *(Html(f"• {body.name_cap(t.language)}") for body in bodies)]
    if not addressed.petitions:
        head.append(Html(""))
        head.append(
            t("Nothing is addressed to your body yet. You will find petitions here as soon as they are public.")
        )
        return Screen(Html("\n".join(head)), rows(home_button(t)))
    entries = []
    for index, petition in enumerate(addressed.petitions, start=1):
        line = entry(t, index, petition, places.get(petition.place_key), today)
        if petition.due_on is not None:
            line = Html(f"{line}\n{t('Answer by: {date}', date=t.date(petition.due_on))}")
        entries.append(line)
    turn = [
        Button("‹", tap=InboxTap(addressed.page - 1)) if addressed.page > 0 else None,
        Button("›", tap=InboxTap(addressed.page + 1)) if addressed.has_next else None,
    ]
    return Screen(
        Html("\n\n".join(["\n".join(head), *entries])),
        rows(
            [
                Button(str(index), tap=OpenPetitionTap(petition.id))
                for index, petition in enumerate(addressed.petitions, start=1)
            ],
            [button for button in turn if button is not None],
            home_button(t),
        ),
    )


def not_official_screen(t: Translator) -> Screen:
    """The inbox is asked for by somebody who speaks for no body."""
    return Screen(t("The inbox is for officials. An admin can invite you with a one-time link."), rows(home_button(t)))
