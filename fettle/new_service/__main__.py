"""Write a service from the template and say what is left to do: `make new-service name=parts`."""

import sys

from fettle.new_service.command import CannotWrite, left_to_do, write_service
from fettle.new_service.names import BadName


def main(arguments: list[str]) -> int:
    """Write the service named first, which looks after what is named second; return the exit
    status: 2 for what cannot be written.
    """
    name, entity = (*arguments, "", "")[:2]
    try:
        names = write_service(name, entity)
    except (BadName, CannotWrite) as error:
        print(f"cannot write the service: {error}", file=sys.stderr)
        return 2
    print(left_to_do(names), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
