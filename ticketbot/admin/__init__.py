"""What an operator does besides running the bot: set it up, check it, move its store."""
