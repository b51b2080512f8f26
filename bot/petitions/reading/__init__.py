"""Finding and reading petitions: cards, lists, the full text, pictures, sharing, inline mode, groups."""
