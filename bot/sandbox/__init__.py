"""A local Bot API server, strict as Telegram is, with people to play: for trials, training and tests."""
