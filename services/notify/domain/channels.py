"""The channels by which messages are sent beside the inbox."""

from enum import StrEnum


class Channel(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"
