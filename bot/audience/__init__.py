"""Who is addressed: the residents a survey or a broadcast goes to."""
