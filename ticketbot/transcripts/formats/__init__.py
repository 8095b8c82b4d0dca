"""Transcripts in other formats than HTML: JSON for other tools, and plain text."""
