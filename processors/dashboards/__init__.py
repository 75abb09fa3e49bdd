"""Dashboards for operators, written down once: what each panel asks, in which unit, and what it means.

`python -m processors.dashboards.written` writes them as Grafana reads them into `helm/chancery/dashboards`, and a
test compares. No running process needs this room.
"""
