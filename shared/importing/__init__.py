"""Lists that people bring to be taken over: a form says which columns a list has and how each of
its cells is read, a worker process reads the file, and what became of its rows is an outcome.
"""
