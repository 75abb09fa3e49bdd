"""A dashboard in Grafana's words: its classic JSON, schema 41, which version 12 writes and later ones read."""

from __future__ import annotations

from typing import Any

from processors.dashboards.panels import Choice, Dashboard, Panel

_SCHEMA = 41
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_KINDS = {"lines": "timeseries", "number": "stat", "rows": "table"}
_HEIGHT = 8
#: the page that explains; the chart puts the site's address before it
_DOCS = "docs/monitoring.md"


def page(dashboard: Dashboard) -> dict[str, Any]:
    """The JSON of one dashboard."""
    return {
        "uid": f"chancery-{dashboard.name}",
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": ["chancery"],
        "schemaVersion": _SCHEMA,
        "timezone": "browser",
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [
            _link("All of Chancery's dashboards", "", tags=["chancery"]),
            _link("What these pages mean", f"{_DOCS}#{dashboard.name}"),
        ],
        "annotations": {"list": [_firing()]},
        "templating": {"list": [_source(), *map(_choice, dashboard.choices), _filters()]},
        "panels": _laid_out(dashboard),
    }


def _laid_out(dashboard: Dashboard) -> list[dict[str, Any]]:
    """Sections below each other; the panels of one from left to right, in as many rows as they need."""
    made: list[dict[str, Any]] = []
    top = 0
    for section in dashboard.sections:
        place = {"h": 1, "w": 24, "x": 0, "y": top}
        made.append(
            {
                "type": "row",
                "id": len(made) + 1,
                "title": section.title,
                "collapsed": False,
                "gridPos": place,
                "panels": [],
            }
        )
        top, left = top + 1, 0
        for panel in section.panels:
            if left + panel.width > 24:
                top, left = top + _HEIGHT, 0
            place = {"h": _HEIGHT, "w": panel.width, "x": left, "y": top}
            made.append(_panel(panel, dashboard.name, len(made) + 1, place))
            left += panel.width
        top += _HEIGHT
    return made


def _panel(panel: Panel, dashboard: str, number: int, place: dict[str, int]) -> dict[str, Any]:
    now = panel.kind != "lines"
    return {
        "type": _KINDS[panel.kind],
        "id": number,
        "title": panel.title,
        "description": panel.about,
        "gridPos": place,
        "datasource": _SOURCE,
        "links": [_link("What this means", f"{_DOCS}#{dashboard}")],
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": _SOURCE,
                "expr": query.expression,
                "legendFormat": query.legend,
                "editorMode": "code",
                "instant": now,
                "range": not now,
                "format": "table" if panel.kind == "rows" else "time_series",
            }
            for index, query in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.bad is not None:
        steps.append({"color": "red", "value": panel.bad})
    made: dict[str, Any] = {
        "unit": panel.unit,
        "min": 0,
        "thresholds": {"mode": "absolute", "steps": steps},
    }
    if panel.most is not None:
        made["max"] = panel.most
    if panel.kind == "lines":
        made["color"] = {"mode": "palette-classic"}
        made["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 20 if panel.stacked else 0,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "off" if panel.bad is None else "dashed"},
        }
    elif panel.kind == "number":
        made["color"] = {"mode": "thresholds"}
    return made


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "lines":
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    if panel.kind == "number":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "graphMode": "none",
            "textMode": "auto",
        }
    return {"showHeader": True, "cellHeight": "sm"}


def _link(title: str, url: str, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "title": title,
        "type": "dashboards" if tags else "link",
        "tags": tags or [],
        "url": url,
        "icon": "doc",
        "tooltip": "",
        "asDropdown": bool(tags),
        "targetBlank": not tags,
        "includeVars": False,
        "keepTime": bool(tags),
    }


def _firing() -> dict[str, Any]:
    """Marks on every picture where an alert began."""
    return {
        "name": "Alerts of Chancery",
        "enable": True,
        "iconColor": "red",
        "datasource": _SOURCE,
        "expr": 'ALERTS{alertname=~"Chancery.+", alertstate="firing"}',
        "titleFormat": "{{alertname}}",
        "textFormat": "{{stage}}{{process}}",
    }


def _source() -> dict[str, Any]:
    return {"name": "datasource", "type": "datasource", "label": "Prometheus", "query": "prometheus"}


def _filters() -> dict[str, Any]:
    """Further matchers for every query, such as the namespace of one of several installations."""
    return {"name": "filters", "type": "adhoc", "label": "Only where", "datasource": _SOURCE}


def _choice(choice: Choice) -> dict[str, Any]:
    if not choice.several:
        return {"name": choice.name, "type": "textbox", "label": choice.label, "query": choice.values[0]}
    return {
        "name": choice.name,
        "type": "custom",
        "label": choice.label,
        "query": ",".join(choice.values),
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"text": ["All"], "value": ["$__all"]},
    }
