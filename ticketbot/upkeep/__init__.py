"""What whoever runs the bot does beside running it: set it up, check it, move its store."""
