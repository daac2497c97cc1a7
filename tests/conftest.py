"""Fixtures for every test: real engines, started once, and fresh databases."""

from tests.support.component import component
from tests.support.engines import databases, nats, postgres

__all__ = ["component", "databases", "nats", "postgres"]
