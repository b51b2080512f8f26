"""Similar petitions: what authors, signers and moderators tap."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.law.reasons import REPETITION
from bot.petitions.models import Draft, Petition
from bot.petitions.moderation import queries as moderation_queries
from bot.petitions.moderation.handlers import REFUSALS, refused, show_queue
from bot.petitions.moderation.service import Moderation, ReasonMissing
from bot.petitions.moderation.views import done_notice
from bot.petitions.reading.handlers import show_card, viewer_of
from bot.petitions.reading.queries import Card, card
from bot.petitions.reading.views import missing_screen
from bot.petitions.rules import PUBLIC, Action, NotAllowed
from bot.petitions.service import ChangeIncomplete, PetitionMissing, Petitions, SignOutcome
from bot.petitions.signing.handlers import ask_first
from bot.petitions.signing.views import annulled_toast
from bot.petitions.twins import views
from bot.petitions.twins.service import Twins, TwinUnfit
from bot.petitions.twins.show import draft_twins, places_of
from bot.petitions.twins.taps import (
    ClustersTap,
    ClusterTap,
    DraftTwinTap,
    JoinTap,
    RepeatsTap,
    RetireTap,
    SideTap,
)
from bot.petitions.writing.rules import TEXT_STEPS
from bot.petitions.writing.service import DraftGone, DraftMoved, Writing
from bot.petitions.writing.views import gone_screen
from bot.residents.models import Role
from bot.residents.service import Residents
from bot.residents.views import HomeTap, confirming_screen
from bot.telegram.answers import Answer
from bot.telegram.context import Here, Holds, InPrivate, TapIs

router = Router(name="petitions.twins")
_STAFF = (InPrivate(), Holds(Role.MODERATOR, Role.ADMIN))


# --- writing ----------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(DraftTwinTap), InPrivate())
async def twin_of_draft(
    query: CallbackQuery, here: Here, tap: DraftTwinTap, writing: Writing, twins: Twins, residents: Residents
) -> Answer:
    """A petition like a draft: read it, sign it and keep or discard the draft, or back to all of them."""
    try:
        draft = await writing.take(here.session, tap.draft, here.resident, tap.version)
    except DraftMoved as moved:
        return here.show(views.moved_screen(here.t, moved.draft.id))
    except DraftGone:
        return here.show(gone_screen(here.t))
    petition = await here.session.get(Petition, tap.petition)
    is_there = petition is not None and petition.state in PUBLIC and petition.hidden_since is None
    if petition is None or not is_there or tap.do not in {"look", "keep", "drop"}:
        return await _list(here, twins, draft)
    if tap.do == "look":
        return await _look(here, twins, draft, petition)
    if tap.do == "drop":
        writing.discard(draft, here.resident, here.now)
    here.resident.expecting = here.resident.last_list = None
    return await ask_first(here, twins.petitions, residents, petition.id, None)


async def _list(here: Here, twins: Twins, draft: Draft) -> Answer:
    is_last = draft.step not in TEXT_STEPS
    screen = await draft_twins(here.session, twins, here.t, draft, here.resident, here.now, is_last=is_last)
    return here.show(screen or views.moved_screen(here.t, draft.id))


async def _look(here: Here, twins: Twins, draft: Draft, petition: Petition) -> Answer:
    found = await twins.of_draft(here.session, draft, here.resident, here.now)
    twin = next((one for one in found if one.petition.id == petition.id), None)
    if twin is None:
        return await _list(here, twins, draft)
    places, today = places_of(twins.petitions, petition), twins.petitions.today(here.now)
    is_open = twins.petitions.is_open(petition, here.now)
    return here.show(views.draft_twin_screen(here.t, draft.id, draft.version, twin, places, today, is_open=is_open))


# --- retiring ---------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(RetireTap), InPrivate())
async def retire(query: CallbackQuery, here: Here, tap: RetireTap, petitions: Petitions, twins: Twins) -> Answer:
    """The author retires a petition for another: choose it, be told what happens, do it."""
    found = await card(here.session, tap.petition, viewer_of(here))
    if found is None or not found.is_author:
        return here.show(missing_screen(here.t, HomeTap()))
    if tap.twin is None:
        return await _choose(here, twins, found)
    twin = await here.session.get(Petition, tap.twin)
    if twin is None or not petitions.is_open(twin, here.now) or twin.state not in PUBLIC:
        return await _choose(here, twins, found)
    if not tap.sure:
        return here.show(views.retire_confirm_screen(here.t, found.petition, twin))
    try:
        await twins.retire(here.session, tap.petition, tap.twin, here.resident, here.now)
        toast = views.retired_toast(here.t)
    except (NotAllowed, PetitionMissing, TwinUnfit, ChangeIncomplete):
        toast = views.not_retired_toast(here.t)
    return await show_card(here, petitions, tap.petition, toast=toast)


async def _choose(here: Here, twins: Twins, found: Card) -> Answer:
    offered = await twins.signable(here.session, found.petition, here.now)
    places = places_of(twins.petitions, *(twin.petition for twin in offered))
    today = twins.petitions.today(here.now)
    return here.show(views.retire_list_screen(here.t, found.petition, offered, places, today))


@router.callback_query(TapIs(JoinTap), InPrivate())
async def join(query: CallbackQuery, here: Here, tap: JoinTap, petitions: Petitions, residents: Residents) -> Answer:
    """A signer of a retired petition signs the other one, with one tap and a receipt of its own."""
    found = await card(here.session, tap.petition, viewer_of(here))
    if found is None:
        return here.show(missing_screen(here.t, HomeTap()))
    if not await residents.is_confirmed(here.session, here.resident):
        confirming = await residents.begin_confirming(here.session, here.resident, tap, here.now)
        return here.show(confirming_screen(here.t, confirming))
    result = await petitions.sign(here.session, tap.petition, here.resident, here.now)
    t = here.t
    toast = {
        SignOutcome.SIGNED: t.plain("✅ Signed. Receipt: {receipt}", receipt=result.receipt or ""),
        SignOutcome.ALREADY: t.plain("You have already signed this petition."),
        SignOutcome.ANNULLED: annulled_toast(t),
    }.get(result.outcome, t.plain("Signing is not open at the moment."))
    here.resident.last_list = None
    return await show_card(here, petitions, tap.petition, toast=toast)


# --- moderation -------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(SideTap), *_STAFF)
async def side_by_side(query: CallbackQuery, here: Here, tap: SideTap, moderation: Moderation, twins: Twins) -> Answer:
    """A similar petition beside the one that is checked."""
    here.resident.expecting = None
    try:
        petition = await moderation.take(here.session, tap.petition, here.resident, here.now)
        actions = await moderation.actions(here.session, petition, here.resident)
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    twin = await twins.pair(here.session, petition, tap.other, here.now)
    if twin is None:
        return await refused(here, moderation, tap.petition, PetitionMissing(tap.other))
    places = places_of(twins.petitions, petition, twin.petition)
    can_reject = Action.REJECT in actions
    return here.show(views.side_by_side_screen(here.t, petition, twin, places, can_reject=can_reject))


@router.callback_query(TapIs(RepeatsTap), *_STAFF)
async def reject_repetition(query: CallbackQuery, here: Here, tap: RepeatsTap, moderation: Moderation) -> Answer:
    """Reject a petition as a repetition of another one, after showing what its author will read."""
    here.resident.expecting = None
    reason = await moderation_queries.reason(here.session, REPETITION)
    try:
        petition = await moderation.hold(here.session, tap.petition, tap.version, here.resident, here.now)
        other = await moderation.petitions.get(here.session, tap.other)
        if reason is None or not reason.active:
            return await show_queue(here, moderation, notice=views.no_reason_notice(here.t))
        if other is petition:
            raise PetitionMissing(tap.other)
        if not tap.sure:
            return here.show(views.repeats_screen(here.t, petition, other, reason.text(here.language)))
        await moderation.decide(
            here.session,
            tap.petition,
            tap.version,
            Action.REJECT,
            here.resident,
            here.now,
            reason_code=reason.code,
            twin_id=other.id,
        )
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    except (ReasonMissing, ChangeIncomplete):
        return await show_queue(here, moderation, notice=views.no_reason_notice(here.t))
    return await show_queue(here, moderation, notice=done_notice(here.t, tap.petition, Action.REJECT))


@router.callback_query(TapIs(ClustersTap), *_STAFF)
async def show_clusters(query: CallbackQuery, here: Here, tap: ClustersTap, twins: Twins) -> Answer:
    """Likely twins among the petitions under way."""
    here.resident.expecting = None
    return here.show(views.clusters_screen(here.t, await twins.clusters(here.session), tap.page))


@router.callback_query(TapIs(ClusterTap), *_STAFF)
async def show_cluster(query: CallbackQuery, here: Here, tap: ClusterTap, twins: Twins) -> Answer:
    """One group of likely twins."""
    clusters = await twins.clusters(here.session)
    chosen = next((one for one in clusters if any(petition.id == tap.petition for petition in one.petitions)), None)
    if chosen is None:
        return here.show(views.clusters_screen(here.t, clusters, 0))
    places = places_of(twins.petitions, *chosen.petitions)
    return here.show(views.cluster_screen(here.t, chosen, places, twins.petitions.today(here.now)))
