#!/usr/bin/env python3
"""Whether a long run stays flat: memory, file descriptors and threads of one process, sampled from /proc.

    bench/flat.py [--seconds 600] [--out results.json] -- build/release/src/app/lynceus run --loop …

The command gets `--seconds N --json` at its end. Growth is the median of the last tenth of the samples against
that of the first tenth after warm-up (a tenth of the run).
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time


def sample(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        text = file.read()
    number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", text, re.MULTILINE).group(1))
    return {"rss_kib": number("VmRSS"), "threads": number("Threads"), "fds": len(os.listdir(f"/proc/{pid}/fd"))}


def watch(process, seconds, step):
    samples = []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds - step:
        try:
            process.wait(timeout=step)
            break
        except subprocess.TimeoutExpired:
            samples.append({"second": round(time.monotonic() - begin), **sample(process.pid)})
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--out")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = [part for part in arguments.command if part != "--"]
    step = max(arguments.seconds / 120, 1)
    process = subprocess.Popen([*command, "--seconds", str(arguments.seconds), "--json"], stdout=subprocess.PIPE, text=True)
    samples = watch(process, arguments.seconds, step)
    printed, _ = process.communicate()
    if process.returncode != 0 or not samples:
        sys.exit(f"the command ended with {process.returncode}")
    tenth = max(len(samples) // 10, 1)
    part = lambda key, chosen: statistics.median(one[key] for one in chosen)
    summary = json.loads(printed.splitlines()[-1])
    report = {"seconds": arguments.seconds, "samples": len(samples), "frames": [c["frames_processed"] for c in summary["cameras"]],
              "cpu_cores": summary["cpu_cores"], "memory": summary["memory"], "violations": summary["violations"]}
    for key in ("rss_kib", "threads", "fds"):
        first, last = part(key, samples[tenth:2 * tenth]), part(key, samples[-tenth:])
        report[key] = {"first": first, "last": last, "growth": last - first, "most": max(one[key] for one in samples)}
    text = json.dumps(report, indent=1)
    print(text)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
