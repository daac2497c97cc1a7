"""Every file with pages, one line each."""

from fastapi import APIRouter

from services.portal.pages import (
    demo_login,
    files,
    home,
    kit,
