"""The demo: real or invented requests played through the public APIs, and an audit of what became
of them.
"""
