"""The advisers' inbox as a place to work: who is where, drafts, canned replies, edits, mail, webhooks, ways in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    _access()
    _webhooks()
    _words()
    _hands()
    _adviser()
    op.add_column("case", sa.Column("outcome_note", sa.Text(), nullable=False, server_default=""))
    op.add_column("conversation", sa.Column("snoozed_until", _AT, nullable=True))
    for table in ("fact", "plan", "promise", "task"):
        _refer(table, "adviser_id", "adviser")
    op.create_index(op.f("ix_task_adviser_id"), "task", ["adviser_id"], unique=False)


def _refer(table: str, column: str, to: str) -> None:
    """A column that refers to another table: SQLite can add one only with its constraint beside it."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    constraint = f"CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    op.execute(f'ALTER TABLE "{table}" ADD COLUMN {column} {kind} {constraint}')


def _adviser() -> None:
    for column in (
        sa.Column("totp_secret", sa.String(200), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("oidc_subject", sa.String(400), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_until", _AT, nullable=True),
        sa.Column("last_login_at", _AT, nullable=True),
        sa.Column("locale", sa.String(5), nullable=False, server_default="da"),
        sa.Column("preferences", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column("adviser", column)
    op.create_index(op.f("ix_adviser_oidc_subject"), "adviser", ["oidc_subject"], unique=True)


def _access() -> None:
    op.create_table(
        "login_session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(60), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["adviser.id"], name=op.f("fk_login_session_adviser_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_adviser_id"), "login_session", ["adviser_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("used_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["adviser.id"], name=op.f("fk_invitation_adviser_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["adviser.id"], name=op.f("fk_invitation_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_adviser_id"), "invitation", ["adviser_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(128), nullable=False),
        sa.Column("used_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["adviser.id"], name=op.f("fk_recovery_code_adviser_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_adviser_id"), "recovery_code", ["adviser_id"], unique=False)


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(120), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("removed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_organisation_id"), "webhook", ["organisation_id"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", _ID, nullable=False),
        sa.Column("webhook_id", _ID, nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("delivered_at", _AT, nullable=True),
        sa.Column("given_up_at", _AT, nullable=True),
        sa.Column("error", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("webhook_id", "key", name=op.f("uq_webhook_delivery_webhook_id_key")),
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL AND given_up_at IS NULL"),
    )


def _words() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("adviser_id", _ID, nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("removed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_canned_reply_adviser_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_canned_reply_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_index(op.f("ix_canned_reply_organisation_id"), "canned_reply", ["organisation_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_draft_adviser_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_draft_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adviser_id", "conversation_id", "kind", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_conversation_id"), "draft", ["conversation_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("note_id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("seen_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_mention_adviser_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_mention_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", "adviser_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_adviser_id"), "mention", ["adviser_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["adviser.id"], name=op.f("fk_saved_view_adviser_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_adviser_id"), "saved_view", ["adviser_id"], unique=False)


def _hands() -> None:
    op.create_table(
        "presence",
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("typing_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["adviser.id"], name=op.f("fk_presence_adviser_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_presence_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adviser_id", "conversation_id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_conversation_id"), "presence", ["conversation_id"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_duty_adviser_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_organisation_id"), "duty", ["organisation_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_change_adviser_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_change_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_change_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_case_id"), "change", ["case_id"], unique=False)
    op.create_index(op.f("ix_change_conversation_id"), "change", ["conversation_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(120), nullable=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", _AT, nullable=True),
        sa.Column("given_up_at", _AT, nullable=True),
        sa.Column("error", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_mail_adviser_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index(op.f("ix_mail_adviser_id"), "mail", ["adviser_id"], unique=False)
    op.create_index(
        "ix_mail_unsent",
        "mail",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
