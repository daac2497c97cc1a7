"""Fixtures of the portal's tests."""

import tempfile
from collections.abc import Iterator

import pytest

from tests.support.portal import make_portal, portal, service_schemas

__all__ = ["make_portal", "portal", "service_schemas"]


@pytest.fixture(scope="package", autouse=True)
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have portals keep lists where pytest clears away: none of them lives to its end here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("portal")))
        yield
