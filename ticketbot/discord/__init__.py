"""Discord, reached through hikari's REST client."""
