"""The strings of a page, in each language."""
