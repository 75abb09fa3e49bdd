"""`python -m processors.document_types FOLDER`: print what is wrong with the type files; exit 1 if anything is."""

import sys
from pathlib import Path

from processors.config import SCHEMAS
from processors.document_types.lint import lint


def main(arguments: list[str]) -> int:
    """Lint the folder in `arguments`, by default the shipped one."""
    problems = lint(Path(arguments[0]) if arguments else SCHEMAS / "documents")
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "no problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
