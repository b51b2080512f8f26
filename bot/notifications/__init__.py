"""Notifications: what each person hears of, when, and of which places and topics."""
