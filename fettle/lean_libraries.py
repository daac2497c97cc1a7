"""`make setup` and the image: compile the libraries that services load without docstrings and
asserts, which are five megabytes of every process.

What is written stands where Python keeps what it has compiled, and is taken by every start as long
as the library is the one that was installed. Our own code has both: docstrings are the contracts'
descriptions.
"""

import py_compile
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import cache_from_source
from pathlib import Path

from fettle.home import CHECKOUT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def compile_libraries(lock: str) -> int:
    """Compile the modules of what the lock file's text pins and is installed; return how many."""
    modules = [module for name in _PINNED.findall(lock) for module in _modules_of(name)]
    return sum(map(_compile, modules))


def _modules_of(name: str) -> Iterator[Path]:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # of another system
        return
    yield from (Path(str(file.locate())) for file in files if file.suffix == ".py")


def _compile(module: Path) -> bool:
    """Compile the module; return False for one that is no Python of this version."""
    try:
        py_compile.compile(str(module), cache_from_source(module), doraise=True, optimize=2)
    except (py_compile.PyCompileError, FileNotFoundError):
        return False
    return True


if __name__ == "__main__":
    compile_libraries((CHECKOUT / "requirements.lock").read_text())
