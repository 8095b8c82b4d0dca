"""Slash commands: one lightbulb loader for each group."""
