"""Checking petitions before they become public, and the catalogue of reasons."""
