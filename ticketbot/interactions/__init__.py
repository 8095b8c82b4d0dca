"""What every interaction has in common, from its arrival to its answer."""
