"""How a migration runs: on the connection `bot.migrate` hands over, with every table known."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.bootstrap import load_models
from bot.db import Base, UtcDateTime, is_of_models


def render(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our instants as plain SQLAlchemy, so that an old migration needs no code of ours."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


load_models()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    include_object=is_of_models,
    render_item=render,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
