"""A service as a process: put together, started, watched over, measured and stopped."""
