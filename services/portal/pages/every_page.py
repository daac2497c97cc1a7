"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    account,
    demo_login,
    files,
    home,
    integrations,
    kit,
    language,
    login,
    login_link,
    login_oidc,
    logout,
    me,
    people,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    demo_login.router,
    files.router,
    kit.router,
    language.router,
    login.router,
    login_link.router,
    login_oidc.router,
    logout.router,
    me.router,
    people.router,
    account.router,
    integrations.router,
)
