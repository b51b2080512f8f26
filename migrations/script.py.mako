"""${message}

Before you write: a deployment runs the old and the new code side by side for a moment. Add columns with a server
default or as nullable; remove a column only in the release after the one that stopped using it. On PostgreSQL an
index on a large table is made with postgresql_concurrently in a migration of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
