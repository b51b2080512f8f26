"""Decisions: drafting, publishing, correcting and reading what a body answers."""
