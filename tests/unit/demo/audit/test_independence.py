import ast
from pathlib import Path

import demo.audit

ITS_OWN = "demo.audit"


def imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_audit_shares_nothing_with_what_it_audits() -> None:
    files = sorted(Path(demo.audit.__file__).parent.glob("*.py"))

    foreign = {
        (path.name, module)
        for path in files
        for module in imported_by(path)
        if module.split(".")[0] in {"services", "shared", "fettle", "demo"}
        and not module.startswith(ITS_OWN)
    }

    assert len(files) > 5
    assert foreign == set()
