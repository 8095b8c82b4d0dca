"""Discord's markdown as safe HTML."""
