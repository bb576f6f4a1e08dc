#!/usr/bin/env python3
"""Holds the code to docs/ARCHITECTURE.md: usage: check_layers.py REPOSITORY. Prints each breach as FILE:LINE: why."""

import sys
from pathlib import Path

import architecture
import rules


def main(root):
    try:
        text = (Path(root) / "docs/ARCHITECTURE.md").read_text()
        complaints = list(
            rules.all_complaints(
                root, architecture.rooms(text), architecture.guarded_names(text), architecture.engine_folders(text)
            )
        )
    except (architecture.ArchitectureError, OSError) as error:
        print(error)
        return 1
    for file, line, why in complaints:
        print(f"{file}:{line}: {why} (docs/ARCHITECTURE.md)")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
