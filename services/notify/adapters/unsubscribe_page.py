"""The page behind a mail's link that ends such mails."""

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notify.domain.kinds import Language

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def unsubscribe_page(language: Language, *, is_done: bool) -> str:
    """Return the page as HTML: two buttons, or that it is done."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True
    )
    return environment.get_template(f"{language}/_unsubscribe.html").render(is_done=is_done)
