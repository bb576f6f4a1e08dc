"""The source files of a tree, and their text without what the compiler does not read as code."""

import re
from pathlib import Path

SUFFIXES = {".h", ".cpp", ".cu"}
_COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'', re.S
)


def source_files(root, folders):
    """Paths relative to `root`, sorted, of every C++ and CUDA file in `folders`."""
    found = []
    for folder in folders:
        found += [p.relative_to(root) for p in (Path(root) / folder).rglob("*") if p.suffix in SUFFIXES]
    return sorted(found)


def code_only(text):
    """`text` with comments and literals blanked; line numbers stay. Paths of #include stay too."""

    def blank(match):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if match.group().startswith('"') and re.match(r"\s*#\s*include\b", text[line_start : match.start()]):
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return _COMMENT_OR_STRING.sub(blank, text)
