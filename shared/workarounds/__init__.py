"""What overrides the inside of other projects: one file for each, with the upstream issue.

Each has a test in tests/kernel/workarounds that fails when upstream has mended it; then the file
goes (docs/decisions/0024-workarounds.md).
"""
