"""News of the other services' live streams, shared by all tabs of a person."""

from uuid import UUID


class LiveHub:
    """One stream at a service for each person and topic."""

    def end(self, session_id: UUID) -> None:
        """End what is open of a session."""
