"""Reads docs/ARCHITECTURE.md: which room may include which, and which files may use guarded names."""

import re


class ArchitectureError(Exception):
    """The document does not say what the check needs, or says it in a form that it cannot read."""


def table_under(text, heading):
    """The body rows, as lists of cells, of the first table below `## heading`."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    if not section:
        raise ArchitectureError(f'docs/ARCHITECTURE.md has no section "{heading}"')
    lines = [line for line in section.group(1).splitlines() if line.startswith("|")]
    if len(lines) < 3:
        raise ArchitectureError(f'section "{heading}" of docs/ARCHITECTURE.md has no table')
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code_names(cell):
    return re.findall(r"`([^`]+)`", cell)


def rooms(text):
    """Room -> set of rooms that it may include, itself not named; None means every room.

    Rooms are named as the code includes them: "core", "stages" (standing for each folder in it), "lynceus"
    for include/lynceus/. Rows without a folder of code (tests, docs, ...) are left out.
    """
    allowed = {}
    for cells in table_under(text, "The rooms"):
        folder = code_names(cells[0])[0].strip("/")
        if not folder.startswith(("src/", "include/")):
            continue
        allowed[folder.split("/", 1)[1]] = uses(cells[2], list(allowed))
    return allowed


def uses(cell, above):
    if cell == "everything":
        return None
    if cell == "nothing of ours":
        return set()
    if cell == "all of the above":
        return set(above)
    names = {name.strip() for name in cell.split(",")}
    unknown = [name for name in names if not re.fullmatch(r"[a-z]+", name)]
    if unknown:
        raise ArchitectureError(f'"The rooms": cannot read "{cell}" (room names, "nothing of ours", "everything")')
    return names


def engine_folders(text):
    """The folders of src/engine/, bottom up: each may include itself and those before it."""
    return [code_names(cells[0])[0].strip("/") for cells in table_under(text, "Inside the engine")]


def guarded_names(text):
    """Rule -> file patterns (as in fnmatch, from the repository root) of the files that may use the name."""
    return {code_names(cells[0])[0]: code_names(cells[2]) for cells in table_under(text, "Names that few files may use")}
