"""The route: register, facts, rounds, expectations, signals, notices and outbox."""

import sqlalchemy as sa
from alembic import op

from ipa_core.store import types
from ipa_core.store.migrations.ddl import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables, on both databases."""
    op.create_table(
        "programme",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum(
                "yearly",
                "half_yearly",
                "quarterly",
                "monthly",
                "manual",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("opens_after", sa.Integer(), nullable=False),
        sa.Column("answer_within", sa.Integer(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("loaded_at", types.UtcDateTime(), nullable=False),
        sa.Column("last_write_at", types.UtcDateTime(), nullable=False),
        sa.Column("first_run_at", types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme")),
    )
    op.create_table(
        "received_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", types.UtcDateTime(), nullable=False),
        sa.Column("read_at", types.UtcDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "partly",
                "rejected",
                "duplicate",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("receipt", types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_received_file_sha256")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counts_from", types.UtcDateTime(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("free_days", types.JsonList(), nullable=False),
        sa.Column("context", types.JsonList(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme"], ["programme.code"], name=op.f("fk_calendar_version_programme_programme")
        ),
        sa.PrimaryKeyConstraint("programme", "version", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "contact",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "main",
                "deputy",
                "coordinator",
                "team",
                "project_lead",
                "aanjager",
                "steering_group",
                "beheerder",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_contact_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_programme"), ["programme"], unique=False)

    op.create_table(
        "dependency",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_dependency_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "dossier", "root", name=op.f("pk_dependency")),
    )
    with op.batch_alter_table("dependency", schema=None) as batch_op:
        batch_op.create_index("ix_dependency_programme_root", ["programme", "root"], unique=False)

    op.create_table(
        "digest",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("decided_at", types.UtcDateTime(), nullable=False),
        sa.Column("through_change", sa.Integer(), nullable=False),
        sa.Column("is_sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_digest_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "period", name=op.f("pk_digest")),
    )
    op.create_table(
        "expectation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "recommendation",
                "measure",
                "milestone",
                "request",
                "organisation",
                "contact",
                "solution",
                "theme",
                "root_cause",
                "signal",
                "message",
                "run",
                name="subjectkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("subject_code", sa.String(), nullable=False),
        sa.Column("held_from", types.UtcDateTime(), nullable=False),
        sa.Column("held_until", types.UtcDateTime(), nullable=True),
        sa.Column("steps", types.JsonList(), nullable=False),
        sa.Column("evidence", types.JsonList(), nullable=False),
        sa.Column("applied_at", types.UtcDateTime(), nullable=True),
        sa.Column("is_closing_applied", sa.Boolean(), nullable=False),
        sa.Column("next_at", types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_expectation_programme_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expectation")),
    )
    with op.batch_alter_table("expectation", schema=None) as batch_op:
        batch_op.create_index("ix_expectation_programme_next_at", ["programme", "next_at"], unique=False)
        batch_op.create_index("ix_expectation_programme_owner", ["programme", "owner"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_milestone_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_programme"), ["programme"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successors", types.JsonList(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_organisation_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_programme"), ["programme"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("bundle", "digest", name="messagekind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("slot_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("thread", types.JsonList(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "handed_over",
                "retrying",
                "dead",
                "skipped",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("promised_at", types.UtcDateTime(), nullable=False),
        sa.Column("due_at", types.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("leased_until", types.UtcDateTime(), nullable=True),
        sa.Column("intent_at", types.UtcDateTime(), nullable=True),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("handed_over_at", types.UtcDateTime(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("why_not", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_outbox_message_programme_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("programme", "key", name=op.f("uq_outbox_message_programme_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "policy_override",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("thresholds", "ladders", name="policykind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("values", types.Json(), nullable=False),
        sa.Column("counts_from", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_policy_override_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_policy_override")),
    )
    with op.batch_alter_table("policy_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_override_programme"), ["programme"], unique=False)

    op.create_table(
        "recommendation",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "recommendation", "measure", name="dossierkind", native_enum=False, create_constraint=True, length=64
            ),
            nullable=False,
        ),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("co_leads", types.JsonList(), nullable=False),
        sa.Column("actors", types.JsonList(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("depends_on", types.JsonList(), nullable=False),
        sa.Column(
            "recurs",
            sa.Enum("yearly", name="recurrence", native_enum=False, create_constraint=True, length=64),
            nullable=True,
        ),
        sa.Column("official_code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("has_priority", sa.Boolean(), nullable=False),
        sa.Column("advised_on", sa.Date(), nullable=True),
        sa.Column(
            "adoption",
            sa.Enum(
                "adopted",
                "partly",
                "not_adopted",
                "undecided",
                name="adoption",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_recommendation_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_recommendation")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_programme_code", ["programme", "code"], unique=False)

    op.create_table(
        "reporting_round",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("opened_at", types.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_reporting_round_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "code", name=op.f("pk_reporting_round")),
    )
    op.create_table(
        "request",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("opened_at", types.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("asked", types.JsonList(), nullable=False),
        sa.Column("answered_at", types.UtcDateTime(), nullable=True),
        sa.Column("waived_at", types.UtcDateTime(), nullable=True),
        sa.Column("waiver_reason", sa.String(), nullable=False),
        sa.Column("waived_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_request_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "round", "organisation", name=op.f("pk_request")),
    )
    op.create_table(
        "responsibility",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column(
            "share",
            sa.Enum("lead", "co_lead", name="share", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_responsibility_programme_programme")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_responsibility")),
    )
    with op.batch_alter_table("responsibility", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibility_programme"), ["programme"], unique=False)

    op.create_table(
        "signal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "recommendation",
                "measure",
                "milestone",
                "request",
                "organisation",
                "contact",
                "solution",
                "theme",
                "root_cause",
                "signal",
                "message",
                "run",
                name="subjectkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("subject_code", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("opened_at", types.UtcDateTime(), nullable=False),
        sa.Column("resolved_at", types.UtcDateTime(), nullable=True),
        sa.Column(
            "severity",
            sa.Enum(
                "info",
                "low",
                "medium",
                "high",
                "critical",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("has_come_back", sa.Boolean(), nullable=False),
        sa.Column("is_first_run", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_signal_programme_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint(
            "programme",
            "rule",
            "subject_kind",
            "subject_code",
            "episode",
            name=op.f("uq_signal_programme_rule_subject_kind_subject_code_episode"),
        ),
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_programme_resolved_at", ["programme", "resolved_at"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["received_file.id"], name=op.f("fk_submission_file_id_received_file")),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_submission_programme_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_programme"), ["programme"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox_message.id"], name=op.f("fk_attempt_message_outbox_message")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_message"), ["message"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "request", "signal", "digest", name="noticekind", native_enum=False, create_constraint=True, length=64
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column(
            "rung",
            sa.Enum(
                "O",
                "H1",
                "H2",
                "H3",
                "L1",
                "L2",
                "E1",
                "opening",
                "mention",
                "digest",
                name="rung",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "promised",
                "skipped",
                "suppressed",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("why_not", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("created_at", types.UtcDateTime(), nullable=False),
        sa.Column("settled_at", types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["outbox_message.id"], name=op.f("fk_notice_message_outbox_message")),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_notice_programme_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("programme", "key", name=op.f("uq_notice_programme_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_message"), ["message"], unique=False)
        batch_op.create_index("ix_notice_programme_kind_subject", ["programme", "kind", "subject"], unique=False)
        batch_op.create_index("ix_notice_programme_state", ["programme", "state"], unique=False)

    op.create_table(
        "signal_change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "came_back",
                "raised",
                "lowered",
                "restated",
                "resolved",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "info",
                "low",
                "medium",
                "high",
                "critical",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("expectation", sa.Integer(), nullable=False),
        sa.Column("applied_at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["expectation"], ["expectation.id"], name=op.f("fk_signal_change_expectation_expectation")
        ),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_signal_change_programme_programme")),
        sa.ForeignKeyConstraint(["signal"], ["signal.id"], name=op.f("fk_signal_change_signal_signal")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signal_change")),
    )
    with op.batch_alter_table("signal_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_change_programme"), ["programme"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_change_signal"), ["signal"], unique=False)

    op.create_table(
        "status_update",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "register", "history", "answer", name="origin", native_enum=False, create_constraint=True, length=64
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "in_progress",
                "completed",
                "blocked",
                "dropped",
                "superseded",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("is_plan_said", sa.Boolean(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("evidence", types.JsonList(), nullable=False),
        sa.Column(
            "root_cause",
            sa.Enum(
                "law",
                "money",
                "capacity",
                "execution",
                "partner",
                "decision",
                "data",
                name="rootcause",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("help_wanted", sa.String(), nullable=False),
        sa.Column(
            "effect",
            sa.Enum(
                "unknown",
                "none",
                "partial",
                "visible",
                name="effect",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column(
            "rating",
            sa.Enum(
                "on_track", "at_risk", "off_track", name="rating", native_enum=False, create_constraint=True, length=64
            ),
            nullable=True,
        ),
        sa.Column("is_unchanged", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("high", "medium", "low", name="confidence", native_enum=False, create_constraint=True, length=64),
            nullable=True,
        ),
        sa.Column("submission", sa.String(), nullable=True),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_status_update_progress")),
        sa.ForeignKeyConstraint(["programme"], ["programme.code"], name=op.f("fk_status_update_programme_programme")),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name=op.f("fk_status_update_submission_submission")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_status_update")),
    )
    with op.batch_alter_table("status_update", schema=None) as batch_op:
        batch_op.create_index("ix_status_update_programme_dossier", ["programme", "dossier"], unique=False)
    append_only("status_update")
    append_only("submission")


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("status_update", schema=None) as batch_op:
        batch_op.drop_index("ix_status_update_programme_dossier")

    op.drop_table("status_update")
    with op.batch_alter_table("signal_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_change_signal"))
        batch_op.drop_index(batch_op.f("ix_signal_change_programme"))

    op.drop_table("signal_change")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_programme_state")
        batch_op.drop_index("ix_notice_programme_kind_subject")
        batch_op.drop_index(batch_op.f("ix_notice_message"))

    op.drop_table("notice")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_message"))

    op.drop_table("attempt")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_programme"))

    op.drop_table("submission")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("ix_signal_programme_resolved_at")

    op.drop_table("signal")
    with op.batch_alter_table("responsibility", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responsibility_programme"))

    op.drop_table("responsibility")
    op.drop_table("request")
    op.drop_table("reporting_round")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index("ix_recommendation_programme_code")

    op.drop_table("recommendation")
    with op.batch_alter_table("policy_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_override_programme"))

    op.drop_table("policy_override")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_state_due_at")

    op.drop_table("outbox_message")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_programme"))

    op.drop_table("organisation")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_programme"))

    op.drop_table("milestone")
    with op.batch_alter_table("expectation", schema=None) as batch_op:
        batch_op.drop_index("ix_expectation_programme_owner")
        batch_op.drop_index("ix_expectation_programme_next_at")

    op.drop_table("expectation")
    op.drop_table("digest")
    with op.batch_alter_table("dependency", schema=None) as batch_op:
        batch_op.drop_index("ix_dependency_programme_root")

    op.drop_table("dependency")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_programme"))

    op.drop_table("contact")
    op.drop_table("calendar_version")
    op.drop_table("received_file")
    op.drop_table("programme")
