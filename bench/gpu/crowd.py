#!/usr/bin/env python3
"""Many paced cameras on one GPU: what each costs, how late its boxes are, what is lost, how soon all of them answer.

    crowd.py LYNCEUS CLIP OUT [--model CARD] [--counts 30 100] [--seconds 20] [--device cuda] [-- OPTION …]

Each count is a run of its own of CLIP as that many cameras, at the clip's own rate. `first_result_s` is from the start of
the program to the first line of the last camera. Cores, switches and the GPU's load are from two seconds after that to
the end: start-up does not count; latencies, as the summary has them, are of the whole run. Adds its lines to OUT/crowd.jsonl.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from lanes import CARD, same_clip

TICK = os.sysconf("SC_CLK_TCK")
LOAD = "utilization.gpu,utilization.memory,utilization.decoder,memory.used,power.draw,clocks.sm"


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def gpu_load():
    if shutil.which("nvidia-smi") is None:
        return []
    asked = subprocess.run(["nvidia-smi", f"--query-gpu={LOAD}", "--format=csv,noheader,nounits"], capture_output=True, text=True)
    rows = [[float(value) if re.fullmatch(r"[\d. ]+", value) else None for value in line.split(",")]
            for line in asked.stdout.splitlines()]
    return rows


def wait_for_all(process, path, count, limit):
    """Seconds until each camera has a line in the file; None when that does not come about."""
    begin, seen, rest = time.monotonic(), set(), b""
    file = None
    while time.monotonic() - begin < limit and process.poll() is None:
        if file is None and os.path.exists(path):
            file = open(path, "rb")
        read = file.read() if file else b""
        lines = (rest + read).split(b"\n")
        rest = lines.pop()
        seen.update(re.match(rb'\{"v":1,"camera":"([^"]+)"', line).group(1) for line in lines)
        if len(seen) == count:
            return time.monotonic() - begin
        time.sleep(0.02)
    return None


def median_load(samples):
    names = [name.split(".")[-1] + ("_mib" if name == "memory.used" else "") for name in LOAD.split(",")]
    gpus = []
    for rows in zip(*samples):
        columns = [[v for v in column if v is not None] for column in zip(*rows)]
        gpus.append({name: statistics.median(column) if column else None for name, column in zip(names, columns)})
    return gpus


def measure(arguments, count, options):
    boxes = os.path.join(arguments.out, "crowd_lines.jsonl")
    if os.path.exists(boxes):
        os.remove(boxes)
    seconds = arguments.seconds
    command = [arguments.program, "run", "--json", "--device", arguments.device, "--model", arguments.model, *same_clip(arguments.clip, count),
               "--realtime", "--loop", "--seconds", str(seconds), "--detections", boxes, *options]
    begin = time.monotonic()
    complaints = tempfile.TemporaryFile("w+", encoding="utf-8")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
    first = wait_for_all(process, boxes, count, seconds - 4)
    steady = {}
    if first is not None:
        time.sleep(2)
        used, at, loads = cpu_seconds(process.pid), time.monotonic(), []
        while time.monotonic() - begin < seconds - 1.5 and process.poll() is None:
            loads.append(gpu_load())
            time.sleep(0.5)
        if process.poll() is None:
            steady = {"steady_cores": round((cpu_seconds(process.pid) - used) / (time.monotonic() - at), 4),
                      "steady_seconds": round(time.monotonic() - at, 1), "gpus": median_load(loads)}
    printed, _ = process.communicate(timeout=120)
    if process.returncode != 0:
        complaints.seek(0)
        return {"cameras": count, "failed": process.returncode, "complaint": complaints.read()[-600:]}
    summary = json.loads(printed.splitlines()[-1])
    lanes = summary["cameras"]
    lost = {}
    for lane in lanes:
        for kind in ("dropped", "skipped"):
            for reason, number in lane[kind].items():
                lost[f"{kind}.{reason}"] = lost.get(f"{kind}.{reason}", 0) + number
    states = {}
    for lane in lanes:
        for state, number in lane["states"].items():
            states[state] = states.get(state, 0) + number
    rates = [lane["frames_processed"] / summary["seconds"] for lane in lanes]
    latency = {name: {"median": statistics.median(lane["latency_ms"][name] for lane in lanes), "worst": max(lane["latency_ms"][name] for lane in lanes)}
               for name in ("p50", "p95", "p99")}
    return {"cameras": count, "model": os.path.basename(arguments.model), "device": arguments.device, "seconds": seconds, "options": options,
            "first_result_s": first and round(first, 2), "whole_run_cores": summary["cpu_cores"], **steady,
            "frames_in": sum(lane["frames_in"] for lane in lanes), "frames_processed": sum(lane["frames_processed"] for lane in lanes),
            "frames_per_second": round(sum(rates), 1), "slowest_camera": round(min(rates), 2), "lost": lost, "states": states,
            "latency_ms": latency, "stages": {s["name"]: [s["cpu_ms"], s["p50_ms"], s["p95_ms"]] for s in summary["stages"] if s["count"]},
            "host_pixel_bytes": summary["transfers"]["host_pixel_bytes"], "pool_bytes": summary["memory"]["pool_bytes"],
            "allocations_after_warmup": summary["memory"]["allocations_after_warmup"], "violations": summary["violations"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--model", default=CARD)
    parser.add_argument("--counts", type=int, nargs="+", default=[30, 100])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--device", default="cuda")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments = parser.parse_args(sys.argv[1:split])
    with open(os.path.join(arguments.out, "crowd.jsonl"), "a", encoding="utf-8") as file:
        for count in arguments.counts:
            line = json.dumps(measure(arguments, count, sys.argv[split + 1:]))
            print(line, flush=True)
            file.write(line + "\n")


if __name__ == "__main__":
    main()
