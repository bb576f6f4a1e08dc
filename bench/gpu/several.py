#!/usr/bin/env python3
"""Throughput of one GPU and of all of them: files as fast as they go, spread by the program itself.

    several.py LYNCEUS CLIP_1080P OUT [--streams 32] [--seconds 10]

Each GPU alone, then all together with as many streams a GPU, alternating, three times; the ratio of medians is against the
sum of the single ones. Writes OUT/several.jsonl and prints its lines.
"""
import argparse
import json
import os
import statistics
import subprocess

from lanes import CARD, lynceus, same_clip

MODELS = {"none": "none", "yolox_nano": CARD}


def gpus():
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True).stdout
    return sum(line.startswith("GPU ") for line in listed.splitlines())


def measure(program, clip, device, streams, model, seconds):
    summary = lynceus(program, "--device", device, "--model", model, "--loop", "--seconds", str(seconds),
                      "--set", "detector.batch.size=16", *same_clip(clip, streams))
    if summary is None:
        raise SystemExit(f"{device}: no figure")
    frames = sum(c["frames_processed"] for c in summary["cameras"])
    return {"device": device, "streams": streams, "frames_per_second": round(frames / summary["seconds"], 1),
            "cpu_ms_per_frame": round(1000 * summary["cpu_seconds"] / frames, 3), "host_pixel_bytes": summary["transfers"]["host_pixel_bytes"],
            "devices": summary.get("devices")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--streams", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    count = gpus()
    with open(os.path.join(arguments.out, "several.jsonl"), "w", encoding="utf-8") as file:
        def note(line):
            print(json.dumps(line), flush=True)
            file.write(json.dumps(line) + "\n")

        for name, model in MODELS.items():
            rates = {}
            for _ in range(arguments.rounds):
                for device in [f"cuda:{i}" for i in range(count)] + ["cuda:all"]:
                    streams = arguments.streams * (count if device == "cuda:all" else 1)
                    line = {"model": name, **measure(arguments.program, arguments.clip, device, streams, model, arguments.seconds)}
                    rates.setdefault(device, []).append(line["frames_per_second"])
                    note(line)
            medians = {device: statistics.median(values) for device, values in rates.items()}
            together = medians.pop("cuda:all")
            note({"model": name, "gpus": count, "median_alone": medians, "median_together": together,
                  "times_one": round(together / max(medians.values()), 3), "efficiency": round(together / sum(medians.values()), 3)})


if __name__ == "__main__":
    main()
