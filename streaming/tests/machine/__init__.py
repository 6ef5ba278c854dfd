"""A Hypothesis state machine of leases and streams on a real PostgreSQL: who may do what, and what may go wrong.

`rows`: what each example starts from. `outside`: the world in memory, with its faults, and virtual time. `people`,
`admins`, `hints`, `faults`: the rules. `checks`: what must hold after every step, and at the end of each example.
"""
