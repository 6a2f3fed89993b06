"""Inner loops as plain functions on arrays: run as they stand, or compiled to machine code (machine_code.py)."""
