#!/usr/bin/env python3
"""Many cameras on few processors: what each costs beside one camera alone, and whether one that dies disturbs the others.

    bench/cameras.py [--cameras 16] [--rounds 5] [--seconds 20] [--size 640x360] [--out results.json] [--skip-model]

Cameras are of one process that sends a clip again and again (tests/media/replay_cameras.py). A round is a bare libavcodec
decoder (paced like one camera, then like all), Lynceus with one camera, Lynceus with all; --model none. CPU time is the
process's own over --seconds in the middle of a run, a picture sent; the bar is on ratios of one round, whose medians are told:
CPU a picture with all cameras, in bare decoders, at most 1.05 times the same with one camera. Then, once each: all
cameras while each second another of two thirds of them is cut off and comes back half a second later, the rest without a lost
picture; and all cameras with the model on one picture a second. Exit 1 when a bar is missed.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("LYN_BUILD", ROOT / "build/release"))
LYNCEUS, BARE = BUILD / "src/app/lynceus", BUILD / "bench/bare_decode"
RATE = 25
BAR = 1.05
WARM_SECONDS = 5


class Cameras:
    def __init__(self, clip):
        self.process = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media/replay_cameras.py", clip, "--rate", str(RATE)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def sent(self):
        self.tell("sent")
        return {int(n): count for n, count in json.loads(self.process.stdout.readline()).items()}

    def close(self):
        self.process.kill()
        self.process.wait()


class Run:
    """Lynceus on so many of them, once all run."""

    def __init__(self, folder, cameras, count, detector="{model: none}"):
        config = folder / "cameras.yaml"
        lines = "".join(f"  - {{id: c{n}, source: \"rtsp://127.0.0.1:{cameras.port}/{n}\"}}\n" for n in range(count))
        config.write_text(f"version: 1\ndetector: {detector}\ncameras:\n{lines}", encoding="utf-8")
        self.cameras = cameras
        self.process = subprocess.Popen([LYNCEUS, "run", config, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running = set()
        for line in self.process.stderr:
            if match := re.search(r"(c\d+): running", line):
                running.add(match[1])
            if len(running) == count:
                break
        else:
            sys.exit("the run ended before all cameras ran")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measure(self, seconds):
        """CPU seconds a picture sent."""
        time.sleep(WARM_SECONDS)
        cpu, sent = self.cpu(), sum(self.cameras.sent().values())
        time.sleep(seconds)
        return (self.cpu() - cpu) / (sum(self.cameras.sent().values()) - sent)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out = self.process.stdout.read()
        self.process.wait(timeout=30)
        return json.loads(out.splitlines()[-1])


def make_clip(folder, size):
    path = folder / "clip.h264"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", ROOT / "samples/one-by-one-person-detection.mp4", "-vf",
                    f"scale={size.replace('x', ':')}", "-r", str(RATE), "-t", "20", "-c:v", "libx264", "-preset", "medium",
                    "-profile:v", "main", "-bf", "0", "-g", "50", "-pix_fmt", "yuv420p", path], check=True)
    return path


def bare(clip, seconds, streams):
    done = subprocess.run([BARE, clip, str(seconds), str(streams), str(RATE)], capture_output=True, text=True, check=True)
    printed = json.loads(done.stdout)
    return printed["cpu_seconds"] / printed["pictures"]


def latency(summary):
    """The worst camera's."""
    return {key: max(c["latency_ms"][key] for c in summary["cameras"]) for key in ("p50", "p95", "p99")}


def lossless(camera):
    return not camera["dropped"] and not camera["skipped"] and camera["reconnects"] == 0 and \
        camera["frames_processed"] == camera["frames_in"]


def one_round(folder, clip, count, seconds):
    figures = {"bare_1": bare(clip, seconds, 1), f"bare_{count}": bare(clip, seconds, count)}
    for cameras_here in (1, count):
        cameras = Cameras(clip)
        try:
            run = Run(folder, cameras, cameras_here)
            figures[f"lynceus_{cameras_here}"] = run.measure(seconds)
            summary = run.end()
        finally:
            cameras.close()
        figures[f"latency_ms_{cameras_here}"] = latency(summary)
        figures[f"lossless_{cameras_here}"] = all(lossless(c) for c in summary["cameras"])
    figures["multiple_1"] = figures["lynceus_1"] / figures["bare_1"]
    figures[f"multiple_{count}"] = figures[f"lynceus_{count}"] / figures["bare_1"]
    figures[f"multiple_{count}_of_bare_{count}"] = figures[f"lynceus_{count}"] / figures[f"bare_{count}"]
    figures["ratio"] = figures[f"lynceus_{count}"] / figures["lynceus_1"]
    print(json.dumps({k: round(v, 6) if isinstance(v, float) else v for k, v in figures.items()}), flush=True)
    return figures


def killing(folder, clip, count, seconds):
    victims = count * 2 // 3
    cameras = Cameras(clip)
    try:
        run = Run(folder, cameras, count)
        time.sleep(WARM_SECONDS)
        for second in range(int(seconds)):
            cameras.tell(f"down {second % victims}")
            time.sleep(0.5)
            cameras.tell(f"up {second % victims}")
            time.sleep(0.5)
        time.sleep(WARM_SECONDS)
        summary = run.end()
    finally:
        cameras.close()
    untouched = summary["cameras"][victims:]
    return {"killed": int(seconds), "victims": victims, "reconnects": sum(c["reconnects"] for c in summary["cameras"]),
            "victims_running_at_the_end": sum(c["state"] == "ended" for c in summary["cameras"][:victims]),
            "untouched_lossless": all(lossless(c) for c in untouched),
            "untouched_latency_ms": latency({"cameras": untouched}), "cpu_cores": summary["cpu_cores"]}


def with_model(folder, clip, count, seconds):
    cameras = Cameras(clip)
    try:
        run = Run(folder, cameras, count, f"{{model: {ROOT / 'models/yolox_nano.yaml'}, every: {RATE}}}")
        a_picture = run.measure(seconds)
        summary = run.end()
    finally:
        cameras.close()
    return {"cores": round(a_picture * RATE * count, 3), "latency_ms": latency(summary),
            "inferred": sum(c["frames_processed"] for c in summary["cameras"]),
            "skipped_but_for_every": sum(n for c in summary["cameras"] for why, n in c["skipped"].items() if why != "every"),
            "dropped": sum(sum(c["dropped"].values()) for c in summary["cameras"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--skip-model", action="store_true")
    parser.add_argument("--nice", type=int, default=0, help="-10, as root: before what else runs on the machine")
    parser.add_argument("--out")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lynceus-cameras-"))
    load = os.getloadavg()
    os.nice(options.nice)
    try:
        clip = make_clip(folder, options.size)
        rounds = [one_round(folder, clip, options.cameras, options.seconds) for _ in range(options.rounds)]
        killed = killing(folder, clip, options.cameras, max(2 * options.seconds, 30))
        model = None if options.skip_model else with_model(folder, clip, options.cameras, options.seconds)
    finally:
        shutil.rmtree(folder)
    medians = {key: round(statistics.median(r[key] for r in rounds), 6) for key in rounds[0] if isinstance(rounds[0][key], float)}
    report = {"cameras": options.cameras, "size": options.size, "seconds": options.seconds, "machine": platform.processor() or
              platform.machine(), "processors": os.cpu_count(), "nice": options.nice, "load_before": load, "load_after": os.getloadavg(), "bar": BAR,
              "medians": medians, "rounds": rounds, "killing": killed, "with_model": model}
    print(json.dumps({key: report[key] for key in ("medians", "killing", "with_model")}, indent=1))
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if medians["ratio"] <= BAR and killed["untouched_lossless"] else 1


if __name__ == "__main__":
    sys.exit(main())
