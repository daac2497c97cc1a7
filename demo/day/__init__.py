"""A day in the life of a company with twenty sites: people, a storm, faults, and an audit of it."""
