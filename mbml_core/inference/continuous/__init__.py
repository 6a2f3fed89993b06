"""Inference with continuous variables: exact where everything is linear-Gaussian, else EP or VMP."""
