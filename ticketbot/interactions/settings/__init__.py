"""The settings page: its forms as modals, and its routes."""
