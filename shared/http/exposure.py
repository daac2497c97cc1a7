"""What of a service is shown to whom, as its operator has set it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from starlette.types import Scope

from shared.production import Network
from shared.settings import ProcessSettings


@dataclass(frozen=True, kw_only=True)
class Exposure:
    docs: bool
    """Whether `/docs` and `/openapi.json` are answered."""
    metrics: bool
    """Whether `/metrics` is answered at the port of all,"""
    metrics_port: int | None
    """and at which other."""
    public_url: str | None
    proxies: Sequence[Network]

    @classmethod
    def of(cls, settings: ProcessSettings) -> Self:
        is_development = settings.env == "development"
        metrics = settings.metrics or ("open" if is_development else "instance_port")
        return cls(
            docs=is_development if settings.docs is None else settings.docs,
            metrics=metrics == "open",
            metrics_port=None if metrics == "off" else settings.instance_port,
            public_url=settings.public_url,
            proxies=settings.trusted_proxies,
        )

    @property
    def https_only(self) -> bool:
        return self.public_url is not None and self.public_url.startswith("https:")

    def shows_metrics(self, scope: Scope) -> bool:
        """Return whether the request came in where metrics are answered."""
        server = scope.get("server")
        port = None if server is None else server[1]
        return self.metrics or (self.metrics_port is not None and port == self.metrics_port)
