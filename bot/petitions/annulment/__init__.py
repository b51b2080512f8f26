"""Suspicious signing: flagged to moderators by numbers, annulled in bulk, undone for a day."""
