"""Why the beliefs are what they are: pure functions on models and results."""
