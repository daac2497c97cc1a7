"""What notify tells the other services."""

from shared.contracts import AudienceV1, OfferAnswerV1
from shared.facts import Fact


def answered(answer: OfferAnswerV1) -> Fact:
    return Fact(OfferAnswerV1, "answered", answer)


def audience(site: str, *, version: int, listeners: int, again: bool) -> Fact:
    """Return that so many listen to the site; `again` where nothing has changed."""
    told = AudienceV1(id=site, version=version, site_id=site, listeners=listeners)
    return Fact(AudienceV1, "restated" if again else "changed", told)
