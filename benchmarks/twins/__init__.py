"""Judging how well twins of a petition are found across languages, and what is called a legal repetition."""
