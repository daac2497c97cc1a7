"""What a site is set to: as a form shows it, as people write it, and what a change differs in."""
