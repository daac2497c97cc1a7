"""A technician's client: receives signed webhooks, answers offers, reports the steps of jobs."""
