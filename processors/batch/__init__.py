"""Plain functions that DAGs and commands call: select, replay, compare, reconcile, retain."""
