"""What a user prefers, as his browser reads and writes it."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import User


class PreferencesBody(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["language", "theme", "digits"]
