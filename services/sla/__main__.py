"""`python -m services.sla`: the process."""

from services.sla.main import create_app
from services.sla.settings import Settings
from shared.service.process import serve

if __name__ == "__main__":
    serve(create_app, Settings)
