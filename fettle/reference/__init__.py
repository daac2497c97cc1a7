"""The pages that are made from the code: events, AsyncAPI, OpenAPI and settings."""
