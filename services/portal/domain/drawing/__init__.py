"""Geometry of what pages draw: numbers alone, no markup and no words."""
