"""`python -m services.__service__`: the process."""

from services.__service__.main import create_app
from services.__service__.settings import Settings
from shared.service.process import serve

if __name__ == "__main__":
    serve(create_app, Settings)
