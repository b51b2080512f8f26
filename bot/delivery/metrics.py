"""What the workers count for /metrics."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

DELIVERIES: Final = Counter(
    "halyq_deliveries", "Deliveries that came to an end, or were put back to be tried again.", ["outcome"]
)
"""Outcomes: sent, skipped, gathered, failed, again, too_many."""

SENT: Final = DELIVERIES.labels("sent")

QUEUE: Final = Gauge("halyq_outbox_waiting", "Deliveries that are due and wait to be sent.")
OLDEST: Final = Gauge("halyq_outbox_oldest_seconds", "How long the oldest due delivery has waited, seconds.")
PAUSED: Final = Gauge("halyq_outbox_paused", "1 while Telegram asked the bot to stop sending (429).")
IN_HAND: Final = Gauge("halyq_outbox_in_hand", "Deliveries that a worker holds or is sending.")
LATER: Final = Gauge("halyq_outbox_later", "Deliveries whose hour has not come.")
LIVE_DUE: Final = Gauge("halyq_live_due", "Live messages that are out of date.")
FAILED: Final = Gauge("halyq_outbox_failed", "Deliveries that were given up.")
EDITS: Final = Counter("halyq_live_edits", "Live messages looked at.", ["outcome"])
"""Outcomes: edited, same, gone, again, refused."""

JOBS: Final = Counter("halyq_jobs", "Scheduled jobs that ran.", ["name", "outcome"])
"""Outcomes: done, failed."""
