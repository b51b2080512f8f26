"""Messages out on the bot's own initiative: the outbox, its pace, its sender, and scheduled work."""
