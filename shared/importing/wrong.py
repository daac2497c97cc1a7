"""What is wrong with a cell, in words that follow its name."""


class WrongValue(ValueError):
    """A cell that cannot be read as what its column is."""


class WrongCell(WrongValue):
    """What is wrong with a cell of a row, and of which column it is."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column
