"""What Grafana reads of a dashboard, as far as ours use it. Made by hand.

Grafana itself is not at hand for tests. Every name and value below was looked up in the classes of its foundation
SDK (Apache-2.0, dashboard schema 41), but for the annotation's two formats; what else Grafana checks is not here.
"""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_SAID: dict[str, Any] = {"type": "string", "minLength": 1}
_YES: dict[str, Any] = {"type": "boolean"}
_NUMBER: dict[str, Any] = {"type": "number"}


def _object(optional: tuple[str, ...] = (), /, **members: Any) -> dict[str, Any]:
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def _list(of: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": least}


def _one_of(*values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


_SOURCE = _object(type=_one_of("prometheus"), uid=_one_of("${datasource}"))
_PLACE = _object(
    h=_one_of(1, 8), w={"type": "integer", "maximum": 24}, x={"type": "integer"}, y={"type": "integer"}
)
_LINK = _object(
    title=_SAID,
    type=_one_of("link", "dashboards"),
    tags=_list(_TEXT),
    url=_TEXT,
    icon=_TEXT,
    tooltip=_TEXT,
    asDropdown=_YES,
    targetBlank=_YES,
    includeVars=_YES,
    keepTime=_YES,
)
_TARGET = _object(
    refId=_SAID,
    datasource=_SOURCE,
    expr=_SAID,
    legendFormat=_TEXT,
    editorMode=_one_of("code"),
    instant=_YES,
    range=_YES,
    format=_one_of("time_series", "table"),
)
_CUSTOM = _object(
    drawStyle=_one_of("line"),
    lineWidth=_NUMBER,
    fillOpacity=_NUMBER,
    showPoints=_one_of("never"),
    spanNulls=_YES,
    stacking=_object(mode=_one_of("none", "normal"), group=_TEXT),
    thresholdsStyle=_object(mode=_one_of("off", "dashed")),
)
_STEP = _object(color=_one_of("green", "red"), value={"type": ["number", "null"]})
_DEFAULTS = _object(
    ("max", "color", "custom"),
    unit={"type": "string", "pattern": "^(s|percentunit|short|suffix: [a-z]+/(min|s))$"},
    min=_NUMBER,
    max=_NUMBER,
    thresholds=_object(mode=_one_of("absolute"), steps=_list(_STEP, 1)),
    color=_object(mode=_one_of("palette-classic", "thresholds")),
    custom=_CUSTOM,
)
_OPTIONS = {
    "timeseries": _object(
        legend=_object(
            displayMode=_one_of("list"), placement=_one_of("bottom"), showLegend=_YES, calcs=_list(_TEXT)
        ),
        tooltip=_object(mode=_one_of("multi"), sort=_one_of("desc")),
    ),
    "stat": _object(
        reduceOptions=_object(calcs=_list(_one_of("lastNotNull")), fields=_TEXT, values=_YES),
        colorMode=_one_of("value"),
        graphMode=_one_of("none"),
        textMode=_one_of("auto"),
    ),
    "table": _object(showHeader=_YES, cellHeight=_one_of("sm")),
}
_ROW = _object(type=_one_of("row"), id=_NUMBER, title=_SAID, collapsed=_YES, gridPos=_PLACE, panels=_list({}, 0))


def _panel(kind: str) -> dict[str, Any]:
    return _object(
        type=_one_of(kind),
        id=_NUMBER,
        title=_SAID,
        description={"type": "string", "minLength": 20},
        gridPos=_PLACE,
        datasource=_SOURCE,
        links=_list(_LINK, 1),
        targets=_list(_TARGET, 1),
        fieldConfig=_object(defaults=_DEFAULTS, overrides=_list({}, 0)),
        options=_OPTIONS[kind],
    )


_CHOICES = (
    _object(name=_SAID, type=_one_of("datasource"), label=_SAID, query=_one_of("prometheus")),
    _object(name=_SAID, type=_one_of("adhoc"), label=_SAID, datasource=_SOURCE),
    _object(name=_SAID, type=_one_of("textbox"), label=_SAID, query=_SAID),
    _object(
        name=_SAID,
        type=_one_of("custom"),
        label=_SAID,
        query=_SAID,
        multi=_YES,
        includeAll=_YES,
        allValue=_SAID,
        current=_object(text=_list(_SAID), value=_list(_SAID)),
    ),
)
_ANNOTATION = _object(
    name=_SAID,
    enable=_YES,
    iconColor=_SAID,
    datasource=_SOURCE,
    expr=_SAID,
    titleFormat=_TEXT,
    textFormat=_TEXT,
)

DASHBOARD = _object(
    uid={"type": "string", "minLength": 8, "maxLength": 40},
    title=_SAID,
    description=_SAID,
    tags=_list(_SAID, 1),
    schemaVersion=_one_of(41),
    timezone=_one_of("browser"),
    editable=_YES,
    graphTooltip=_one_of(0, 1, 2),
    refresh=_SAID,
    time=_object(**{"from": _SAID, "to": _SAID}),
    links=_list(_LINK, 1),
    annotations=_object(list=_list(_ANNOTATION)),
    templating=_object(list=_list({"oneOf": list(_CHOICES)}, 1)),
    panels=_list({"oneOf": [_ROW, *map(_panel, _OPTIONS)]}, 1),
)
