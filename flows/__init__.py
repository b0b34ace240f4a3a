"""What runs and when. Prefect is imported only here; a flow reads like the procedure it automates."""

from flows.service.settings_for_prefect import apply_process_defaults

# Prefect reads its settings when it is first imported, and importing any flow imports Prefect.
apply_process_defaults()
