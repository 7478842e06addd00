"""The MIME types of what our cells display: stored notebooks are read by them, so they never change."""

DIAGNOSIS_MIME = "application/vnd.runbooklab.diagnosis+json"
EVIDENCE_MIME = "application/vnd.runbooklab.evidence+json"
FINDING_MIME = "application/vnd.runbooklab.finding+json"
VIEW_MIME = "application/vnd.runbooklab.view+json"
