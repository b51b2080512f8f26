"""Texts that teach and judge which language a message is in."""
