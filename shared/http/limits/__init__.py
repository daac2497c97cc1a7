"""Every caller has a share of an instance, and no caller has more."""
