"""Which body a wish belongs to: the knowledge of subjects, and what the words of a wish say."""
