"""What the owner sets: settings, parameters (texts and looks), database handles."""
