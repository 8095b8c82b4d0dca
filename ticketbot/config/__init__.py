"""What the owner sets: settings, parameters of appearance, database handles."""
