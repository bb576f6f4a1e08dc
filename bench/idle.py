#!/usr/bin/env python3
"""What cameras cost that are connected and say nothing but that they are there.

    bench/idle.py [--cameras 16] [--seconds 60] [--out results.json]

A real `lynceus run` against cameras that sent one picture and then only RTCP reports (each 5 s) and answers to keep-alives
(session timeout 10 s, so one each 5 s). CPU time is the process's own, from /proc, over --seconds after all of them run; then
`strace -c -f` watches for 30 s more, in which its own cost does not count. Exit 1 when the bar (0.5 % of a core in all) is missed.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BAR = 0.005  # of a core
TRACED_SECONDS = 30


def keyframe(folder):
    path = folder / "one.h264"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=640x360:rate=25", "-frames:v", "1",
                    "-c:v", "libx264", "-pix_fmt", "yuv420p", path], check=True)
    return path


def cpu_seconds(pid):
    """User and system, of threads that have ended too."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def threads(pid):
    """Name, nanoseconds on a processor and voluntary waits of each."""
    found = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        at = pathlib.Path(f"/proc/{pid}/task/{tid}")
        waits = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (at / "status").read_text(), re.MULTILINE)
        found[tid] = ((at / "comm").read_text().strip().rstrip("0123456789"), int((at / "schedstat").read_text().split()[0]),
                      int(waits[1]))
    return found


def by_name(before, after, seconds):
    sums = {}
    for tid, (name, ran, waits) in after.items():
        _, ran_before, waits_before = before.get(tid, (name, 0, 0))
        entry = sums.setdefault(name, {"threads": 0, "cores": 0.0, "wakes_per_s": 0.0})
        entry["threads"] += 1
        entry["cores"] += (ran - ran_before) / 1e9 / seconds
        entry["wakes_per_s"] += (waits - waits_before) / seconds
    return {name: {"threads": e["threads"], "cores": round(e["cores"], 6), "wakes_per_s": round(e["wakes_per_s"], 2)}
            for name, e in sorted(sums.items())}


def traced(pid):
    """Calls a second by name, as strace counts them."""
    if not shutil.which("strace"):
        return None
    with tempfile.NamedTemporaryFile() as table:
        watcher = subprocess.Popen(["strace", "-c", "-f", "-o", table.name, "-p", str(pid)], stderr=subprocess.DEVNULL)
        time.sleep(TRACED_SECONDS)
        watcher.send_signal(signal.SIGINT)
        watcher.wait()
        lines = pathlib.Path(table.name).read_text(encoding="utf-8").splitlines()
    calls = {}
    for line in lines:
        fields = line.split()
        if len(fields) >= 5 and fields[3].isdigit() and fields[-1] != "total":
            calls[fields[-1]] = round(int(fields[3]) / TRACED_SECONDS, 2)
    return dict(sorted(calls.items(), key=lambda call: -call[1]))


def wait_until_all_run(log, cameras):
    running = set()
    for line in log:
        match = re.search(r"(c\d+): running", line)
        if match:
            running.add(match[1])
        if len(running) == cameras:
            return
    sys.exit("the run ended before all cameras ran")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--program", default=str(ROOT / "build/release/src/app/lynceus"))
    parser.add_argument("--out")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lynceus-idle-"))
    server = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media/replay_cameras.py", keyframe(folder), "--idle", "--timeout",
                               "10"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    config = folder / "cameras.yaml"
    cameras = "".join(f"  - {{id: c{n}, source: \"rtsp://127.0.0.1:{port}/{n}\", stall_timeout: 600s}}\n"
                      for n in range(options.cameras))
    config.write_text("version: 1\ndetector: {model: none}\ncameras:\n" + cameras, encoding="utf-8")
    process = subprocess.Popen([options.program, "run", config, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_all_run(process.stderr, options.cameras)
        time.sleep(5)  # what starting leaves to do
        before, cpu, began = threads(process.pid), cpu_seconds(process.pid), time.monotonic()
        time.sleep(options.seconds)
        used, seconds, after = cpu_seconds(process.pid) - cpu, time.monotonic() - began, threads(process.pid)
        named = by_name(before, after, seconds)
        calls = traced(process.pid)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        server.kill()
        shutil.rmtree(folder)
    summary = json.loads(out.splitlines()[-1])
    states = sorted({f"{c['state']}, {c['reconnects']} reconnects" for c in summary["cameras"]})
    cores = max(used / seconds, sum(entry["cores"] for entry in named.values()))
    report = {"cameras": options.cameras, "seconds": round(seconds, 1), "cores": round(cores, 5), "bar": BAR,
              "threads": named, "calls_per_s_of_all_threads": calls, "cameras_at_the_end": states}
    print(json.dumps(report, indent=1))
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if cores <= BAR and states == ["ended, 0 reconnects"] else 1


if __name__ == "__main__":
    sys.exit(main())
