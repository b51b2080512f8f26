"""Group chats of a body: binding them to its inbox, and what appears there."""
