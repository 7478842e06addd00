"""The incident report: page, template, index. Sees findings, diagnosis and evidence only."""
