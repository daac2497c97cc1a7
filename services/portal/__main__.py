"""`python -m services.portal`: the process."""

from shared.service.start import start

if __name__ == "__main__":
    start("services.portal")
