"""`python -m services.notify`: the process."""

from services.notify.main import create_app
from services.notify.settings import Settings
from shared.service.process import serve

if __name__ == "__main__":
    serve(create_app, Settings)
