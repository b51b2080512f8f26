"""Choosing the place somebody lives in: typed, picked from the list, or near a shared location."""
