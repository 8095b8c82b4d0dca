"""A ticket's messages as one HTML page; no input or output."""
