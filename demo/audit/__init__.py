"""What became of everything, read from the four databases and the clients' own logs.

It shares nothing with the services, on purpose: no import of theirs or of the kernel, its own
queries, its own tables of legal steps, written from the same product description. An error they
have in common would have to be made twice.
"""
