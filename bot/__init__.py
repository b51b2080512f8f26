"""Halyq Úni: petitions, surveys and the state's answers in a Telegram chat."""

__version__ = "0.1.0"
