"""Messages and beliefs in natural parameters, and the semirings that combine them."""
