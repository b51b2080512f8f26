"""An author's one appeal against a rejection, decided by another moderator."""
