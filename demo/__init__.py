"""The demo: requests played through the public APIs, and an audit of what became of each."""
