"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    demo_login,
    files,
    home,
    language,
    logout,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    demo_login.router,
    files.router,
    language.router,
    logout.router,
)
