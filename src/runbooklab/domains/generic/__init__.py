"""What a runbook declares itself: live checks, causes and remedies in Markdown, for any system."""
