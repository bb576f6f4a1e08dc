#!/usr/bin/env python3
"""Whole lanes on a GPU: detections against `cpu`, then cameras at 25 frames/s beside the hand-written loop.

    lanes.py LYNCEUS CLIP_1080P OUT [--seconds 15]

LYNCEUS is the program; its CUDA provider must be where the program finds it. Writes OUT/lanes.json and
prints one line a measurement.
"""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CARD = os.path.join(ROOT, "models", "yolox_nano_dynamic.yaml")
SAMPLES = ("one-by-one-person-detection", "car-detection", "bottle-detection")


def gpu_mebibytes():
    asked = subprocess.run(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"], capture_output=True, text=True)
    return int(asked.stdout.split()[0]) if asked.returncode == 0 else None


def lynceus(program, *arguments, look_after=None):
    """The summary of one run; with `look_after`, also the GPU's memory in use after so many seconds."""
    process = subprocess.Popen([program, "run", "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    used = None
    if look_after is not None:
        try:
            process.wait(timeout=look_after)
        except subprocess.TimeoutExpired:
            used = gpu_mebibytes()
    printed, complaint = process.communicate(timeout=600)
    if process.returncode != 0:
        print(f"lynceus run ended with {process.returncode}:\n{complaint[-800:]}")
        return None
    return {**json.loads(printed.splitlines()[-1]), "gpu_mib": used}


def agreement(program, out):
    """All clips at once on each device; files batch per camera, so that company changes nothing."""
    sources = [part for name in SAMPLES for part in ("--source", f"{name}={os.path.join(ROOT, 'samples', name + '.mp4')}")]
    files = {device: os.path.join(out, "{camera}." + device + ".jsonl") for device in ("cpu", "cuda")}
    for device, file in files.items():
        summary = lynceus(program, "--device", device, "--model", CARD, *sources, "--detections", file)
        if summary is None:
            return []
    print(json.dumps({"clips at once": len(SAMPLES), "host_pixel_bytes": summary["transfers"]["host_pixel_bytes"],
                      "out": summary["transfers"]["out"]}))
    results = []
    for name in SAMPLES:
        theirs, ours = (files[device].replace("{camera}", name) for device in ("cpu", "cuda"))
        compared = subprocess.run([sys.executable, os.path.join(ROOT, "bench", "peers", "compare_detections.py"), ours, theirs,
                                   "--iou", "0.9"], capture_output=True, text=True)
        results.append({"clip": name, **json.loads(compared.stdout)})
        print(json.dumps(results[-1]))
        os.remove(theirs)
        os.remove(ours)
    return results


def same_clip(clip, count):
    """Arguments that name the clip `count` times, as cameras of their own."""
    return [part for i in range(count) for part in ("--source", f"c{i}={clip}")]


def cameras(program, clip, count, seconds, out, *more):
    sources = same_clip(clip, count)
    summary = lynceus(program, "--device", "cuda", "--model", CARD, *sources, "--realtime", "--loop", "--seconds", str(seconds),
                      "--detections", os.path.join(out, "lanes.jsonl"), *more, look_after=seconds - 1)
    if summary is None:
        return None
    lanes = summary["cameras"]
    result = {"cameras": count, "seconds": seconds, "options": list(more), "gpu_mib": summary["gpu_mib"], "cores": summary["cpu_cores"],
              "frames_per_second": round(sum(c["frames_processed"] for c in lanes) / summary["seconds"], 1),
              "p50_ms": max(c["latency_ms"]["p50"] for c in lanes), "p95_ms": max(c["latency_ms"]["p95"] for c in lanes),
              "p99_ms": max(c["latency_ms"]["p99"] for c in lanes),
              "skipped": [c["skipped"] for c in lanes if c["skipped"]], "host_pixel_bytes": summary["transfers"]["host_pixel_bytes"],
              "out": summary["transfers"]["out"], "memory": summary["memory"], "violations": summary["violations"],
              "stages": {s["name"]: [s["cpu_ms"], s["p50_ms"], s["p95_ms"]] for s in summary["stages"] if s["count"]}}
    print(json.dumps(result))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--skip-agreement", action="store_true")
    arguments = parser.parse_args()
    report = {"agreement": [] if arguments.skip_agreement else agreement(arguments.program, arguments.out), "cameras": []}
    idle = gpu_mebibytes()
    print(json.dumps({"idle gpu_mib": idle}))
    for count, size, deadline in ((1, 1, 1), (3, 4, 5), (10, 8, 10), (30, 16, 20)):
        seconds = arguments.seconds if count in (3, 30) else min(arguments.seconds, 12)
        report["cameras"].append(cameras(arguments.program, arguments.clip, count, seconds, arguments.out,
                                         "--set", f"detector.batch.size={size}",
                                         "--set", f"detector.batch.deadline_ms={deadline}"))
    loop = subprocess.run([sys.executable, os.path.join(HERE, "handwritten_loop.py"), arguments.clip, "3", "8"],
                          capture_output=True, text=True)
    print(loop.stdout.strip() or loop.stderr[-1500:])
    report["handwritten"] = loop.stdout.strip()
    with open(os.path.join(arguments.out, "lanes.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
