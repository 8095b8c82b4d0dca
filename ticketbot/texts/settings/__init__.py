"""The settings page: its messages, and the custom ids of its buttons, selects and modals."""
