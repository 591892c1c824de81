-- An erased incident leaves the search in one statement, however many words were written about it.
CREATE INDEX token_incident ON token (incident);
