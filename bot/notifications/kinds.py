"""How each kind of delivery is told. A kind that is not here only keeps to the quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.delivery.gate import DIGEST_KIND
from bot.notifications.rules import Event, Kind

_ABOUT_PETITION: Final = Kind()
_FOR_AUTHOR: Final = Kind(is_essential=True, is_told_beside=True)
_BY_ITSELF: Final = Kind(is_petitions=False)
_STRAIGHT: Final = Kind(is_petitions=False, is_straight=True)

_BESIDE: Final = Kind(is_told_beside=True)
_DISCUSSION: Final = Kind(Event.DISCUSSIONS, is_told_beside=True)
_DECISION: Final = Kind(Event.DECISIONS, is_essential=True, is_told_beside=True)

KINDS: Final[Mapping[str, Kind]] = {
    # A petition's way. The card says the same, so the pinned message does too, but for what is told beside it.
    "supporters_found": _ABOUT_PETITION,
    "petition_lapsed": _ABOUT_PETITION,
    "petition_published": _ABOUT_PETITION,
    "petition_supported": _ABOUT_PETITION,
    "petition_sent": _ABOUT_PETITION,
    "petition_readdressed": _ABOUT_PETITION,
    "petition_considering": _ABOUT_PETITION,
    "petition_overdue": _ABOUT_PETITION,
    "petition_expired": _ABOUT_PETITION,
    "petition_withdrawn": _ABOUT_PETITION,
    "milestone": Kind(Event.MILESTONES),
    # Who signed may want the signature back, or to sign another petition: that is no mere news.
    "petition_corrected": _BESIDE,
    "petition_body_corrected": _BESIDE,
    "petition_removed": _BESIDE,
    "petition_retired": _BESIDE,
    "petition_discussion": _DISCUSSION,
    "petition_group": _DISCUSSION,
    "discussion_invited": _DISCUSSION,
    "petition_decided": _DECISION,
    "decision_corrected": _DECISION,
    "was_it_done": _BESIDE,
    "petition_new_near": Kind(Event.NEW, is_told_beside=True),
    # To the author, who has to do something.
    "petition_approved": _FOR_AUTHOR,
    "petition_returned": _FOR_AUTHOR,
    "petition_rejected": _FOR_AUTHOR,
    "petition_restored": _FOR_AUTHOR,
    "petition_hidden": _FOR_AUTHOR,
    "petition_kept": _FOR_AUTHOR,
    "petition_reinstated": _FOR_AUTHOR,
    "appeal_dismissed": _FOR_AUTHOR,
    # Of no petition in particular, and to staff: at any time but the quiet hours.
    DIGEST_KIND: _BY_ITSELF,
    "broadcast": _BY_ITSELF,
    "survey_asked": _BY_ITSELF,
    "survey_reminder": _BY_ITSELF,
    "survey_results": _BY_ITSELF,
    "survey_report": _BY_ITSELF,
    "signatures_annulled": _BY_ITSELF,
    "signatures_returned": _BY_ITSELF,
    "queue_new": _BY_ITSELF,
    "queue_reported": _BY_ITSELF,
    "appeal_new": _BY_ITSELF,
    "photo_waiting": _BY_ITSELF,
    "signing_flag": _BY_ITSELF,
    "twin_clusters": _BY_ITSELF,
    "inbox_new": _BY_ITSELF,
    "inbox_assigned": _BY_ITSELF,
    "inbox_reminder": _BY_ITSELF,
    "inbox_reminders": _BY_ITSELF,
    "body_uncovered": _BY_ITSELF,
    "stand_in": _BY_ITSELF,
    # At an hour somebody chose, or of what concerns the account itself.
    "official_digest": _STRAIGHT,
    "official_week": _STRAIGHT,
    "group_bound": _STRAIGHT,
    "broadcast_done": _STRAIGHT,
    "account_moved": _STRAIGHT,
    "role_ended": _STRAIGHT,
}
