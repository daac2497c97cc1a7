"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    compliance,
    dead_letters,
    demo_login,
    desk_messages,
    endpoints,
    files,
    home,
    imports,
    kit,
    language,
    logout,
    manager,
    promises,
    report,
    settings,
    settings_rules,
    settings_site,
    settings_terms,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    demo_login.router,
    files.router,
    kit.router,
    language.router,
    logout.router,
    manager.router,
    compliance.router,
    promises.router,
    report.router,
    settings_terms.router,
    settings_site.router,
    settings_rules.router,
    settings.router,
    imports.router,
    endpoints.router,
    desk_messages.router,
    dead_letters.router,
)
