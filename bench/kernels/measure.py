#!/usr/bin/env python3
"""Runs bench_kernels and writes each kernel's time beside a memcpy of as many bytes.

usage: bench/kernels/measure.py [--device cpu|cuda] [--program build/release/bench/kernels/bench_kernels] [--out FILE.json]

Each figure is the best of several repetitions: what else runs on the machine only ever adds. `of_memcpy` is the share of
the memory's speed that a kernel reaches: 1 is a kernel that costs no more than moving its bytes. Build it first:
cmake --build --preset release --target bench_kernels
"""
import argparse
import datetime
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/bench/kernels/bench_kernels"


def processor():
    facts = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
                 if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    return {"model": facts.get("model name", "?"), "family": facts.get("cpu family", "?"),
            "avx2": "avx2" in facts.get("flags", ""), "cache": facts.get("cache size", "?")}


def measure(program, device, repetitions):
    out = subprocess.run([program, device, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
                          "--benchmark_min_time=0.05", "--benchmark_enable_random_interleaving=true"],
                         stdout=subprocess.PIPE, check=True).stdout
    report = json.loads(out)
    best = {}
    for run in report["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        if run.get("error_occurred"):
            sys.exit(f"{run['name']}: {run['error_message']}")
        name = re.sub(r"/(manual_time|repeats:\d+|iterations:\d+)", "", run["run_name"])
        if name not in best or run["real_time"] < best[name]["real_time"]:
            best[name] = run
    return report["context"], best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    context, best = measure(options.program, options.device, options.repetitions)
    rows = []
    for name, run in best.items():
        if name.endswith("/memcpy"):
            continue
        rate, limit = run["bytes_per_second"], best[name + "/memcpy"]["bytes_per_second"]
        rows.append({"kernel": name, "us": round(run["real_time"], 2), "gb_per_s": round(rate / 1e9, 2),
                     "memcpy_gb_per_s": round(limit / 1e9, 2), "of_memcpy": round(rate / limit, 3)})
    rows.sort(key=lambda row: row["kernel"])
    for row in rows:
        print(f"{row['kernel']:32} {row['us']:9.1f} us {row['gb_per_s']:7.2f} GB/s  memcpy {row['memcpy_gb_per_s']:6.2f}"
              f"  {100 * row['of_memcpy']:5.1f} %")
    if options.out:
        machine = {**processor(), "processors": context["num_cpus"], "load_at_start": context["load_avg"][:1]}
        result = {"date": datetime.date.today().isoformat(), "machine": machine, "device": options.device,
                  "repetitions": options.repetitions, "kernels": rows}
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


main()
