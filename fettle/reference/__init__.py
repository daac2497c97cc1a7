"""The pages that are made from the code: events, AsyncAPI, OpenAPI, metrics and settings."""
