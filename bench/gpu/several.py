#!/usr/bin/env python3
"""Throughput of one GPU and of all of them: files as fast as they go, spread by the program itself.

    several.py LYNCEUS CLIP_1080P OUT [--streams 32] [--models none CARD …]

The first GPU alone, then all together with as many streams a GPU, alternating. A rate is what a run of --long seconds
did more than one of --short: start-up, which both have, does not count. Writes OUT/several.jsonl and prints its lines.
"""
import argparse
import json
import os
import statistics
import subprocess

from lanes import CARD, lynceus, same_clip

def gpus():
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True).stdout
    return sum(line.startswith("GPU ") for line in listed.splitlines())


def run(program, clip, device, streams, model, seconds):
    summary = lynceus(program, "--device", device, "--model", model, "--loop", "--seconds", str(seconds),
                      "--set", "detector.batch.size=16", *same_clip(clip, streams))
    if summary is None:
        raise SystemExit(f"{device}: no figure")
    return summary, sum(c["frames_processed"] for c in summary["cameras"])


def measure(program, clip, device, streams, model, short, long):
    before, few = run(program, clip, device, streams, model, short)
    after, many = run(program, clip, device, streams, model, long)
    frames, seconds = many - few, after["seconds"] - before["seconds"]
    return {"device": device, "streams": streams, "frames_per_second": round(frames / seconds, 1),
            "with_start_up": round(many / after["seconds"], 1),
            "cpu_ms_per_frame": round(1000 * (after["cpu_seconds"] - before["cpu_seconds"]) / frames, 3),
            "host_pixel_bytes": after["transfers"]["host_pixel_bytes"], "devices": after.get("devices")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--models", nargs="+", default=["none", CARD])
    parser.add_argument("--streams", type=int, default=32)
    parser.add_argument("--short", type=float, default=10)
    parser.add_argument("--long", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    count = gpus()
    with open(os.path.join(arguments.out, "several.jsonl"), "w", encoding="utf-8") as file:
        def note(line):
            print(json.dumps(line), flush=True)
            file.write(json.dumps(line) + "\n")

        for model in arguments.models:
            rates = {"cuda:0": [], "cuda:all": []}
            for _ in range(arguments.rounds):
                for device, seen in rates.items():
                    streams = arguments.streams * (count if device == "cuda:all" else 1)
                    line = {"model": model, **measure(arguments.program, arguments.clip, device, streams, model,
                                                      arguments.short, arguments.long)}
                    seen.append(line["frames_per_second"])
                    note(line)
            one, together = (statistics.median(seen) for seen in rates.values())
            note({"model": model, "gpus": count, "median_of_one": one, "median_together": together,
                  "times_one": round(together / one, 3)})


if __name__ == "__main__":
    main()
