"""What is wrong with a cell, in words that follow its name."""

from shared.remarks import WrongValue


class WrongCell(WrongValue):
    """What is wrong with a cell of a row, and of which column it is."""

    def __init__(self, column: str, code: str, why: str, **values: object) -> None:
        super().__init__(code, why, **values)
        self.column = column
