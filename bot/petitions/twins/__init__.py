"""Petitions that say the same: found across languages, shown while one writes, to moderators, and joined on request."""
