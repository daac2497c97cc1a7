"""Pictures of all pages, from a real run."""
