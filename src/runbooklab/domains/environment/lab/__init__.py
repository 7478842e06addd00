"""The drills: real projects, file systems and processes of our own, broken on purpose."""
