"""People: language and place, consent, phone confirmation, roles and invitations, privacy."""
