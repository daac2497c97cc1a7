"""What dispatch refuses, each with its code.

Conflict
├── IllegalStep      the job is not in a state for that; `legal` says what is
├── OfferDecided     the offer has its answer already; `state` and `decided_at` say which
├── NotYours         the job is no longer (or not yet) this technician's
├── AtCapacity       the technician holds as many jobs as they can
├── AlreadyDoing     the technician is at another job; one at a time
├── WindowsOverlap   two agreed visits of one technician would overlap
├── NotEligible      a hard rule bars the technician; `codes` says which
├── NotInPool        the job is not to be grabbed now; `state` and `accepted_at` say what it is
├── AskedByAnother   another of the staff has asked a technician meanwhile; `technician` says whom
└── TooManySteps     the work order was moved back and forth beyond reason
"""

from shared.errors import Conflict


class IllegalStep(Conflict):
    code = "illegal_step"


class OfferDecided(Conflict):
    code = "offer_decided"


class NotYours(Conflict):
    code = "not_yours"


class AtCapacity(Conflict):
    code = "at_capacity"


class AlreadyDoing(Conflict):
    code = "already_doing"


class WindowsOverlap(Conflict):
    code = "windows_overlap"


class NotEligible(Conflict):
    code = "not_eligible"


class NotInPool(Conflict):
    code = "not_in_pool"


class AskedByAnother(Conflict):
    code = "asked_by_another"


class TooManySteps(Conflict):
    code = "too_many_steps"
