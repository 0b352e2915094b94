"""Alembic's environment: works on the connection it is given, as the owner of the schema."""

from typing import Any

from alembic import context

from boxoffice_desktop.models import SCHEMA, Base


def _is_ours(name: str | None, type_: str, _parents: Any) -> bool:
    return name == SCHEMA if type_ == "schema" else True


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=_is_ours,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
