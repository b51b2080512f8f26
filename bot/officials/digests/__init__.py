"""Digests of officials: what waits for their body, each at their own hour."""
