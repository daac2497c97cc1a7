"""Fixtures of the portal's tests."""

from tests.support.portal import make_portal, portal

__all__ = ["make_portal", "portal"]
