"""Finding petitions: an index on either database, typos, ranking, filters, topics."""
