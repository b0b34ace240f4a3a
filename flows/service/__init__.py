"""`make up`: Prefect server, worker and schedules on one machine."""
