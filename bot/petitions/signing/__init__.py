"""Signing a petition and taking a signature back."""
