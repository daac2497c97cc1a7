"""What upstream has not mended yet.

A test here that fails says which file of shared/workarounds/ to drop, or to look at again.
"""
