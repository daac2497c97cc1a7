"""What is wrong with a cell, in words that follow its name."""


class WrongValue(ValueError):
    """A cell that cannot be read as what its column is."""
