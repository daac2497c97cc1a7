"""Who is asking: bearer tokens of people, and tokens of offers and jobs."""

from shared.workarounds.lean_imports import without

with without("pygments", "rich"):  # for its command line
    import httpx  # noqa: F401 - so that whatever imports it later gets it as it is
