"""What operators ask on a terminal: what is there, what happened, what is wrong (docs/operate)."""
