"""The algorithms: enumeration (the oracle), junction tree, belief propagation."""
