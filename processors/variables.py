"""Environment variables, read with their types; each error names the variable and its value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path


class SettingInvalid(SystemExit):
    """A setting that cannot be used; ends the process with exit code 78 (EX_CONFIG)."""

    def __init__(self, variable: str, value: str, wanted: str) -> None:
        self.explanation = f"{variable}={value!r} cannot be used: it must be {wanted}. Correct it and start again."
        super().__init__(78)

    def __str__(self) -> str:
        return self.explanation


class Variables:
    """Typed reading of variables; each error names the variable and its value."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str) -> str:
        """A value as it is."""
        return self._env.get(name, default)

    def secret(self, name: str, default: str) -> str:
        """A value, or the content of the file that NAME_FILE points to (mounted secrets)."""
        path = self._env.get(f"{name}_FILE")
        if path is None:
            return self._env.get(name, default)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingInvalid(f"{name}_FILE", path, f"a readable file ({error.strerror})") from error
        except UnicodeDecodeError:
            # Not chained: the error would quote the secret.
            raise SettingInvalid(f"{name}_FILE", path, "a file of UTF-8 text") from None

    def integer(self, name: str, default: int, least: int) -> int:
        """A whole number of at least `least`."""
        value = self._env.get(name)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least:
            raise SettingInvalid(name, value, f"a whole number of at least {least}")
        return number

    def number(self, name: str, default: float, least: float) -> float:
        """A number of at least `least`, such as 0.25."""
        value = self._env.get(name)
        if value is None:
            return default
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= least):
            raise SettingInvalid(name, value, f"a number of at least {least:g}, such as 0.25")
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        """On or off."""
        value = self._env.get(name, "on" if default else "off")
        if value not in ("on", "off"):
            raise SettingInvalid(name, value, "on or off")
        return value == "on"

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of `allowed`."""
        value = self._env.get(name, default)
        if value not in allowed:
            raise SettingInvalid(name, value, "one of " + ", ".join(allowed))
        return value
