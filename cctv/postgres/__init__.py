"""A database engine: Django's own for PostgreSQL, with a pool that costs a request no round trip."""
