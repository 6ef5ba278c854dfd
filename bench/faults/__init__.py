"""Faults: a running stack is hurt while browsers watch, and how it heals is measured (docs/operate/faults.md)."""
