"""The steps of the main job: each takes the job, ids and paths, and leaves its result on disk. No Prefect."""
