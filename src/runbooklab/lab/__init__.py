"""Real containers, networks and processes, labelled as ours, in which faults are injected and fixed."""
