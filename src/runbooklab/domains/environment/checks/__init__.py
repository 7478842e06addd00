"""The checks: pure functions from evidence to a finding; what is wrong is said by the causes they show."""
