"""The first shape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db import append_only_statements
from bot.petitions.search.models import WORDS_TABLE, index_statements


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit",
    "petition_events",
    "petition_texts",
    "announcements",
    "decisions",
    "decision_texts",
    "decision_documents",
)


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("bot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_budgets")),
    )
    op.create_table(
        "inbox",
        sa.Column("bot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("chat_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "answering",
                "done",
                "set_aside",
                name="inboxstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state != 'answering' OR answer IS NOT NULL", name=op.f("ck_inbox_answering_has_answer")),
        sa.CheckConstraint("state != 'set_aside' OR error IS NOT NULL", name=op.f("ck_inbox_set_aside_has_error")),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_state_update_id", ["state", "update_id"], unique=False)

    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "places",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kato", sa.String(length=9), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "republic",
                "oblast",
                "city_republican",
                "city_oblast",
                "district",
                "city_district_inner",
                "city_district",
                "rural_district",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_key", sa.String(length=160), nullable=True),
        sa.Column("name_kk", sa.String(length=160), nullable=False),
        sa.Column("name_ru", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("population", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("population_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("population IS NULL OR population >= 0", name=op.f("ck_places_population_counted")),
        sa.ForeignKeyConstraint(["parent_key"], ["places.key"], name=op.f("fk_places_parent_key_places")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_places")),
        sa.UniqueConstraint("kato", name=op.f("uq_places_kato")),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index("ix_places_parent_key", ["parent_key"], unique=False)

    op.create_table(
        "polling_offsets",
        sa.Column("bot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_polling_offsets")),
    )
    op.create_table(
        "population_margins",
        sa.Column("place_key", sa.String(length=160), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place_key", "dimension", "category", name=op.f("pk_population_margins")),
    )
    op.create_table(
        "rejection_reasons",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_kk", sa.Text(), nullable=False),
        sa.Column("text_ru", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rejection_reasons")),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("citizen_stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expecting", sa.String(length=80), nullable=True),
        sa.Column("last_words", sa.Text(), nullable=True),
        sa.Column("last_list", sa.String(length=24), nullable=True),
        sa.Column("last_filters", sa.JSON(), nullable=True),
        sa.Column("screen_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agrees_to_surveys", sa.Boolean(), nullable=True),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(phone_hash IS NULL) = (phone_confirmed_at IS NULL)", name=op.f("ck_residents_phone_whole")
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (telegram_id IS NULL AND phone_hash IS NULL)",
            name=op.f("ck_residents_erased_is_empty"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("phone_hash", name=op.f("uq_residents_phone_hash")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_residents_telegram_id")),
    )
    op.create_table(
        "search_builds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_builds")),
    )
    op.create_table(
        "search_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term", sa.String(length=60), nullable=False),
        sa.Column("documents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_terms")),
        sa.UniqueConstraint("term", name=op.f("uq_search_terms_term")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deputy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("resident_id != deputy_id", name=op.f("ck_absences_deputy_is_another")),
        sa.ForeignKeyConstraint(["deputy_id"], ["residents.id"], name=op.f("fk_absences_deputy_id_residents")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_absences_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_deputy_id", ["deputy_id"], unique=False)
        batch_op.create_index(
            "uq_absences_open",
            ["resident_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["residents.id"], name=op.f("fk_audit_actor_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "scheduled",
                "running",
                "paused",
                "done",
                "stopped",
                "discarded",
                name="broadcaststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("attachment", sa.JSON(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state != 'scheduled' OR starts_at IS NOT NULL", name=op.f("ck_broadcasts_scheduled_has_time")
        ),
        sa.CheckConstraint(
            "state NOT IN ('running', 'paused', 'done') OR started_at IS NOT NULL",
            name=op.f("ck_broadcasts_running_has_time"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["residents.id"], name=op.f("fk_broadcasts_owner_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.create_index("ix_broadcasts_state_starts_at", ["state", "starts_at"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_consents_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(
            "uq_consents_open",
            ["resident_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reference", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("priority", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "held",
                "claimed",
                "sending",
                "sent",
                "gathered",
                "skipped",
                "failed",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'sending') OR leased_until IS NOT NULL",
            name=op.f("ck_deliveries_claimed_has_lease"),
        ),
        sa.CheckConstraint("priority BETWEEN 0 AND 9", name=op.f("ck_deliveries_priority_known")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_deliveries_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_due", ["state", "priority", "not_before", "id"], unique=False)
        batch_op.create_index("ix_deliveries_kind_reference_state", ["kind", "reference", "state"], unique=False)
        batch_op.create_index("ix_deliveries_resident_id_finished_at", ["resident_id", "finished_at"], unique=False)

    op.create_table(
        "demographics",
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("age_band", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_demographics_resident_id_residents")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_demographics")),
    )
    op.create_table(
        "desks",
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_desks_resident_id_residents")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_desks")),
    )
    op.create_table(
        "digest_schedules",
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hour", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekdays", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tells_empty", sa.Boolean(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_digest_schedules_hour_of_day")),
        sa.CheckConstraint("weekdays BETWEEN 0 AND 127", name=op.f("ck_digest_schedules_weekdays_of_week")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_digest_schedules_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_digest_schedules")),
    )
    op.create_table(
        "group_inboxes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body_key", sa.String(length=180), nullable=True),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(bound_at IS NULL) = (body_key IS NULL)", name=op.f("ck_group_inboxes_bound_to_body")),
        sa.ForeignKeyConstraint(["proposed_by"], ["residents.id"], name=op.f("fk_group_inboxes_proposed_by_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_inboxes")),
    )
    with op.batch_alter_table("group_inboxes", schema=None) as batch_op:
        batch_op.create_index("ix_group_inboxes_body_key", ["body_key"], unique=False)
        batch_op.create_index(
            "uq_group_inboxes_chat",
            ["chat_id"],
            unique=True,
            sqlite_where=sa.text("unbound_at IS NULL"),
            postgresql_where=sa.text("unbound_at IS NULL"),
        )

    op.create_table(
        "interests",
        sa.Column(
            "kind",
            sa.Enum("place", "topic", name="interestkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_interests_resident_id_residents")),
        sa.PrimaryKeyConstraint("kind", "key", "resident_id", name=op.f("pk_interests")),
    )
    with op.batch_alter_table("interests", schema=None) as batch_op:
        batch_op.create_index("ix_interests_resident_id", ["resident_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "moderator", "official", "admin", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("body_key", sa.String(length=180), nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name=op.f("ck_invitations_use_whole")),
        sa.ForeignKeyConstraint(["made_by"], ["residents.id"], name=op.f("fk_invitations_made_by_residents")),
        sa.ForeignKeyConstraint(["used_by"], ["residents.id"], name=op.f("fk_invitations_used_by_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_table(
        "live_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inline_message_id", sa.String(length=120), nullable=True),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=False),
        sa.Column("refresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(inline_message_id IS NULL) = (chat_id IS NOT NULL AND message_id IS NOT NULL)",
            name=op.f("ck_live_messages_one_address"),
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_live_messages_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_messages")),
        sa.UniqueConstraint("chat_id", "message_id", name=op.f("uq_live_messages_chat_id_message_id")),
        sa.UniqueConstraint("inline_message_id", name=op.f("uq_live_messages_inline_message_id")),
    )
    with op.batch_alter_table("live_messages", schema=None) as batch_op:
        batch_op.create_index("ix_live_messages_kind_reference", ["kind", "reference"], unique=False)
        batch_op.create_index(
            "ix_live_messages_leased_until",
            ["leased_until"],
            unique=False,
            sqlite_where=sa.text("leased_until IS NOT NULL"),
            postgresql_where=sa.text("leased_until IS NOT NULL"),
        )
        batch_op.create_index("ix_live_messages_refresh_at", ["refresh_at"], unique=False)

    op.create_table(
        "notification_choices",
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mine",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="mine_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "signed",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="signed_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "followed",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="followed_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "milestones",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="milestones_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "discussions",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="discussions_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "decisions",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="decisions_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column(
            "new",
            sa.Enum(
                "at_once",
                "daily",
                "weekly",
                "never",
                name="new_mode",
                native_enum=False,
                create_constraint=True,
                length=8,
            ),
            nullable=True,
        ),
        sa.Column("quiet_chosen", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quiet_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest_hour", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest_weekday", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("one_message", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notification_choices_quiet_whole")
        ),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_notification_choices_digest_hour_of_day")),
        sa.CheckConstraint(
            "digest_weekday BETWEEN 0 AND 6", name=op.f("ck_notification_choices_digest_weekday_of_week")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_notification_choices_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_notification_choices")),
    )
    op.create_table(
        "petitions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("access_key", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "gathering",
                "moderation",
                "returned",
                "rejected",
                "lapsed",
                "published",
                "supported",
                "sent",
                "considering",
                "decided",
                "withdrawn",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("ask", sa.String(length=500), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("text_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=False),
        sa.Column("body_key", sa.String(length=180), nullable=False),
        sa.Column("suggested_body_key", sa.String(length=180), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("rules_from", sa.Date(), nullable=False),
        sa.Column("supporters_needed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("threshold_votes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("threshold_article", sa.String(length=60), nullable=False),
        sa.Column("threshold_key", sa.String(length=2), nullable=False),
        sa.Column("population", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("population_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signature_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("milestone", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supporters_by", sa.Date(), nullable=True),
        sa.Column("moderation_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moderation_due", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("hidden_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "satisfied", "partly", "refused", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("twin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("locked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "hidden_since IS NULL OR state IN ('published', 'supported', 'rejected')",
            name=op.f("ck_petitions_hidden_was_public"),
        ),
        sa.CheckConstraint(
            "state != 'decided' OR (decided_at IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_petitions_decided_has_outcome"),
        ),
        sa.CheckConstraint(
            "state != 'gathering' OR supporters_by IS NOT NULL", name=op.f("ck_petitions_gathering_has_date")
        ),
        sa.CheckConstraint(
            "state != 'moderation' OR moderation_due IS NOT NULL", name=op.f("ck_petitions_moderation_has_date")
        ),
        sa.CheckConstraint(
            "state != 'rejected' OR reason_code IS NOT NULL", name=op.f("ck_petitions_rejected_has_reason")
        ),
        sa.CheckConstraint(
            "state != 'returned' OR comment IS NOT NULL", name=op.f("ck_petitions_returned_has_comment")
        ),
        sa.CheckConstraint(
            "state NOT IN ('considering', 'decided') OR due_on IS NOT NULL",
            name=op.f("ck_petitions_considering_has_due"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'supported', 'sent', 'considering', 'decided', 'expired') OR (published_at IS NOT NULL AND closes_on IS NOT NULL)",
            name=op.f("ck_petitions_published_has_dates"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('rejected', 'lapsed', 'withdrawn', 'expired') OR ended_at IS NOT NULL",
            name=op.f("ck_petitions_ended_has_time"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'considering', 'decided') OR sent_at IS NOT NULL",
            name=op.f("ck_petitions_sent_has_time"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('supported', 'sent', 'considering', 'decided') OR supported_at IS NOT NULL",
            name=op.f("ck_petitions_supported_has_time"),
        ),
        sa.CheckConstraint(
            "twin_id IS NULL OR (twin_id != id AND state IN ('withdrawn', 'rejected'))",
            name=op.f("ck_petitions_twin_fits"),
        ),
        sa.CheckConstraint("length(title) > 0 AND length(ask) > 0", name=op.f("ck_petitions_text_present")),
        sa.CheckConstraint("signature_count >= 0", name=op.f("ck_petitions_count_not_negative")),
        sa.ForeignKeyConstraint(["assigned_to"], ["residents.id"], name=op.f("fk_petitions_assigned_to_residents")),
        sa.ForeignKeyConstraint(["author_id"], ["residents.id"], name=op.f("fk_petitions_author_id_residents")),
        sa.ForeignKeyConstraint(["locked_by"], ["residents.id"], name=op.f("fk_petitions_locked_by_residents")),
        sa.ForeignKeyConstraint(["twin_id"], ["petitions.id"], name=op.f("fk_petitions_twin_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
    )
    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_petitions_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_body_key"), ["body_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_hidden_since"), ["hidden_since"], unique=False)
        batch_op.create_index("ix_petitions_place_key_state", ["place_key", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_state"), ["state"], unique=False)
        batch_op.create_index("ix_petitions_state_closes_on", ["state", "closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_twin_id"), ["twin_id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "moderator", "official", "admin", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("body_key", sa.String(length=180), nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("stands_in_for", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'official') = (body_key IS NOT NULL)", name=op.f("ck_role_grants_official_has_body")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["residents.id"], name=op.f("fk_role_grants_granted_by_residents")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_role_grants_resident_id_residents")),
        sa.ForeignKeyConstraint(
            ["stands_in_for"], ["residents.id"], name=op.f("fk_role_grants_stands_in_for_residents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "surveys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "scheduled",
                "open",
                "paused",
                "closed",
                "discarded",
                name="surveystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=True),
        sa.Column("languages", sa.String(length=8), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("intro", sa.JSON(), nullable=False),
        sa.Column("thanks", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=True),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("min_cell", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quota", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remind_after_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series", sa.String(length=40), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state != 'closed' OR closed_at IS NOT NULL", name=op.f("ck_surveys_closed_has_time")),
        sa.CheckConstraint("state != 'scheduled' OR opens_at IS NOT NULL", name=op.f("ck_surveys_scheduled_has_time")),
        sa.CheckConstraint(
            "state NOT IN ('open', 'paused', 'closed') OR opened_at IS NOT NULL", name=op.f("ck_surveys_open_has_time")
        ),
        sa.CheckConstraint("min_cell >= 2", name=op.f("ck_surveys_cell_is_no_person")),
        sa.ForeignKeyConstraint(["owner_id"], ["residents.id"], name=op.f("fk_surveys_owner_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_surveys_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_place_key"), ["place_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_series"), ["series"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_state"), ["state"], unique=False)
        batch_op.create_index("ix_surveys_state_closes_at", ["state", "closes_at"], unique=False)

    op.create_table(
        "wishes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_key", sa.String(length=160), nullable=True),
        sa.Column("settled", sa.String(length=20), nullable=True),
        sa.Column("picked_body_key", sa.String(length=180), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_wishes_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wishes_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "discussion",
                "working_group",
                name="announcementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body_key", sa.String(length=180), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["residents.id"], name=op.f("fk_announcements_by_id_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_announcements_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_petition_id"), ["petition_id"], unique=False)

    op.create_table(
        "annulments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("signed_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("younger_than_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signatures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name=op.f("ck_annulments_clearing_whole")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_annulments_undoing_whole")),
        sa.CheckConstraint("signatures > 0", name=op.f("ck_annulments_annuls_something")),
        sa.CheckConstraint("undone_at IS NULL OR cleared_at IS NULL", name=op.f("ck_annulments_one_end")),
        sa.ForeignKeyConstraint(["cleared_by"], ["residents.id"], name=op.f("fk_annulments_cleared_by_residents")),
        sa.ForeignKeyConstraint(["made_by"], ["residents.id"], name=op.f("fk_annulments_made_by_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_annulments_petition_id_petitions")),
        sa.ForeignKeyConstraint(["undone_by"], ["residents.id"], name=op.f("fk_annulments_undone_by_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annulments")),
    )
    with op.batch_alter_table("annulments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_annulments_petition_id"), ["petition_id"], unique=False)

    op.create_table(
        "answer_opinions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_answer_opinions_petition_id_petitions")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_answer_opinions_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_opinions")),
        sa.UniqueConstraint("petition_id", "resident_id", name=op.f("uq_answer_opinions_petition_id_resident_id")),
    )
    with op.batch_alter_table("answer_opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_opinions_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "answer_sets",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("respondent", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at_question", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=True),
        sa.Column("age_band", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "finished_on IS NULL OR finished_on >= begun_on", name=op.f("ck_answer_sets_ends_after_begin")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_answer_sets_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "respondent", name=op.f("pk_answer_sets")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answer_sets", schema=None) as batch_op:
        batch_op.create_index("ix_answer_sets_survey_id_finished_on", ["survey_id", "finished_on"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "satisfied", "partly", "refused", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("body_key", sa.String(length=180), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["residents.id"], name=op.f("fk_decisions_by_id_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_decisions_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("petition_id", "version", name=op.f("uq_decisions_petition_id_version")),
    )
    op.create_table(
        "deed_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "deed",
            sa.Enum("yes", "partly", "no", name="deed", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("photo_id", sa.String(length=200), nullable=True),
        sa.Column(
            "photo_state",
            sa.Enum(
                "waiting", "shown", "hidden", name="photostate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(photo_id IS NULL) = (photo_state IS NULL)", name=op.f("ck_deed_reports_photo_has_state")),
        sa.ForeignKeyConstraint(["checked_by"], ["residents.id"], name=op.f("fk_deed_reports_checked_by_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_deed_reports_petition_id_petitions")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_deed_reports_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed_reports")),
        sa.UniqueConstraint("petition_id", "resident_id", name=op.f("uq_deed_reports_petition_id_resident_id")),
    )
    with op.batch_alter_table("deed_reports", schema=None) as batch_op:
        batch_op.create_index("ix_deed_reports_photo_state", ["photo_state"], unique=False)
        batch_op.create_index(batch_op.f("ix_deed_reports_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "rules",
                "title",
                "ask",
                "why",
                "place",
                "body",
                "review",
                "opened",
                "discarded",
                name="draftstep",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=140), nullable=True),
        sa.Column("ask", sa.String(length=500), nullable=True),
        sa.Column("why", sa.String(length=3000), nullable=True),
        sa.Column("place_key", sa.String(length=160), nullable=True),
        sa.Column("body_key", sa.String(length=180), nullable=True),
        sa.Column("suggested_body_key", sa.String(length=180), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["residents.id"], name=op.f("fk_drafts_author_id_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_drafts_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_author_id"), ["author_id"], unique=False)

    op.create_table(
        "follows",
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_follows_petition_id_petitions")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_follows_resident_id_residents")),
        sa.PrimaryKeyConstraint("petition_id", "resident_id", name=op.f("pk_follows")),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follows_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "official_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "discussion",
                "working_group",
                "decision",
                "correction",
                name="draftkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "satisfied", "partly", "refused", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["residents.id"], name=op.f("fk_official_drafts_editor_id_residents")),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_official_drafts_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_drafts")),
    )
    with op.batch_alter_table("official_drafts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_official_drafts_open",
            ["petition_id", "kind"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "petition_appeals",
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("rejected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("granted", "dismissed", name="appealoutcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name=op.f("ck_petition_appeals_decided_whole")),
        sa.CheckConstraint("decided_at IS NULL OR filed_at IS NOT NULL", name=op.f("ck_petition_appeals_filed_first")),
        sa.CheckConstraint(
            "decided_by IS NULL OR ((rejected_by IS NULL OR decided_by <> rejected_by) AND (author_id IS NULL OR decided_by <> author_id))",
            name=op.f("ck_petition_appeals_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["residents.id"], name=op.f("fk_petition_appeals_author_id_residents")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["residents.id"], name=op.f("fk_petition_appeals_decided_by_residents")
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_appeals_petition_id_petitions")
        ),
        sa.ForeignKeyConstraint(
            ["rejected_by"], ["residents.id"], name=op.f("fk_petition_appeals_rejected_by_residents")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_appeals")),
    )
    with op.batch_alter_table("petition_appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_petition_appeals_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_petition_appeals_filed_at"), ["filed_at"], unique=False)

    op.create_table(
        "petition_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "gathering",
                "moderation",
                "returned",
                "rejected",
                "lapsed",
                "published",
                "supported",
                "sent",
                "considering",
                "decided",
                "withdrawn",
                "expired",
                name="source_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "target",
            sa.Enum(
                "gathering",
                "moderation",
                "returned",
                "rejected",
                "lapsed",
                "published",
                "supported",
                "sent",
                "considering",
                "decided",
                "withdrawn",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("body_key", sa.String(length=180), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["residents.id"], name=op.f("fk_petition_events_actor_id_residents")),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_events_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_events")),
    )
    with op.batch_alter_table("petition_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_petition_events_petition_id"), ["petition_id"], unique=False)

    op.create_table(
        "petition_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reporter_key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "personal",
                "insult",
                "false",
                "forbidden",
                "spam",
                "other",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("kept", "removed", name="reportoutcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_petition_reports_closed_whole")),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_reports_petition_id_petitions")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_petition_reports_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_reports")),
        sa.UniqueConstraint("petition_id", "reporter_key", name=op.f("uq_petition_reports_petition_id_reporter_key")),
    )
    with op.batch_alter_table("petition_reports", schema=None) as batch_op:
        batch_op.create_index("ix_petition_reports_petition_id_closed_at", ["petition_id", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_petition_reports_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "petition_texts",
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("ask", sa.String(length=500), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_texts_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("petition_id", "version", name=op.f("pk_petition_texts")),
    )
    op.create_table(
        "petition_traits",
        sa.Column(
            "petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("trait", sa.String(length=60), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_traits_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("petition_id", "trait", name=op.f("pk_petition_traits")),
    )
    with op.batch_alter_table("petition_traits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_petition_traits_trait_place_key", ["trait", "place_key", "petition_id", "weight"], unique=False
        )

    op.create_table(
        "search_documents",
        sa.Column(
            "petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "open",
                "with_body",
                "decided",
                "closed",
                "hidden",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("shelf", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=False),
        sa.Column("body_key", sa.String(length=180), nullable=False),
        sa.Column("day", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_search_documents_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_search_documents")),
    )
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_search_documents_facets",
            ["petition_id", "standing", "shelf", "language", "place_key", "body_key"],
            unique=False,
        )

    op.create_table(
        "signing_flags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sign",
            sa.Enum("fresh", "surge", name="sign", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("signed_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_signing_flags_closed_whole")),
        sa.ForeignKeyConstraint(["closed_by"], ["residents.id"], name=op.f("fk_signing_flags_closed_by_residents")),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_signing_flags_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_flags")),
    )
    with op.batch_alter_table("signing_flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_flags_petition_id"), ["petition_id"], unique=False)
        batch_op.create_index(
            "uq_signing_flags_open",
            ["petition_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "survey_invitations",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_key", sa.String(length=160), nullable=True),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_survey_invitations_resident_id_residents")
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "resident_id", name=op.f("pk_survey_invitations")),
    )
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_invitations_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "survey_questions",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_questions_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "position", name=op.f("pk_survey_questions")),
    )
    op.create_table(
        "decision_documents",
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_documents_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("decision_id", "position", name=op.f("pk_decision_documents")),
    )
    op.create_table(
        "decision_texts",
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_texts_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("decision_id", "language", name=op.f("pk_decision_texts")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signer_key", sa.String(length=64), nullable=False),
        sa.Column("text_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["annulment_id"], ["annulments.id"], name=op.f("fk_signatures_annulment_id_annulments")
        ),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_signatures_petition_id_petitions")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_signatures_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("receipt", name=op.f("uq_signatures_receipt")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signatures_annulment_id"), ["annulment_id"], unique=False)
        batch_op.create_index("ix_signatures_petition_id_signed_at", ["petition_id", "signed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatures_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(
            "uq_signatures_standing",
            ["petition_id", "signer_key"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL OR annulment_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL OR annulment_id IS NOT NULL"),
        )

    op.create_table(
        "survey_answers",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("respondent", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id", "respondent"],
            ["answer_sets.survey_id", "answer_sets.respondent"],
            name=op.f("fk_survey_answers_survey_id_answer_sets"),
        ),
        sa.PrimaryKeyConstraint("survey_id", "respondent", "question", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index("ix_survey_answers_survey_id_question", ["survey_id", "question"], unique=False)
    op.create_index(
        "uq_role_grants_open",
        "role_grants",
        ["resident_id", "role", sa.text("coalesce(body_key, '')")],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
    for statement in index_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answers_survey_id_question")

    op.drop_table("survey_answers")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signatures_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL OR annulment_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL OR annulment_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_signatures_resident_id"))
        batch_op.drop_index("ix_signatures_petition_id_signed_at")
        batch_op.drop_index(batch_op.f("ix_signatures_annulment_id"))

    op.drop_table("signatures")
    op.drop_table("decision_texts")
    op.drop_table("decision_documents")
    op.drop_table("survey_questions")
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_invitations_resident_id"))

    op.drop_table("survey_invitations")
    with op.batch_alter_table("signing_flags", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signing_flags_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_signing_flags_petition_id"))

    op.drop_table("signing_flags")
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.drop_index("ix_search_documents_facets")

    op.drop_table("search_documents")
    with op.batch_alter_table("petition_traits", schema=None) as batch_op:
        batch_op.drop_index("ix_petition_traits_trait_place_key")

    op.drop_table("petition_traits")
    op.drop_table("petition_texts")
    with op.batch_alter_table("petition_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_reports_resident_id"))
        batch_op.drop_index("ix_petition_reports_petition_id_closed_at")

    op.drop_table("petition_reports")
    with op.batch_alter_table("petition_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_events_petition_id"))

    op.drop_table("petition_events")
    with op.batch_alter_table("petition_appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_appeals_filed_at"))
        batch_op.drop_index(batch_op.f("ix_petition_appeals_author_id"))

    op.drop_table("petition_appeals")
    with op.batch_alter_table("official_drafts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_official_drafts_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("official_drafts")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_resident_id"))

    op.drop_table("follows")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_author_id"))

    op.drop_table("drafts")
    with op.batch_alter_table("deed_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deed_reports_resident_id"))
        batch_op.drop_index("ix_deed_reports_photo_state")

    op.drop_table("deed_reports")
    op.drop_table("decisions")
    with op.batch_alter_table("answer_sets", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_sets_survey_id_finished_on")

    op.drop_table("answer_sets")
    with op.batch_alter_table("answer_opinions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_opinions_resident_id"))

    op.drop_table("answer_opinions")
    with op.batch_alter_table("annulments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_annulments_petition_id"))

    op.drop_table("annulments")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcements_petition_id"))

    op.drop_table("announcements")
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wishes_resident_id"))

    op.drop_table("wishes")
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_index("ix_surveys_state_closes_at")
        batch_op.drop_index(batch_op.f("ix_surveys_state"))
        batch_op.drop_index(batch_op.f("ix_surveys_series"))
        batch_op.drop_index(batch_op.f("ix_surveys_place_key"))
        batch_op.drop_index(batch_op.f("ix_surveys_owner_id"))

    op.drop_table("surveys")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_resident_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petitions_twin_id"))
        batch_op.drop_index(batch_op.f("ix_petitions_subject"))
        batch_op.drop_index("ix_petitions_state_closes_on")
        batch_op.drop_index(batch_op.f("ix_petitions_state"))
        batch_op.drop_index(batch_op.f("ix_petitions_published_at"))
        batch_op.drop_index("ix_petitions_place_key_state")
        batch_op.drop_index(batch_op.f("ix_petitions_hidden_since"))
        batch_op.drop_index(batch_op.f("ix_petitions_body_key"))
        batch_op.drop_index(batch_op.f("ix_petitions_author_id"))

    op.drop_table("petitions")
    op.drop_table("notification_choices")
    with op.batch_alter_table("live_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_live_messages_refresh_at")
        batch_op.drop_index(
            "ix_live_messages_leased_until",
            sqlite_where=sa.text("leased_until IS NOT NULL"),
            postgresql_where=sa.text("leased_until IS NOT NULL"),
        )
        batch_op.drop_index("ix_live_messages_kind_reference")

    op.drop_table("live_messages")
    op.drop_table("invitations")
    with op.batch_alter_table("interests", schema=None) as batch_op:
        batch_op.drop_index("ix_interests_resident_id")

    op.drop_table("interests")
    with op.batch_alter_table("group_inboxes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_group_inboxes_chat",
            sqlite_where=sa.text("unbound_at IS NULL"),
            postgresql_where=sa.text("unbound_at IS NULL"),
        )
        batch_op.drop_index("ix_group_inboxes_body_key")

    op.drop_table("group_inboxes")
    op.drop_table("digest_schedules")
    op.drop_table("desks")
    op.drop_table("demographics")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_resident_id_finished_at")
        batch_op.drop_index("ix_deliveries_kind_reference_state")
        batch_op.drop_index("ix_deliveries_due")

    op.drop_table("deliveries")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consents_open",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consents_resident_id"))

    op.drop_table("consents")
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_index("ix_broadcasts_state_starts_at")

    op.drop_table("broadcasts")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_absences_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_absences_deputy_id")

    op.drop_table("absences")
    op.drop_table("search_terms")
    op.drop_table("search_builds")
    op.drop_table("residents")
    op.drop_table("rejection_reasons")
    op.drop_table("population_margins")
    op.drop_table("polling_offsets")
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_index("ix_places_parent_key")

    op.drop_table("places")
    op.drop_table("job_runs")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_state_update_id")

    op.drop_table("inbox")
    op.drop_table("budgets")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
    else:
        op.execute(f"DROP TABLE {WORDS_TABLE}")
