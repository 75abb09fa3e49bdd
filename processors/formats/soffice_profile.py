"""The user profile of one conversion: nothing is run, fetched or updated; nothing is kept for the next document."""

from __future__ import annotations

from pathlib import Path

_COMMON = "/org.openoffice.Office.Common/"
_SCRIPTING = _COMMON + "Security/Scripting"
#: A port that nobody listens on: where there is a network after all, requests end here.
_NOWHERE = "127.0.0.1"
_DISCARD_PORT = 9
_SETTINGS: tuple[tuple[str, str, str | int | bool], ...] = (
    (_SCRIPTING, "MacroSecurityLevel", 3),
    (_SCRIPTING, "DisableMacrosExecution", True),
    # Nothing outside the document is read for it: no picture from a server, no text from this machine's disk.
    (_SCRIPTING, "BlockUntrustedRefererLinks", True),
    (_SCRIPTING, "CheckDocumentEvents", True),
    *((f"/org.openoffice.Office.{app}/Filter/Import/VBA", "Load", False) for app in ("Writer", "Calc", "Impress")),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", 0),  # never
    ("/org.openoffice.Office.Calc/Content/Update", "Link", 2),  # never, as Calc counts
    # What the author saw, not what it would be today: neither fields nor formulas are worked out anew.
    ("/org.openoffice.Office.Writer/Content/Update", "Field", False),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", 1),  # never
    ("/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", 1),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", 2),  # by hand
    *(("/org.openoffice.Inet/Settings", f"ooInet{kind}ProxyName", _NOWHERE) for kind in ("HTTP", "HTTPS", "FTP")),
    *(
        ("/org.openoffice.Inet/Settings", f"ooInet{kind}ProxyPort", _DISCARD_PORT)
        for kind in ("HTTP", "HTTPS", "FTP")
    ),
    (_COMMON + "Misc", "FirstRun", False),
    (_COMMON + "Save/Document", "CreateBackup", False),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", False),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", False),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'


def make(folder: Path) -> Path:
    """Write the settings into a fresh profile folder and return it."""
    user = folder / "user"
    user.mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=name, value=_xml(value)) for path, name, value in _SETTINGS)
    (user / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>\n", encoding="utf-8")
    return folder


def _xml(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
