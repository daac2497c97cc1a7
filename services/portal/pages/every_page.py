"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    account,
    contact,
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
    technician_extras,
    technician_job,
    technician_offers,
    technician_pool,
    technician_steps,
    technician_today,
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
    contact.router,
    technician_today.router,
    technician_offers.router,
    technician_pool.router,
    technician_job.router,
    technician_extras.router,
    technician_steps.router,
)
