"""Exact inference by junction trees over the part of the network that a question needs."""
