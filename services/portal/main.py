"""The portal, put together: pages for people, out of what the other services say."""

import asyncio
from collections.abc import Iterable
from functools import cache, partial

from fastapi import FastAPI
from prometheus_client.core import Metric as Family

from services.portal.actions.demo_people import SITE as DEMO_SITE
from services.portal.actions.demo_shift import watch_demo_shift
from services.portal.actions.limits import OLD_ATTEMPTS
from services.portal.actions.login_links import OLD_LOGIN_LINKS
from services.portal.actions.open_ticket_link import NEEDLESS_ENDS
from services.portal.actions.sessions import OLD_SESSIONS, Sessions
from services.portal.adapters.found_callers import FoundCallers
from services.portal.adapters.kept_lists import KeptLists, sweep_kept_lists
from services.portal.adapters.live_hub import LiveHub
from services.portal.adapters.messages import Messages
from services.portal.adapters.oidc_issuer import Client
from services.portal.adapters.readings import METRICS, portal_readings
from services.portal.adapters.rendering import Templates
from services.portal.adapters.service_links import ServiceLinks, Transport
from services.portal.adapters.static_files import StaticFiles
from services.portal.adapters.tokens import TokenSigner
from services.portal.api import keys_document, live, static_files, token
from services.portal.api.state import PortalState
from services.portal.api.ways_in import WaysIn
from services.portal.pages.every_page import ROUTERS
from services.portal.pages.in_words import InWords
from services.portal.settings import Settings
from services.portal.store.tables import METADATA
from shared.auth.caller import Role
from shared.clock import Clock, SystemClock
from shared.db.transaction import Transaction
from shared.ids import PersonId
from shared.service.composition import Service, open_database


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    transport: Transport | None = None,
    patience: float = 1,
) -> FastAPI:
    """Return the application; `transport` is the way to the other services, by default the network,
    and `patience` how many times as long as usual they are waited for.
    """
    clock = clock or SystemClock()
    database = open_database("portal", settings, metadata=METADATA, clock=clock)
    is_development = settings.env == "development"
    links = ServiceLinks(
        {
            "tickets": settings.tickets_url,
            "dispatch": settings.dispatch_url,
            "sla": settings.sla_url,
            "notify": settings.notify_url,
        },
        transport,
        patience=patience,
    )
    static, templates, messages = _made_of_files(is_development)

    ways_in = WaysIn.made(
        settings.portal_signing_keys,
        clock,
        client=_client(settings),
        is_development=is_development,
    )

    async def read_metrics(_: Transaction) -> Iterable[Family]:
        return portal_readings(links.calls, ways_in.sign_ins)

    kept_lists = KeptLists()

    async def close_at_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await hub.close()
            await links.close()

    async def follow_demo_sessions() -> None:
        state: PortalState = app.state  # type: ignore[assignment]
        await watch_demo_shift(
            database, lambda: state.apis_of_portal(Role.MANAGER, DEMO_SITE).dispatch
        )

    demo = (follow_demo_sessions,) if settings.has_demo_logins else ()
    service = Service(
        database,
        settings,
        due_work=(OLD_SESSIONS, OLD_LOGIN_LINKS, OLD_ATTEMPTS, NEEDLESS_ENDS),
        background=(close_at_the_end, partial(sweep_kept_lists, kept_lists), *demo),
        metrics=METRICS,
        read_metrics=read_metrics,
    )
    hub = LiveHub(service.live_topics)
    app = service.app(
        around=InWords,
        routers=(keys_document.router, live.router, static_files.router, token.router, *ROUTERS),
        state=partial(
            PortalState,
            is_development=is_development,
            has_demo_logins=settings.has_demo_logins,
            goal_percent=settings.goal_percent,
            public_url=settings.public_url,
            subject=PersonId(settings.portal_subject),
            sessions=Sessions(database),
            links=links,
            signer=TokenSigner(
                settings.portal_signing_keys, issuer=settings.public_url, audience=settings.audience
            ),
            messages=messages,
            templates=templates,
            static=static,
            hub=hub,
            ways_in=ways_in,
            kept_lists=kept_lists,
            found_callers=FoundCallers(settings.portal_signing_keys, clock),
        ),
    )
    return app


@cache
def _made_of_files(is_strict: bool) -> tuple[StaticFiles, Templates, Messages]:
    """Return what is read from the portal's own files, in a second: once in a process."""
    static = StaticFiles()
    templates = Templates(static, is_strict=is_strict)
    templates.compile_all()
    return static, templates, Messages(is_strict=is_strict)


def _client(settings: Settings) -> Client | None:
    """Return what the portal is at the company's own issuer; None where there is none."""
    id, secret = settings.oidc_client_id, settings.oidc_client_secret
    if settings.oidc_issuer is None or id is None or secret is None:
        return None
    return Client(
        issuer=settings.oidc_issuer,
        client_id=id,
        client_secret=secret.get_secret_value(),
        name=settings.oidc_name,
    )
