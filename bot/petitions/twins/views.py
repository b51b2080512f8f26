"""What similar petitions look like: to an author, to signers who are asked, to moderators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.i18n import LANGUAGE_NAMES, Html, Translator, as_language, bold, safe
from bot.petitions.models import Petition
from bot.petitions.moderation.rules import Section
from bot.petitions.moderation.views import CaseTap, QueueTap
from bot.petitions.reading.views import (
    LANGUAGE_OF_TEXT,
    STATE_WORDS,
    CardTap,
    OpenPetitionTap,
    WithdrawPetitionTap,
    entry,
    entry_facts,
    numbered,
    shortened,
)
from bot.petitions.twins.service import Cluster, Twin
from bot.petitions.twins.taps import (
    ClustersTap,
    ClusterTap,
    DraftTwinTap,
    JoinTap,
    RepeatsTap,
    RetireTap,
    SideTap,
)
from bot.petitions.twins.words import Places, listed, warning, why
from bot.petitions.writing.views import ResumeTap, StepTap, clip, join, lines, quoted
from bot.residents.views import HomeTap
from bot.screen import Button, Screen, rows

ASK_SHOWN: Final = 500
WHY_SHOWN: Final = 900
CLUSTERS_ON_PAGE: Final = 5

# --- to an author who writes ------------------------------------------------------------------------------------


def draft_twins_screen(
    t: Translator, draft: int, version: int, twins: Sequence[Twin], places: Places, today: date, *, is_last: bool
) -> Screen:
    """Petitions like the one being written, before going on with it."""
    return Screen(
        join(
            t("<b>🔎 Is it one of these?</b>"),
            t("Signatures under one petition weigh more than the same number under two."),
            *listed(t, twins, places, today),
            t("Tap a number to read it. Your draft stays as it is."),
        ),
        rows(
            [
                Button(str(number), tap=DraftTwinTap(draft, version, twin.petition.id, "look"))
                for number, twin in enumerate(twins, start=1)
            ],
            Button(t.plain("Mine is different, go on"), tap=StepTap(draft, version, "sure" if is_last else "here")),
            Button(t.plain("Cancel"), tap=StepTap(draft, version, "cancel")),
        ),
    )


def draft_twin_screen(
    t: Translator, draft: int, version: int, twin: Twin, places: Places, today: date, *, is_open: bool
) -> Screen:
    """One petition like the one being written, and what to do about it."""
    petition = twin.petition
    return Screen(
        join(
            lines(numbered(petition), _written_in(t, petition)),
            lines(t("<b>We ask:</b>"), safe(shortened(petition.ask, ASK_SHOWN))),
            entry_facts(t, petition, places.get(petition.place_key), today),
            why(t, twin) or None,
            warning(t, twin),
            t("If you sign this one, your draft is no longer needed; you decide.") if is_open else None,
        ),
        rows(
            *(
                (
                    Button(
                        t.plain("✍️ Sign it, discard my draft"),
                        tap=DraftTwinTap(draft, version, petition.id, "drop"),
                    ),
                    Button(
                        t.plain("✍️ Sign it, keep my draft"),
                        tap=DraftTwinTap(draft, version, petition.id, "keep"),
                    ),
                )
                if is_open
                else ()
            ),
            Button(t.plain("Back"), tap=DraftTwinTap(draft, version, petition.id, "list")),
        ),
    )


def _written_in(t: Translator, petition: Petition) -> Html | None:
    if petition.language == t.language:
        return None
    return Html(f"<i>{t(LANGUAGE_OF_TEXT[petition.language])}</i>")


def moved_screen(t: Translator, draft: int) -> Screen:
    """An old button of a draft, or nothing is like it any more."""
    return Screen(
        t("Your draft is where you left it."),
        rows(Button(t.plain("Continue writing"), tap=ResumeTap(draft)), Button(t.plain("Main menu"), tap=HomeTap())),
    )


# --- to an author who retires a petition ------------------------------------------------------------------------


def retire_list_screen(t: Translator, petition: Petition, twins: Sequence[Twin], places: Places, today: date) -> Screen:
    """Petitions for which one may retire one's own."""
    back = Button(t.plain("Back"), tap=WithdrawPetitionTap(petition.id, 0))
    if not twins:
        return Screen(t("I have found no open petition like yours."), rows(back))
    return Screen(
        join(
            t("<b>For which petition do you retire № {number}?</b>", number=str(petition.id)),
            t("Those who signed yours are asked whether to sign that one too."),
            *listed(t, twins, places, today),
        ),
        rows(
            [
                Button(str(number), tap=RetireTap(petition.id, twin.petition.id, 0))
                for number, twin in enumerate(twins, start=1)
            ],
            back,
        ),
    )


def retire_confirm_screen(t: Translator, petition: Petition, twin: Petition) -> Screen:
    """What retiring will do, with numbers, before it does it."""
    asked = max(petition.signature_count - 1, 0)
    return Screen(
        join(
            t("<b>Retire № {number} for № {other}?</b>", number=str(petition.id), other=str(twin.id)),
            lines(numbered(twin), t.plural("{count} signature", "{count} signatures", twin.signature_count)),
            t.plural(
                "Signing of yours ends at once. The other {count} person who signed is asked once whether to sign "
                "that one too; no signature moves by itself. This cannot be undone.",
                "Signing of yours ends at once. The other {count} people who signed are asked once whether to sign "
                "that one too; no signature moves by itself. This cannot be undone.",
                asked,
            ),
        ),
        rows(
            Button(t.plain("Yes, retire it"), tap=RetireTap(petition.id, twin.id, 1)),
            Button(t.plain("Back"), tap=RetireTap(petition.id, None, 0)),
        ),
    )


def retired_toast(t: Translator) -> str:
    """The petition is retired."""
    return t.plain("The petition is retired; those who signed it are being asked.")


def not_retired_toast(t: Translator) -> str:
    """It cannot be retired, or the other one cannot be signed any more."""
    return t.plain("It cannot be retired for that petition now.")


def asked_screen(t: Translator, petition: Petition, twin: Petition, *, can_sign: bool, has_signed: bool) -> Screen:
    """To the signers and followers of a retired petition: would they sign the other one as well."""
    if has_signed:
        asked = t("You have signed that one already. Thank you.")
    elif can_sign:
        asked = t("You signed the first one. Sign the other too? Your signature does not move by itself.")
    else:
        asked = None
    return Screen(
        join(
            t("↪️ The author has retired a petition for another on the same matter."),
            numbered(petition),
            lines(
                t("The other one:"),
                numbered(twin),
                quoted(shortened(twin.ask, ASK_SHOWN)),
                t.plural("{count} signature", "{count} signatures", twin.signature_count),
            ),
            asked,
        ),
        rows(
            Button(t.plain("✍️ Sign № {number}", number=str(twin.id)), tap=JoinTap(twin.id)) if can_sign else None,
            Button(t.plain("Open № {number}", number=str(twin.id)), tap=OpenPetitionTap(twin.id)),
        ),
    )


# --- to moderators ----------------------------------------------------------------------------------------------


def side_by_side_screen(t: Translator, petition: Petition, twin: Twin, places: Places, *, can_reject: bool) -> Screen:
    """Both petitions, one under the other, with counts and states."""
    other = twin.petition
    return Screen(
        join(
            _whole(t, petition, places),
            _whole(t, other, places),
            why(t, twin) or None,
            warning(t, twin),
        ),
        rows(
            Button(
                t.plain("Reject as a repetition of № {number}", number=str(other.id)),
                tap=RepeatsTap(petition.id, petition.version, other.id, 0),
            )
            if can_reject
            else None,
            Button(t.plain("Back"), tap=CaseTap(petition.id)),
        ),
    )


def _whole(t: Translator, petition: Petition, places: Places) -> Html:
    place = places.get(petition.place_key)
    return lines(
        numbered(petition),
        Html(
            " · ".join(
                (
                    t(STATE_WORDS[petition.state]),
                    t.plural("{count} signature", "{count} signatures", petition.signature_count),
                    safe(place.name(t.language)) if place is not None else Html("—"),
                    safe(LANGUAGE_NAMES[as_language(petition.language)]),
                )
            )
        ),
        lines(t("<b>We ask:</b>"), safe(shortened(petition.ask, ASK_SHOWN))),
        quoted(clip(petition.why, WHY_SHOWN), expandable=True),
    )


def repeats_screen(t: Translator, petition: Petition, other: Petition, reason: str) -> Screen:
    """A rejection as a repetition as the author will read it, before it is sent."""
    return Screen(
        join(
            t("<b>Reject № {number}?</b>", number=str(petition.id)),
            lines(t("The author will read:"), quoted(reason), _other_line(t, other)),
            t("A rejected petition can be restored later; the author may appeal once to another moderator."),
        ),
        rows(
            Button(t.plain("Reject"), tap=RepeatsTap(petition.id, petition.version, other.id, 1)),
            Button(t.plain("Back"), tap=SideTap(petition.id, other.id)),
        ),
    )


def _other_line(t: Translator, other: Petition) -> Html:
    return lines(t("The petition it repeats:"), numbered(other))


def no_reason_notice(t: Translator) -> Html:
    """The catalogue does not offer the reason of a repetition."""
    return t("The reason “there is already such a petition” is switched off in the catalogue.")


def clusters_screen(t: Translator, clusters: Sequence[Cluster], page: int) -> Screen:
    """Likely twins among the petitions under way, group by group."""
    pages = max(-(-len(clusters) // CLUSTERS_ON_PAGE), 1)
    page = min(max(page, 0), pages - 1)
    shown = clusters[page * CLUSTERS_ON_PAGE :][:CLUSTERS_ON_PAGE]
    first = page * CLUSTERS_ON_PAGE + 1
    turn = [
        Button("◀", tap=ClustersTap(page - 1)) if page > 0 else None,
        Button("▶", tap=ClustersTap(page + 1)) if page + 1 < pages else None,
    ]
    said = [
        lines(
            Html(f"{number}. {bold(shortened(cluster.petitions[0].title, 90))}"),
            Html(
                " · ".join(
                    (
                        t.plural("{count} petition", "{count} petitions", len(cluster.petitions)),
                        t.plural(
                            "{count} signature",
                            "{count} signatures",
                            sum(petition.signature_count for petition in cluster.petitions),
                        ),
                    )
                )
            ),
        )
        for number, cluster in enumerate(shown, start=first)
    ]
    return Screen(
        join(
            t("<b>👯 Likely twins</b>"),
            t("Open petitions of one place and subject whose texts are much alike.")
            if clusters
            else t("No open petitions look alike. Well done."),
            *said,
        ),
        rows(
            [
                Button(str(number), tap=ClusterTap(cluster.petitions[0].id))
                for number, cluster in enumerate(shown, start=first)
            ],
            [button for button in turn if button is not None],
            Button(t.plain("Petitions to check"), tap=QueueTap(Section.WAITING.value, 0)),
        ),
    )


def cluster_screen(t: Translator, cluster: Cluster, places: Places, today: date) -> Screen:
    """The petitions of one group."""
    return Screen(
        join(
            t("<b>👯 Likely twins</b>"),
            *(
                entry(t, number, petition, places.get(petition.place_key), today)
                for number, petition in enumerate(cluster.petitions, start=1)
            ),
            t("Their authors may join forces: each can retire a petition for another and ask its signers along."),
        ),
        rows(
            *(
                [
                    Button(t.plain("№ {number}", number=str(petition.id)), tap=CardTap(petition.id, None))
                    for petition in cluster.petitions[at : at + 3]
                ]
                for at in range(0, min(len(cluster.petitions), 30), 3)
            ),
            Button(t.plain("Back"), tap=ClustersTap(0)),
        ),
    )


def told_clusters_screen(t: Translator, count: int) -> Screen:
    """To moderators, once a month."""
    return Screen(
        join(
            t("👯 Once a month: open petitions that look like one matter."),
            t.plural("{count} group", "{count} groups", count),
        ),
        rows(
            Button(t.plain("Likely twins"), tap=ClustersTap(0)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )
