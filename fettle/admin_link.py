"""`fettle admin-link`: a link by which an admin of every site signs in at the portal."""

import asyncio
import os
import sys
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import IntegrityError

from shared.ids import MAX_SUBJECT_LENGTH, is_subject

_DATABASE, _PUBLIC_URL = "FETTLE_PORTAL_DATABASE_URL", "FETTLE_PUBLIC_URL"


def admin_link(
    subject: Annotated[str, typer.Option(help="The person's id, everywhere.")],
    name: Annotated[str, typer.Option(help="What they are called, for a new account.")] = "",
    email: Annotated[
        str | None, typer.Option(help="Where login links go, for a new account.")
    ] = None,
) -> None:
    """Print a link by which the person signs in as admin of every site, once and within the hour.

    Makes their account where there is none: with it the first admin comes in, who invites the
    others. Reads FETTLE_PORTAL_DATABASE_URL and FETTLE_PUBLIC_URL, as the portal does.
    """
    url, public_url = os.environ.get(_DATABASE, ""), os.environ.get(_PUBLIC_URL, "")
    if not url or not public_url:
        _fail(f"set {_DATABASE} and {_PUBLIC_URL} as they are for the portal")
    if not is_subject(subject):
        _fail(f"a subject is 1 to {MAX_SUBJECT_LENGTH} printable characters")
    # what only this command needs takes a while to import
    from services.portal.domain.names import email_address

    address = None if email is None else email_address(email)
    if email is not None and address is None:
        _fail(f"{email} is no e-mail address")
    try:
        code = asyncio.run(_link(url, subject, name=name.strip() or subject, email=address))
    except IntegrityError:
        _fail(f"another account has the address {address}")
    typer.echo(f"{public_url.rstrip('/')}/login/link/{code}")


async def _link(url: str, subject: str, *, name: str, email: str | None) -> str:
    from services.portal.actions.admin_link import make_admin_link
    from services.portal.store.tables import METADATA
    from shared.clock import SystemClock
    from shared.db.transaction import Database

    database = Database(url, metadata=METADATA, clock=SystemClock(), name="portal", pool_size=2)
    try:
        async with database.transaction(actor="admin-link") as tx:
            return await make_admin_link(tx, subject, name=name, email=email)
    finally:
        await database.close()


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(2)
