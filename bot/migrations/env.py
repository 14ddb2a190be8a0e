"""Alembic's entrance. ``Database.upgrade`` hands in its open connection; the transaction is the caller's."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.models import Aware, Base


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations name plain types, so that they outlive a change of our own."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Aware) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=_render,
    render_as_batch=True,
)
context.run_migrations()
