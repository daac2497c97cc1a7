"""`python -m services.tickets`: the process."""

from services.tickets.main import create_app
from services.tickets.settings import Settings
from shared.service.process import serve

if __name__ == "__main__":
    serve(create_app, Settings)
