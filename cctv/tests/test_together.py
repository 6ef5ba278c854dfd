"""Several rows by one statement."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cameras.models import Agency
from cctv import clock
from cctv.together import insert_together
from streaming.models import FirstSeen, SocketTicket

pytestmark = pytest.mark.django_db(transaction=True)


def agency(code: str) -> Agency:
    return Agency(code=code, name_en=code, name_ar="٪ %s")


def seen(name: str) -> FirstSeen:
    return FirstSeen(kind="room", name=name, at=clock.now())


def test_rows_of_several_models_are_one_statement(django_assert_num_queries):
    ticket = SocketTicket(pk=77, sha256="0" * 64, expires_at=clock.now())
    rows = [agency("A"), seen("one"), seen("two"), ticket]
    with django_assert_num_queries(1):
        insert_together(*rows)
    assert Agency.objects.get().name_ar == "٪ %s"
    assert set(FirstSeen.objects.values_list("name", flat=True)) == {"one", "two"}
    ticket.expires_at = clock.now()
    ticket.save()  # it is known to be there
    assert SocketTicket.objects.get().pk == 77


def test_one_row_alone(django_assert_num_queries):
    row = seen("one")
    with django_assert_num_queries(1):
        insert_together(row)
    assert FirstSeen.objects.count() == 1


def test_one_that_is_refused_takes_the_others_along():
    insert_together(seen("one"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(agency("A"), seen("one"))
    assert not Agency.objects.exists()
