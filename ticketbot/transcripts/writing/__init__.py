"""The parts of a message as HTML."""
