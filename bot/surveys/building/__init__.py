"""Making surveys: in the chat, from a file, in a minute, and sending them."""
