"""Fixtures of the portal's tests."""

from tests.support.portal import make_portal, portal, service_schemas

__all__ = ["make_portal", "portal", "service_schemas"]
