"""A log of JSON lines that several processes may write to."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from multiart.io.atomic import explained_errors


class JobLog:
    """Appends one line an event, each in one write.

    Args:
        path: of the log; made at the first event.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, event: str, work: str, **more: Any) -> None:
        """Note what happened to a work."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "process": os.getpid(), "event": event, "work": work, **more}
        with explained_errors(self.path), open(self.path, "ab", buffering=0) as file:
            file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
