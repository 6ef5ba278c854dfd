"""Rewrites every encrypted column with the first of FIELD_ENCRYPTION_KEYS.

Put the new key first and keep the old one behind it, restart, run this, then drop the old key.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from cameras.fields import EncryptedTextField


class Command(BaseCommand):
    help = "Rewrites encrypted columns with the first of FIELD_ENCRYPTION_KEYS; run it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            names = [field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
            if names:
                self.stdout.write(f"{model._meta.label}: {_rewritten(model, names)}")


def _rewritten(model: type[models.Model], names: list[str]) -> int:
    """Row by row, each in its own short transaction, so that no viewer waits for the whole table."""
    rows = model._default_manager
    keys = list(rows.exclude(**dict.fromkeys(names, "")).values_list("pk", flat=True))
    return sum(_rewrite(rows, pk, names) for pk in keys)


@transaction.atomic
def _rewrite(rows: models.Manager[Any], pk: Any, names: list[str]) -> int:
    """Read under the row's lock: a change made meanwhile must not be undone. 0 where the row has gone."""
    row = rows.select_for_update(no_key=True).filter(pk=pk).only(*names).first()
    if row is None:
        return 0
    row.save(update_fields=names)
    return 1
