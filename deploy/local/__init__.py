"""The local stack behind `make demo` and the tests: PostgreSQL, Redis, Janus and our own programs under Supervisor."""
