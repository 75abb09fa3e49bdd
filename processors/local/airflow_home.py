"""What Airflow keeps in `<home>/airflow`: its database, its keys, its users' passwords; and the variables it reads.

```
airflow/passwords.json   {"admin": "…", …}: plain, for this machine's owner alone; Airflow's simple auth manager
airflow/console-users.json  who sees which agencies, and who operates; see `people.py`
airflow/keys.json        what signs sessions and tokens, and encrypts connections
airflow/airflow.db       runs, users' answers, Airflow's own audit log
airflow/logs/            one file a task and try
```
Passwords and keys are made at the first start and kept: sessions and what is encrypted outlive a restart.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from processors.config import DAGS
from processors.local.certificates import write_secret
from processors.local.ports import LOOPBACK
from processors.new_secret import new_secret

FOLDER, PASSWORDS = "airflow", "passwords.json"
#: Who works with the local stack, and as what: one asks, another approves, one reviews, one only looks.
USERS: Mapping[str, str] = {"admin": "admin", "ada": "op", "grace": "op", "ruth": "user", "vera": "viewer"}
#: Who they are to Chancery: all see every agency's documents, and whoever may do more than review operates.
_PEOPLE = {
    user: {"agencies": "*", "operates": True} if role in ("op", "admin") else "*" for user, role in USERS.items()
}
#: As it was written before it said who operates; a file that somebody has changed stays as it is.
_EARLIER_PEOPLE = json.dumps(dict.fromkeys(USERS, "*"), indent=1).encode()
#: tasks at the same time: two of the emitting pool, one that compares, one of another job
_TASKS = 4


class AirflowHome:
    """The folder; made, with its secrets, where it is missing."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.passwords_file = self.folder / PASSWORDS
        self._keys_file = self.folder / "keys.json"
        _kept(self.passwords_file, dict.fromkeys(USERS, new_secret))
        if not self.console_users.exists() or self.console_users.read_bytes() == _EARLIER_PEOPLE:
            write_secret(self.console_users, json.dumps(_PEOPLE, indent=1).encode())
        self._keys = _kept(
            self._keys_file,
            {
                "fernet": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
                "session": lambda: secrets.token_urlsafe(48),
                "token": lambda: secrets.token_urlsafe(64),
            },
        )

    @property
    def console_users(self) -> Path:
        """Who people are to Chancery, until somebody changes it: all see everything, and three operate."""
        return self.folder / "console-users.json"

    def password(self, user: str) -> str:
        """This user's password."""
        found: str = json.loads(self.passwords_file.read_text(encoding="utf-8"))[user]
        return found

    def environment(self, port: int) -> dict[str, str]:
        """Airflow's own variables; the same for all of its components."""
        address = f"http://{LOOPBACK}:{port}"
        sections: dict[str, dict[str, object]] = {
            "CORE": {
                "DAGS_FOLDER": DAGS,
                "PLUGINS_FOLDER": self.folder / "plugins",
                "LOAD_EXAMPLES": False,
                "DAGS_ARE_PAUSED_AT_CREATION": False,
                "EXECUTION_API_SERVER_URL": f"{address}/execution/",
                "FERNET_KEY": self._keys["fernet"],
                "PARALLELISM": _TASKS,
                "DAGBAG_IMPORT_TIMEOUT": 120,
                "SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in USERS.items()),
                "SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": self.passwords_file,
            },
            # Seconds until "database is locked": at the first start on a busy machine 5, the default, are too few.
            "DATABASE": {"SQL_ALCHEMY_CONN": f"sqlite:///{self.folder / 'airflow.db'}?timeout=60"},
            "API": {
                "HOST": LOOPBACK,
                "PORT": port,
                "WORKERS": 1,
                "BASE_URL": address,
                "SECRET_KEY": self._keys["session"],
            },
            "API_AUTH": {"JWT_SECRET": self._keys["token"]},
            "SCHEDULER": {
                # A server of its own for one question, on every address of the machine.
                "ENABLE_HEALTH_CHECK": False,
                # What a killed scheduler had at work is taken up again after a minute, not after five.
                "ORPHANED_TASKS_CHECK_INTERVAL": 30,
                "TASK_INSTANCE_HEARTBEAT_TIMEOUT": 60,
            },
            # The first file that asks for a Variable waits for the processor's own API: 5 s of CPU, once a start.
            "DAG_PROCESSOR": {"REFRESH_INTERVAL": 10, "DAG_FILE_PROCESSOR_TIMEOUT": 180},
            "LOGGING": {
                "BASE_LOG_FOLDER": self.folder / "logs",
                "FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
                "FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
            },
        }
        told = {
            f"AIRFLOW__{section}__{name}": str(value)
            for section, values in sections.items()
            for name, value in values.items()
        }
        return told | {"AIRFLOW_HOME": str(self.folder)}


def _kept(file: Path, makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """What the file holds by name, with what is missing made."""
    there: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    made = {name: there.get(name) or maker() for name, maker in makers.items()}
    if made != there:
        write_secret(file, json.dumps(made, indent=1).encode())
    return made
