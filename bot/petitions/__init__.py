"""Petitions: drafts, supporters, moderation, signatures, finding them, cards."""
