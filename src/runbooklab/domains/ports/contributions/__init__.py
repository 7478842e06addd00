"""What ports add to a report: functions of evidence."""
