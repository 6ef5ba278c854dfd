"""pytest plugin: before Django reads its settings, bring up PostgreSQL and Redis and point the environment at them."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from deploy.local import stack
from deploy.local.errors import StackError
from deploy.local.session import Session
from deploy.local.stack import Stack

KEY = pytest.StashKey[Session]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper, because pytest-django loads the settings in the first plain implementation of this hook."""
    known = early_config.known_args_namespace
    if not (known.help or known.version):
        try:
            early_config.stash[KEY] = running = Session()
        except StackError as error:
            raise pytest.UsageError(str(error)) from error
        early_config.add_cleanup(running.end)
        os.environ.update(running.environment())
    return (yield)


@pytest.fixture(scope="session")
def local_stack(pytestconfig: pytest.Config) -> Stack:
    """The running PostgreSQL, Redis and supervisord of this test run."""
    return pytestconfig.stash[KEY].stack


@pytest.fixture(scope="session")
def local_janus(local_stack: Stack) -> Stack:
    """The same, with Janus answering at settings.JANUS_URL."""
    stack.start_service(local_stack, "janus")
    return local_stack


def pytest_report_header(config: pytest.Config) -> str:
    found = config.stash.get(KEY, None)
    return f"local stack: {found.stack.layout.data}" if found else "local stack: none"
