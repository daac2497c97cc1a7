"""Where the services of an instance answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from fettle.engines.processes import free_ports
from fettle.home import PROCESSES
from fettle.up.instance_counts import instance_names


@dataclass(frozen=True)
class Addresses:
    """A port for each service, and one more for each of several instances of a service, which share
    the first.
    """

    ports: Mapping[str, int]
    services: Mapping[str, str]
    """The service of each instance by the instance's name: `tickets`, `tickets-2`, …"""
    instance_ports: Mapping[str, int]
    """By the instance's name, of those alone that share their service's port."""

    @classmethod
    def of(cls, ports: Mapping[str, int], counts: Mapping[str, int]) -> "Addresses":
        """Return addresses for `counts` instances of a service, one of each that is not counted."""
        services = instance_names(dict.fromkeys(PROCESSES, 1) | dict(counts))
        of_several = [
            name for name, service in services.items() if list(services.values()).count(service) > 1
        ]
        free = free_ports(len(of_several), excluding=ports.values())
        return cls(dict(ports), services, dict(zip(of_several, free, strict=True)))

    @property
    def taken(self) -> list[int]:
        """Every port that an instance of a service listens on."""
        return [*self.ports.values(), *self.instance_ports.values()]

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def url_alone(self, name: str) -> str:
        """Return where one instance answers and no other of its service does."""
        return (
            f"http://127.0.0.1:{self.instance_ports[name]}"
            if name in self.instance_ports
            else self.url(self.services[name])
        )
