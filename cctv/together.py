"""Several rows by one statement: under a lock, each round trip is a wait for everybody behind it."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from django.db.models.sql import InsertQuery


def insert_together(*rows: Model) -> None:
    """New rows of any models, without the signals of save(). A key that the database makes stays unknown here."""
    statements, values = zip(*(_insert(row) for row in rows), strict=True)
    *before, last = statements
    named = ", ".join(f"row_{number} AS ({statement})" for number, statement in enumerate(before))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if before else last, [one for some in values for one in some])
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insert(row: Model) -> tuple[str, list[object]]:
    fields = [field for field in row._meta.local_concrete_fields if not (field.primary_key and row.pk is None)]
    query = InsertQuery(type(row))
    query.insert_values(fields, [row])
    ((statement, values),) = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return statement, list(values)
