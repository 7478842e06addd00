"""Records that cross the core: observations, evidence, conclusions. Imports nothing of ours."""
