"""What is asked: fields, readers, workload, calendar, pilot."""
