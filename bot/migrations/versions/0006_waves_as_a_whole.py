"""The wave as a whole: pause and cancel, uploads, incidents, heartbeats, leases, door visits, check-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change; it must work while the release before it still runs."""
    _service()
    _upload()
    _wave()
    _after()
    op.add_column("message", sa.Column("text_key", sa.String(80), nullable=False, server_default=""))
    op.add_column("promise", sa.Column("arrears_ore", sa.Integer(), nullable=True))
    op.add_column("promise", sa.Column("looked_at", _AT, nullable=True))
    op.add_column("task", sa.Column("printed_at", _AT, nullable=True))
    _refer("wave", "released_by_id", "adviser")
    _refer("case", "upload_id", "upload")


def _refer(table: str, column: str, to: str) -> None:
    """A column that refers to another table: SQLite can add one only with its constraint beside it."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    constraint = f"CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    op.execute(f'ALTER TABLE "{table}" ADD COLUMN {column} {kind} {constraint}')


def _service() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("until", _AT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "incident",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("seen_by_id", _ID, nullable=True),
        sa.Column("seen_at", _AT, nullable=True),
        sa.Column("ended_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_incident_organisation_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["adviser.id"], name=op.f("fk_incident_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_organisation_id"), "incident", ["organisation_id"], unique=False)


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("adviser_id", _ID, nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("taken_at", _AT, nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_upload_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["adviser_id"], ["adviser.id"], name=op.f("fk_upload_adviser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_organisation_id"), "upload", ["organisation_id"], unique=False)


def _wave() -> None:
    for column in (
        sa.Column("paused_at", _AT, nullable=True),
        sa.Column("paused_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("cancelled_at", _AT, nullable=True),
        sa.Column("cancelled_by", sa.String(40), nullable=False, server_default=""),
    ):
        op.add_column("wave", column)
    op.create_table(
        "step_key",
        sa.Column("id", _ID, nullable=False),
        sa.Column("wave_id", _ID, nullable=False),
        sa.Column("case_key", sa.String(64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_step_key_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_key")),
        sa.UniqueConstraint(
            "wave_id", "case_key", "round", "step", name=op.f("uq_step_key_wave_id_case_key_round_step")
        ),
    )
    op.create_index(op.f("ix_step_key_case_key"), "step_key", ["case_key"], unique=False)


def _after() -> None:
    op.create_table(
        "door_visit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("task_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by_id", _ID, nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("result", sa.String(12), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_door_visit_task_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["adviser.id"], name=op.f("fk_door_visit_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_door_visit_token_hash")),
    )
    op.create_index(op.f("ix_door_visit_task_id"), "door_visit", ["task_id"], unique=False)
    op.create_table(
        "check_in",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("said_yes_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_check_in_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_check_in_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("case_id", "round", "days", name=op.f("uq_check_in_case_id_round_days")),
        sa.UniqueConstraint("message_id", name=op.f("uq_check_in_message_id")),
    )
    op.create_index(op.f("ix_check_in_case_id"), "check_in", ["case_id"], unique=False)
