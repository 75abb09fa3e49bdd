"""How well fields are read: scores as the field uses them, intervals, risk and coverage, calibration, a report.

`scoring` holds the measures, each with its source; `judging` applies them to a document; `figures` sums documents
up; `evaluate` does all of it for a model and a dataset, and `report` makes a page for people of the result.
"""

from processors.forge.evaluation.evaluating import evaluate, summary
from processors.forge.evaluation.reporting import report

__all__ = ["evaluate", "report", "summary"]
