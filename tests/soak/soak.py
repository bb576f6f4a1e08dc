#!/usr/bin/python3
"""Cameras that fail in every way for a long time, beside one that does not: is anything left behind?

usage: soak.py [--seconds 600] [--seed 1] [--cameras 8] [--only FAULT …] [--pause 10 40] [--out report.json] [--program lynceus]

Starts a run of the program on cameras of tests/media/replay_cameras.py. Camera 0 is left in peace; to each of the others
something is done each 10 to 40 s, chosen by the seed: cut off and gone for a while, silent, late, lossy, noise between its messages,
a jump of its clock, a goodbye, another size; now and then the configuration is changed and read anew. Records go to a file that
rotates, video of two cameras to segments. Memory, descriptors and threads are sampled twice a second. Every camera comes in each
size once before it begins; it begins and ends with a calm in which all run: what the second holds more than the first was left behind.

Prints what it saw in a few lines, writes a report with every figure, and ends with 1 when a promise was broken.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE = 10
CALM = 150  # seconds at most: a camera in quarantine is tried once a minute, and leaves it after a minute of health
WARM = 12
FAULTS = ("out", "silent", "late", "lossy", "noise", "jump", "bye", "cut", "size", "reload")
MOST_GROWTH_KIB = 4096
LINE = re.compile(r"(c\d+): (running|stalled|backoff|quarantined|connecting)\b")


def make_clip(path, size, seconds=12):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={RATE}:duration={seconds}",
                    "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "10", "-pix_fmt", "yuv420p", path], check=True)
    return path


class Sick:
    """What is done to the cameras, one thing after the other, and when it is undone."""

    def __init__(self, server, options, reload):
        self.server, self.options, self.random, self.reload = server, options, random.Random(options.seed), reload
        self.done = collections.Counter()
        self.undo = []  # (when, command)
        self.next = {n: self.random.uniform(5, 30) for n in range(1, options.cameras)}

    def tell(self, command):
        self.server.stdin.write(command + "\n")
        self.server.stdin.flush()

    def step(self, now):
        due = sorted(one for one in self.undo if one[0] <= now)
        self.undo = [one for one in self.undo if one[0] > now]
        for _, command in due:
            self.tell(command)
        for number, when in self.next.items():
            if when <= now:
                self.next[number] = now + self.random.uniform(*self.options.pause)
                self.hurt(number, now)

    def hurt(self, number, now):
        what = self.random.choice(self.options.only)
        self.done[what] += 1
        until = now + self.random.choice((0.3, 1, 3, 8))
        for_a_while = {"out": ("down", "up"), "silent": ("hold", "go"), "late": ("late", "go"), "lossy": ("lossy", "whole")}
        if what in for_a_while:
            begin, end = for_a_while[what]
            self.tell(f"{begin} {number}")
            self.undo.append((until, f"{end} {number}"))
        elif what == "size":
            self.tell(f"clip {number} {self.random.randrange(2)}")
            self.tell(f"cut {number}")
        elif what == "reload":
            self.reload(number)
        else:
            self.tell(f"{what} {number}")

    def end(self):
        for _, command in sorted(self.undo):
            self.tell(command)
        self.undo = []


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        clips = [make_clip(folder / "small.h264", "320x240"), make_clip(folder / "large.h264", "640x360")]
        self.server = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media/replay_cameras.py", *clips, "--rate", str(RATE)],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.server.stdout.readline())
        self.config = folder / "cameras.yaml"
        self.off, self.reloads = None, 0
        self.write_config()
        self.process = subprocess.Popen([options.program, "run", self.config, "--json"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.states, self.changes, self.samples = {}, collections.Counter(), []
        self.log = collections.deque(maxlen=40)
        threading.Thread(target=self.read_log, daemon=True).start()

    def write_config(self):
        lines = ["version: 1", "detector: {model: none}",
                 "outputs: {detections: out.jsonl, rotate: {size: 1MiB, keep: 5}}", "cameras:"]
        for n in range(self.options.cameras):
            extra = ", detector: {model: motion}" if n % 3 == 1 else ""
            if n in (2, 3):
                codec = ", codec: copy" if n == 2 else ""
                extra += f", outputs: {{video: \"{self.folder}/v{n}.mp4\", segment: 20s{codec}}}"
            if n == self.off:
                extra += ", enabled: false"
            lines.append(f"  - {{id: c{n}, source: \"rtsp://127.0.0.1:{self.port}/{n}\"{extra}}}")
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def reload(self, number):
        """Switches a camera off, or on again."""
        self.off = number if self.off is None else None
        self.write_config()
        self.reloads += 1
        self.process.send_signal(signal.SIGHUP)

    def read_log(self):
        for line in self.process.stderr:
            self.log.append(line.rstrip())
            if match := LINE.search(line):
                self.states[match[1]] = match[2]
                self.changes[match[2]] += 1

    def sample(self):
        pid = self.process.pid
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", status, re.MULTILINE)[1])
        self.samples.append({"second": round(time.monotonic() - self.began, 1), "anonymous_kib": number("RssAnon"),
                             "shared_kib": number("RssShmem"), "threads": number("Threads"),
                             "fds": len(os.listdir(f"/proc/{pid}/fd"))})

    def clear(self):
        """Hours of video would fill the disk; the newest files may still be written."""
        for path in sorted(self.folder.glob("v*.mp4"), key=lambda path: path.stat().st_mtime)[:-12]:
            path.unlink()

    def all_run(self):
        return len(self.states) == self.options.cameras and set(self.states.values()) == {"running"}

    def spend(self, seconds, each_second=lambda now: None):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit("the program ended by itself:\n" + "\n".join(self.log))
            each_second(time.monotonic() - self.began)
            self.sample()
            if len(self.samples) % 100 == 0:
                self.clear()
            time.sleep(0.5)

    def calm(self, seconds):
        """Until every camera runs, and on; the samples of its last third."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.all_run():
            self.spend(1)
        self.spend(WARM)
        return self.samples[-16:]

    def come_in_each_size(self, sick):
        """What decoders, motion and video take for the larger pictures, and another connection, is taken once and kept."""
        for clip in (1, 0):
            for number in range(1, self.options.cameras):
                sick.tell(f"clip {number} {clip}")
                sick.tell(f"cut {number}")
            self.spend(WARM)

    def run(self):
        self.began = time.monotonic()
        self.calm(CALM)
        sick = Sick(self.server, self.options, self.reload)
        self.come_in_each_size(sick)
        before = self.calm(CALM)
        offset = time.monotonic() - self.began
        self.spend(self.options.seconds, lambda now: sick.step(now - offset))
        sick.end()
        if self.off is not None:
            self.reload(self.off)
        after = self.calm(CALM)
        states = dict(self.states)
        asked = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        out = self.process.stdout.read()
        code = self.process.wait(timeout=60)
        return self.report(sick, before, after, states, code, time.monotonic() - asked, json.loads(out.splitlines()[-1]))

    def report(self, sick, before, after, states, code, end_seconds, summary):
        lives = summary["cameras"] + summary.get("gone", [])
        middle = lambda part, key: statistics.median(one[key] for one in part)
        held = {key: {"before": middle(before, key), "after": middle(after, key), "most": max(s[key] for s in self.samples)}
                for key in ("anonymous_kib", "shared_kib", "threads", "fds")}
        late = self.samples[-int(1.5 * self.options.seconds):]
        quarter = len(late) // 4
        quarters = [middle(late[at:at + quarter], "anonymous_kib") for at in range(0, 4 * quarter, quarter)]
        return {"seconds": round(self.samples[-1]["second"]), "seed": self.options.seed, "cameras": self.options.cameras,
                "done": dict(sick.done), "reloads": self.reloads, "changes": dict(self.changes),
                "reconnects": sum(c["reconnects"] for c in lives), "lives": len(lives), "held": held,
                "anonymous_kib_over_time": quarters, "pool": summary["memory"], "cpu_cores": summary["cpu_cores"],
                "frames_in": sum(c["frames_in"] for c in lives), "frames_processed": sum(c["frames_processed"] for c in lives),
                "exit_code": code, "end_seconds": round(end_seconds, 2), "states_before_the_end": states,
                "left_in_peace": {key: summary["cameras"][0][key] for key in ("reconnects", "dropped", "skipped", "latency_ms")},
                "broken": self.broken(held, quarters, states, code, end_seconds, lives, summary)}

    def broken(self, held, quarters, states, code, end_seconds, lives, summary):
        """Sentences."""
        found = []
        says = lambda wrong, sentence: found.append(sentence) if wrong else None
        says(code != 130, f"it ended with {code}")
        says(end_seconds > 6, f"ending took {end_seconds:.1f} s")
        says(any(state != "running" for state in states.values()), f"not all cameras came back: {states}")
        peace = summary["cameras"][0]
        lost = sum(peace["dropped"].values())  # a machine that is busy with other work may be late once
        says(peace["reconnects"] or lost > peace["frames_in"] / 100,
             f"the camera that was left in peace was disturbed: {peace['reconnects']} reconnects, dropped {peace['dropped']}")
        says(held["fds"]["after"] > held["fds"]["before"], f"descriptors grew: {held['fds']}")
        says(held["threads"]["after"] > held["threads"]["before"], f"threads grew: {held['threads']}")
        # Each of malloc's arenas, one a thread or so, grows to what the largest camera takes of it: that is over by then.
        says(quarters[-1] - quarters[1] > MOST_GROWTH_KIB, f"memory grew: {quarters} KiB")
        grown = held["shared_kib"]["after"] - held["shared_kib"]["before"]
        says(grown > MOST_GROWTH_KIB, f"device memory grew by {grown} KiB")
        says(summary["violations"] > 0, f"{summary['violations']} violations")
        for c in lives:
            says(c["frames_in"] != c["frames_decoded"] + sum(c["dropped"].values()), f"{c['name']}: packets do not add up")
            says(c["frames_decoded"] != c["frames_processed"] + sum(c["skipped"].values()), f"{c['name']}: frames do not add up")
        found += self.broken_times()
        return found

    def broken_times(self):
        """A camera's times only grow, over all its connections; a reload begins another life."""
        last, found = {}, []
        for path in sorted(self.folder.glob("out*.jsonl*"), key=lambda path: path.stat().st_mtime):
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                camera, frame, pts = record["camera"], record["frame"], record["pts"]
                if camera in last and frame > 0 and pts <= last[camera]:
                    found.append(f"{camera}: the times of frame {frame} run backwards")
                last[camera] = pts
        return found[:3]

    def close(self):
        self.process.kill()
        self.server.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=FAULTS)
    parser.add_argument("--pause", nargs=2, type=float, default=(10, 40), help="seconds between faults of one camera")
    parser.add_argument("--program", default=os.environ.get("LYNCEUS", str(ROOT / "build/release/src/app/lynceus")))
    parser.add_argument("--out")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lynceus-soak-"))
    soak = Soak(options, folder)
    try:
        report = soak.run()
    finally:
        soak.close()
        shutil.rmtree(folder)
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    held = report["held"]
    print(f"{report['seconds']} s, seed {report['seed']}, {report['cameras']} cameras: {sum(report['done'].values())} faults "
          f"{report['done']}, {report['reconnects']} reconnects, {report['frames_processed']} frames")
    print(", ".join(f"{key} {one['before']:g} before, {one['after']:g} after, {one['most']:g} at most" for key, one in held.items()))
    print(f"anonymous memory in the last quarters: {report['anonymous_kib_over_time']} KiB; pool {report['pool']}")
    for sentence in report["broken"]:
        print("BROKEN:", sentence)
    return 1 if report["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
