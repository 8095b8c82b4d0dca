"""Buttons: persistent miru views."""
