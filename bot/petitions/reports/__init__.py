"""Readers report a public petition; enough of them hide it until a moderator has looked."""
