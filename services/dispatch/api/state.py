"""What dispatch's routes find under `app.state`."""

from dataclasses import dataclass

from shared.auth.work_tokens import WorkTokens
from shared.http.state import AppState


@dataclass(kw_only=True)
class DispatchState(AppState):
    work_tokens: WorkTokens
    """dispatch signs tokens of offers and jobs too."""
