"""The first shape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db import append_only_statements


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit", "petition_events", "petition_texts")


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
        "rejection_reasons",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_kk", sa.Text(), nullable=False),
        sa.Column("text_ru", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
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
        sa.Column("screen_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
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
        sa.Column("reference", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("priority", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "claimed",
                "sending",
                "sent",
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
        batch_op.create_index("ix_deliveries_resident_id_finished_at", ["resident_id", "finished_at"], unique=False)

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
        sa.Column("search_key", sa.Text(), nullable=False),
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
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("locked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint("length(title) > 0 AND length(ask) > 0", name=op.f("ck_petitions_text_present")),
        sa.CheckConstraint("signature_count >= 0", name=op.f("ck_petitions_count_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["residents.id"], name=op.f("fk_petitions_author_id_residents")),
        sa.ForeignKeyConstraint(["locked_by"], ["residents.id"], name=op.f("fk_petitions_locked_by_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
    )
    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_petitions_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_body_key"), ["body_key"], unique=False)
        batch_op.create_index("ix_petitions_place_key_state", ["place_key", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_state"), ["state"], unique=False)
        batch_op.create_index("ix_petitions_state_closes_on", ["state", "closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_petitions_subject"), ["subject"], unique=False)

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
        sa.Column("granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'official') = (body_key IS NOT NULL)", name=op.f("ck_role_grants_official_has_body")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["residents.id"], name=op.f("fk_role_grants_granted_by_residents")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_role_grants_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_resident_id"), ["resident_id"], unique=False)

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
        "signatures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signer_key", sa.String(length=64), nullable=False),
        sa.Column("text_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_signatures_petition_id_petitions")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_signatures_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("receipt", name=op.f("uq_signatures_receipt")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index("ix_signatures_petition_id_signed_at", ["petition_id", "signed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatures_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(
            "uq_signatures_standing",
            ["petition_id", "signer_key"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
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


def downgrade() -> None:
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signatures_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_signatures_resident_id"))
        batch_op.drop_index("ix_signatures_petition_id_signed_at")

    op.drop_table("signatures")
    op.drop_table("petition_texts")
    with op.batch_alter_table("petition_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_events_petition_id"))

    op.drop_table("petition_events")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_resident_id"))

    op.drop_table("follows")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_author_id"))

    op.drop_table("drafts")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_resident_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petitions_subject"))
        batch_op.drop_index("ix_petitions_state_closes_on")
        batch_op.drop_index(batch_op.f("ix_petitions_state"))
        batch_op.drop_index(batch_op.f("ix_petitions_published_at"))
        batch_op.drop_index("ix_petitions_place_key_state")
        batch_op.drop_index(batch_op.f("ix_petitions_body_key"))
        batch_op.drop_index(batch_op.f("ix_petitions_author_id"))

    op.drop_table("petitions")
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
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_resident_id_finished_at")
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
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
    op.drop_table("residents")
    op.drop_table("rejection_reasons")
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
