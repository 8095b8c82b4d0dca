"""Discord's JSON as values: whatever is odd costs its own place, nothing else."""
