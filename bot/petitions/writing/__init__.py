"""Writing a petition: a draft that grows answer by answer and survives everything."""
