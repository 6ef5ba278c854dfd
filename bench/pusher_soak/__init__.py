"""Many pushers for a long time: does anything grow, drift or start anew?"""
