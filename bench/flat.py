#!/usr/bin/env python3
"""Whether a long run stays flat: memory, file descriptors and threads of one process, sampled from /proc.

    bench/flat.py [--seconds 600] [--gpu] [--out results.json] -- build/release/src/app/lynceus run --loop …

With --gpu the memory in use on the first GPU too. The command gets `--seconds N --json` at its end. Growth is the median of the last tenth of the samples against
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


def gpu_mebibytes():
    asked = subprocess.run(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"], capture_output=True,
                           text=True, check=True)
    return int(asked.stdout.split()[0])


def sample(pid, gpu):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        text = file.read()
    number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", text, re.MULTILINE).group(1))
    # Pages of files (the program itself) come and go as the system likes: what the program took is told apart.
    seen = {"rss_kib": number("VmRSS"), "anonymous_kib": number("RssAnon"), "shared_kib": number("RssShmem"), "threads": number("Threads"), "fds": len(os.listdir(f"/proc/{pid}/fd"))}
    return {**seen, "gpu_mib": gpu_mebibytes()} if gpu else seen


def watch(process, seconds, step, gpu):
    samples = []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds - step:
        try:
            process.wait(timeout=step)
            break
        except subprocess.TimeoutExpired:
            samples.append({"second": round(time.monotonic() - begin), **sample(process.pid, gpu)})
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--gpu", action="store_true")
    parser.add_argument("--out")
    parser.add_argument("--samples", help="a file for every sample")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = [part for part in arguments.command if part != "--"]
    step = max(arguments.seconds / 120, 1)
    process = subprocess.Popen([*command, "--seconds", str(arguments.seconds), "--json"], stdout=subprocess.PIPE, text=True)
    samples = watch(process, arguments.seconds, step, arguments.gpu)
    printed, _ = process.communicate()
    if process.returncode != 0 or not samples:
        sys.exit(f"the command ended with {process.returncode}")
    tenth = max(len(samples) // 10, 1)
    part = lambda key, chosen: statistics.median(one[key] for one in chosen)
    summary = json.loads(printed.splitlines()[-1])
    report = {"seconds": arguments.seconds, "samples": len(samples), "frames": [c["frames_processed"] for c in summary["cameras"]],
              "cpu_cores": summary["cpu_cores"], "latency_ms": [c["latency_ms"] for c in summary["cameras"]], "memory": summary["memory"], "violations": summary["violations"]}
    for key in sorted(samples[0].keys() - {"second"}):
        first, last = part(key, samples[tenth:2 * tenth]), part(key, samples[-tenth:])
        report[key] = {"first": first, "last": last, "growth": last - first, "most": max(one[key] for one in samples)}
    text = json.dumps(report, indent=1)
    print(text)
    if arguments.samples:
        with open(arguments.samples, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(one) + "\n" for one in samples)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
