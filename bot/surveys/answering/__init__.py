"""Answering a survey: one message, edited from question to question."""
