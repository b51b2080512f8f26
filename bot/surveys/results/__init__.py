"""Results of surveys: weighed, with margins, drawn, written out, and never showing a single person."""
