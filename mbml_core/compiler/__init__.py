"""Structure only: indices, groups, elimination orders, junction trees, programs, schedules and their cost."""
