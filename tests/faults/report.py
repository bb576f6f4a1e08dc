#!/usr/bin/python3
"""Makes docs/FAULTS.md of the times that a run of the fault tests left.

usage: report.py FOLDER [docs/FAULTS.md]     FOLDER: build/release/fault-times after `ctest -L faults`
"""
import json
import pathlib
import sys

# row: the fault, by when it is to be seen, by when the camera is to be back (seconds; one GOP is added to the latter)
ROWS = {
    1: ("the name does not resolve; connection refused", 1, 2),
    2: ("connecting hangs: no answer, or accepted and silent", 5, 2),
    3: ("401, 404, not RTSP at all, TLS failure", 5, None),
    4: ("PLAY answered, no media", 5, 2),
    5: ("stall in mid-stream, connection open", 5, 2),
    6: ("RST or FIN in mid-stream, camera away for 5 s", 1, 2),
    7: ("flapping", None, None),
    8: ("returns with another resolution, codec, bit depth", None, 2),
    9: ("starts in mid-GOP", None, None),
    10: ("damaged slices, lost packets", None, None),
    11: ("timestamps jump, run backwards, wrap, or stand still", None, None),
    12: ("bursts: 2 s nothing, then 2 s at once", None, None),
    13: ("absurd sizes, endless descriptions", 1, None),
    14: ("a description or redirect that points to another host", 1, None),
    18: ("pictures that the device cannot decode", 5, None),
    20: ("an output cannot be written: disk full, folder gone", None, None),
    25: ("the wall clock of the machine stepped", None, None),
    26: ("more than the machine can do", None, None),
    27: ("results gone wrong, unsaid", None, None),
    28: ("stream healthy, picture frozen, black, covered or moved", 30, None),
}

HEAD = """# Faults of cameras

What goes wrong with a live camera, and what Lynceus does about it. Each row is a test in `tests/faults/` (`ctest -L faults`): a run of a
sick camera beside a healthy one, against a real RTSP server (gst-rtsp-server) behind a line that the test cuts, holds or tampers
with, or against a scripted one. In each of them the healthy camera keeps running and loses nothing, the sick one's times only grow,
its accounts close, and Ctrl-C ends the run. What a camera does in which state, and when it is tried again, is in
[CONFIGURATION.md](CONFIGURATION.md#live-cameras).

*Seen* is from the fault (or from the start of the program) to the camera's change of state in the log, *back* from the camera being
good again to its next processed frame; the wait for a keyframe, 0.4 s at most but in row 9, is the camera's. Of outputs (row 20), seven kinds at
once, it is to the last one's pause, and to the last one that goes on. Times in seconds, of one run on
loopback on a machine with two busy cores. `tests/faults/report.py` wrote this page.

| # | fault | case | seen within | seen | back within | back | states |
|---|---|---|---|---|---|---|---|
"""


def shown(value):
    return "" if value is None else f"{value:g}"


def short(states):
    """backoff running: what repeats is said once."""
    kept = [state for i, state in enumerate(states) if i == 0 or states[i - 1] != state]
    return " → ".join(kept)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json"))]
    missing = sorted(set(ROWS) - {case["row"] for case in found})
    if missing:
        sys.exit(f"report.py: no times of rows {missing} in {sys.argv[1]}; run all of `ctest -L faults` first")
    lines = []
    for case in sorted(found, key=lambda case: case["row"]):
        fault, seen, back = ROWS[case["row"]]
        cells = [case["row"], fault, case["case"], shown(seen), shown(case.get("seen")), shown(back), shown(case.get("back")),
                 short(case["states"])]
        lines.append("| " + " | ".join(map(str, cells)) + " |\n")
    root = pathlib.Path(__file__).resolve().parents[2]
    page = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else root / "docs/FAULTS.md"
    page.write_text(HEAD + "".join(lines), encoding="utf-8")


main()
