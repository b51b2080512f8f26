"""What people write: its language, folding, stems, search keys, Latin Kazakh, personal data in it."""
