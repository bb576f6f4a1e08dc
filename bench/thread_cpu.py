#!/usr/bin/env python3
"""CPU time by thread name of a running command, between two moments: where a core went.

    thread_cpu.py FROM TO -- COMMAND …

Looks FROM and TO seconds after the start, so start-up does not count. Prints one JSON line: cores by thread name, how
many threads bear the name, voluntary and forced switches a second, and the sum.
"""
import collections
import json
import os
import subprocess
import sys
import time

TICK = os.sysconf("SC_CLK_TCK")


def threads(pid):
    seen = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{tid}/stat", encoding="utf-8") as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
            with open(f"/proc/{pid}/task/{tid}/status", encoding="utf-8") as file:
                switches = [int(line.split()[1]) for line in file if "ctxt_switches" in line]
        except FileNotFoundError:
            continue  # it ended between the listing and the look
        fields = rest.split()
        seen[tid] = (name.rstrip("0123456789-"), int(fields[11]) / TICK, int(fields[12]) / TICK, *switches)
    return seen


def main():
    split = sys.argv.index("--")
    first, last = (float(a) for a in sys.argv[1:split])
    process = subprocess.Popen(sys.argv[split + 1:], stdout=subprocess.DEVNULL)
    time.sleep(first)
    before, at = threads(process.pid), time.monotonic()
    time.sleep(last - first)
    after, seconds = threads(process.pid), time.monotonic() - at
    process.wait()
    groups = collections.defaultdict(lambda: [0, 0.0, 0.0, 0, 0])
    for tid, (name, *figures) in after.items():
        old = before.get(tid, (name, 0, 0, 0, 0))[1:]
        groups[name][0] += 1
        for i, (new, was) in enumerate(zip(figures, old)):
            groups[name][i + 1] += new - was
    report = {name: {"threads": n, "user_cores": round(user / seconds, 4), "system_cores": round(system / seconds, 4),
                     "waits_per_s": round(waits / seconds, 1), "preempted_per_s": round(forced / seconds, 1)}
              for name, (n, user, system, waits, forced) in sorted(groups.items(), key=lambda g: -(g[1][1] + g[1][2]))}
    total = sum(g["user_cores"] + g["system_cores"] for g in report.values())
    print(json.dumps({"cores": round(total, 4), "seconds": round(seconds, 1), "threads": report}))


if __name__ == "__main__":
    main()
