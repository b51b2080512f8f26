"""How well and how fast petitions are found, beside other engines in the same run."""
