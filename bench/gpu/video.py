#!/usr/bin/env python3
"""What annotated video costs on a GPU: three cameras at 25 frames/s, once with boxes drawn and MJPEG out, once without.

    video.py LYNCEUS CLIP_1080P OUT [--seconds 20] [--model CARD] [--strict]

Cores are counted from 6 s after the start on. Prints one JSON line a run; leaves OUT/c0.mkv and a few pictures in
OUT/shots to look at.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CAMERAS = 3
WARM = 6
BAR = 0.15  # of a core, for all cameras
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def measure(arguments, seconds):
    """The run's summary and the cores that it used once it was warm."""
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    marks = []
    for at in (WARM, seconds - WARM - 1):
        try:
            process.wait(timeout=at)
        except subprocess.TimeoutExpired:
            marks.append((time.monotonic(), cpu_seconds(process.pid)))
    printed, complaint = process.communicate(timeout=120)
    if process.returncode != 0 or len(marks) != 2:
        sys.exit(f"lynceus ended with {process.returncode}:\n{complaint[-1500:]}")
    (first, before), (last, after) = marks
    return json.loads(printed.splitlines()[-1]), (after - before) / (last - first)


def line(name, summary, cores):
    stages = {stage["name"]: stage for stage in summary["stages"]}
    return {"run": name, "device": summary["device"], "cores": round(cores, 3),
            "frames": sum(camera["frames_processed"] for camera in summary["cameras"]),
            "encoded": stages["encode"]["count"], "encode_p50_ms": stages["encode"]["p50_ms"],
            "encode_p95_ms": stages["encode"]["p95_ms"], "video_dropped": sum(c["video_dropped"] for c in summary["cameras"]),
            "snapshots": sum(camera["snapshots"] for camera in summary["cameras"]),
            "video_bytes": summary["transfers"]["out"].get("video", 0),
            "host_pixel_bytes": summary["transfers"]["host_pixel_bytes"],
            "allocations_after_warmup": summary["memory"]["allocations_after_warmup"],
            "violations": summary["violations"], "residency": summary["residency"], "witnesses": summary.get("witnesses")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--model", default=os.path.join(ROOT, "models", "yolox_nano_dynamic.yaml"))
    parser.add_argument("--strict", action="store_true")
    wanted = parser.parse_args()
    shots = os.path.join(wanted.out, "shots")
    shutil.rmtree(shots, ignore_errors=True)
    os.makedirs(wanted.out, exist_ok=True)
    run = [wanted.program, "run", "--json", "--device", wanted.device, "--model", wanted.model, "--realtime", "--loop",
           "--seconds", str(wanted.seconds)]
    for i in range(CAMERAS):
        run += ["--source", f"c{i}={wanted.clip}"]
    video = ["--out", os.path.join(wanted.out, "{camera}.mkv"), "--set", "outputs.codec=mjpeg", "--set",
             f"outputs.snapshots.dir={shots}", "--set", "outputs.snapshots.when=time", "--set", "outputs.snapshots.every=5s"]
    results = [line("plain", *measure(run, wanted.seconds))]
    print(json.dumps(results[0]), flush=True)
    strict = ["--strict"] if wanted.strict else []
    results.append(line("video", *measure(run + video + strict, wanted.seconds)))
    print(json.dumps(results[1]), flush=True)
    for i in range(1, CAMERAS):
        os.remove(os.path.join(wanted.out, f"c{i}.mkv"))
    with open(os.path.join(wanted.out, "video.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    least = CAMERAS * 25 * (wanted.seconds - 3)
    good = results[1]
    for words, holds in ((f"cores {good['cores']} <= {BAR}", good["cores"] <= BAR),
                         (f"encoded {good['encoded']} >= {least}", good["encoded"] >= least),
                         ("host_pixel_bytes 0", good["host_pixel_bytes"] == 0),
                         ("allocations_after_warmup 0", good["allocations_after_warmup"] == 0)):
        print(("met:  " if holds else "MISSED: ") + words)


if __name__ == "__main__":
    main()
