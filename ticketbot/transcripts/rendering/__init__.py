"""Render a transcript as HTML."""
