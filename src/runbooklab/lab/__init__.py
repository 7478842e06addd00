"""Real Redis and Docker objects, labelled as ours, in which faults are injected."""
