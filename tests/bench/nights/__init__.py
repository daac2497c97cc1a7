"""The two worst nights: a broker that freezes and comes back, and processes that die again and
again.
"""
