"""The worker: order of effects, retries, child processes, dead letters. It knows no stage and no client."""
