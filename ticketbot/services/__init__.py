"""The service that carries out what members ask for: the order of steps lives here."""
