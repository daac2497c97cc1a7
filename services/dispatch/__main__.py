from services.dispatch.main import create_app
from services.dispatch.settings import Settings
from shared.service.process import serve

if __name__ == "__main__":
    serve(create_app, Settings)
