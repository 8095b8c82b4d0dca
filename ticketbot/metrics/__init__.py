"""Figures about the running bot, for Prometheus; off unless asked for."""
