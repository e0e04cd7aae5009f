"""The second wall: PostgreSQL itself shows and takes only the rows of whoever is acting (docs/decisions)."""
