"""The values of a transcript."""
