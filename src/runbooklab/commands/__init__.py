"""The subcommands of ``runbook``, one file each. Their modules import nothing slow."""
