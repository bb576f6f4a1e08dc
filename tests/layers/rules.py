"""The rules themselves. Each takes a tree and yields (file, line, sentence) for what breaks it."""

import re
from fnmatch import fnmatch
from pathlib import Path

from sources import code_only, source_files

LONGEST_FILE = 300
LENGTH_FOLDERS = ("src", "include", "tests", "bench")
_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)

# What each guarded name of docs/ARCHITECTURE.md looks like in code.
GUARDED = {
    "AVFrame": r"\bAVFrame\b|\bav_frame_\w+",
    "host_view": r"\bhost_view\s*\(",
    "CUDA": r"\bcu[A-Z]\w*\s*\(|\bcuda[A-Z]\w*\s*\(|\bcuvid\w+|\bnvcuvid\w*|\bCUVID\w*|\bnvEnc\w+\s*\(|\bcupti[A-Z]\w*\s*\(|\bnvml[A-Z]\w*\s*\("
    r"|\bCU(?:deviceptr|stream|context|module|function|event|device|result|video\w+)\b"
    r'|^\s*#\s*include\s*[<"](?:cuda|cuvid|nvcuvid|ffnvcodec/|dynlink_|cuda_runtime|nvml|nvjpeg|cupti)',
    "clock": r"\b(?:steady_clock|system_clock|high_resolution_clock)\s*::\s*now\s*\(|\bclock_gettime\s*\(|\bgettimeofday\s*\(",
}


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def room_of(path):
    """Room of a file by its path below src/ or include/: "core", "stages/decode"; None for a file in no room."""
    parts = Path(path).parts
    if len(parts) < 2:
        return None
    return "/".join(parts[:2]) if parts[0] == "stages" and len(parts) > 2 else parts[0]


def check_includes(root, allowed):
    for file in source_files(root, ("src", "include")):
        home = room_of(Path(*file.parts[1:]))
        if home is None or home.split("/")[0] not in allowed:
            yield file, 1, f'lies in "{home or file.parent}", which the table of rooms does not have'
            continue
        text = code_only((Path(root) / file).read_text())
        for include in _INCLUDE.finditer(text):
            complaint = judge_include(root, home, include.group(1), allowed)
            if complaint:
                yield file, line_of(text, include.start(1)), complaint


def judge_include(root, home, target, allowed):
    if not any((Path(root) / base / target).is_file() for base in ("src", "include")):
        return f'includes "{target}": write the path of a file from src/ or include/'
    room = room_of(target)
    may = allowed[home.split("/")[0]]
    if room == home or may is None or room.split("/")[0] in may:
        return None
    return f'{home} may not include {room} ("{target}")'


def check_engine(root, folders):
    """Files of src/engine/ itself, above all its folders, may include any of them."""
    height = {folder: number for number, folder in enumerate(folders)}
    for file in source_files(root, ("src",)):
        if file.parts[1] != "engine":
            continue
        home = file.parts[2] if len(file.parts) > 3 else None
        if home is not None and home not in height:
            yield file, 1, f'lies in "engine/{home}", which the table of the engine\'s folders does not have'
            continue
        text = code_only((Path(root) / file).read_text())
        for include in _INCLUDE.finditer(text):
            parts = Path(include.group(1)).parts
            if parts[0] != "engine" or home is None:
                continue
            target = parts[1] if len(parts) > 2 else None
            if target is None or height.get(target, len(height)) > height[home]:
                yield file, line_of(text, include.start(1)), f'engine/{home} may not include "{include.group(1)}", which is above it'


def check_guarded(root, permitted):
    for name in permitted.keys() ^ GUARDED.keys():
        yield Path("docs/ARCHITECTURE.md"), 1, f'"{name}" is a guarded name here or in tests/layers/rules.py, not in both'
    for file in source_files(root, ("src", "include")):
        text = code_only((Path(root) / file).read_text())
        for name, pattern in GUARDED.items():
            if any(fnmatch(str(file), allowed) for allowed in permitted.get(name, ())):
                continue
            for use in re.finditer(pattern, text, re.M):
                yield file, line_of(text, use.start()), f'"{use.group().strip()}" ({name}) may not be used here'


def check_length(root):
    for file in source_files(root, LENGTH_FOLDERS):
        lines = (Path(root) / file).read_text().count("\n")
        if lines > LONGEST_FILE:
            yield file, lines, f"has {lines} lines, more than {LONGEST_FILE}: find the second thing it is doing"


def all_complaints(root, allowed, permitted, engine_folders):
    yield from check_includes(root, allowed)
    yield from check_engine(root, engine_folders)
    yield from check_guarded(root, permitted)
    yield from check_length(root)
