"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    demo_login,
    files,
    home,
    kit,
    labels,
    language,
    logout,
    place_code,
    resident_home,
    resident_inbox,
    resident_report,
    resident_ticket,
    resident_tickets,
    ticket_link,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    demo_login.router,
    files.router,
    kit.router,
    language.router,
    logout.router,
    resident_home.router,
    resident_report.router,
    resident_tickets.router,
    resident_ticket.router,
    resident_inbox.router,
    ticket_link.router,
    place_code.router,
    labels.router,
)
