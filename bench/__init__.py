"""`make bench`: the figures that the design promises, measured on this machine against a stack of its own."""
