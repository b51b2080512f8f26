"""What residents wish in their own words: whose matter it is, petitions like it, and where to go from there."""
