"""Which lists there are, and which services take each of them, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class Kind(StrEnum):
    PLACES = "places"
    RESIDENTS = "residents"
    TECHNICIANS = "technicians"
    ROTA = "rota"
    TICKETS = "tickets"


@dataclass(frozen=True)
class Step:
    """A service that takes a list, and where; `{site}` stands for the site."""

    service: str
    path: str

    def path_at(self, site: str) -> str:
        return self.path.replace("{site}", quote(site, safe=""))


_CONTACTS = Step("notify", "/v1/recipients:import?site={site}")
STEPS: Mapping[Kind, tuple[Step, ...]] = {
    Kind.PLACES: (Step("tickets", "/v1/sites/{site}/places:import"),),
    Kind.RESIDENTS: (Step("tickets", "/v1/sites/{site}/people:import"), _CONTACTS),
    Kind.TECHNICIANS: (Step("dispatch", "/v1/sites/{site}/technicians:import"), _CONTACTS),
    Kind.ROTA: (Step("dispatch", "/v1/sites/{site}/rota:import"),),
    Kind.TICKETS: (Step("tickets", "/v1/sites/{site}/tickets:import"),),
}
