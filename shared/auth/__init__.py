"""Who is asking: bearer tokens of people, and tokens of offers and jobs."""

from shared.workarounds.lean_imports import later, without

with without("pygments", "rich"):  # for its command line
    import httpx  # noqa: F401 - so that whatever imports it later gets it as it is

with later("cryptography.x509", "load_pem_x509_certificate", "load_der_x509_certificate"):
    import joserfc.jwk  # noqa: F401 - the same; no key comes as a certificate
