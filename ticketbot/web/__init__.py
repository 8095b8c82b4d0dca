"""The HTTP servers: signed interactions in REST mode, health, metrics."""
