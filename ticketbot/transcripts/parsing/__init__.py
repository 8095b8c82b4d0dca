"""Parse Discord's JSON: what is malformed costs its own place only."""
