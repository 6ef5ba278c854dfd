"""The one error of the local stack: a sentence for whoever typed the command."""

from __future__ import annotations


class StackError(Exception):
    """Its text says what is wrong and which setting or log file to look at."""
