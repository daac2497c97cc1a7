"""`python -m services.notify`: the process."""

from shared.service.start import start

if __name__ == "__main__":
    start("services.notify")
