"""Local surveys: built and sent by admins, answered in the chat, read with honest error bars."""
