"""Broadcasts: one message from the administration to many residents, in their languages, at Telegram's pace."""
