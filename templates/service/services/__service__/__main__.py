"""`python -m services.__service__`: the process."""

from shared.service.start import start

if __name__ == "__main__":
    start("services.__service__")
