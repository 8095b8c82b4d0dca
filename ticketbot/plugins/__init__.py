"""Slash commands and context menus: one lightbulb loader for each group."""
