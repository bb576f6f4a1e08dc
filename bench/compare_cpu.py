#!/usr/bin/env python3
"""Lynceus, ffmpeg and the loop people write by hand, on the CPU, side by side in one run.

    bench/compare_cpu.py [--clip 1080p.mp4] [--rounds 5] [--out results.json]

Every round runs each contender once, in turn, so that a machine that slows down slows all of them.
Times are CPU seconds (user + system) of whole processes; ratios are medians of per-round ratios.

The limit of the whole run's wall time is max(slowest part, sum of the parts' CPU / processors). Its parts are
decoder, model and encoder, each a bare process, measured while all three run at once: they share caches and memory
there as they do inside one process. Letterbox and overlay have no bare process; theirs is the CPU time that the
run itself reports for these two stages. The ratio is given with and without them.
Without --clip it makes one: the sample with people, scaled to 1080p, x264 at its usual settings.
"""
import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("LYN_BUILD", os.path.join(ROOT, "build", "release"))
MODEL = os.path.join(ROOT, "models", "yolox_nano.onnx")
CARD = os.path.join(ROOT, "models", "yolox_nano.yaml")
LYNCEUS = os.path.join(BUILD, "src", "app", "lynceus")
HANDWRITTEN = os.path.join(BUILD, "bench", "handwritten")
BARE_MODEL = os.path.join(BUILD, "bench", "bare_model")
SAMPLE = os.path.join(ROOT, "samples", "one-by-one-person-detection.mp4")


def quiet_ffmpeg(*arguments):
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments]


def measure(*commands):
    """CPU and wall seconds of commands that run at the same time, and what the last one printed."""
    begin = time.monotonic()
    cpu = 0.0
    with contextlib.ExitStack() as files:
        started = []
        for command in commands:
            printed, complaint = (files.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            started.append((command, subprocess.Popen(command, stdout=printed, stderr=complaint), printed, complaint))
        for command, process, printed, complaint in started:
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                complaint.seek(0)
                raise SystemExit(f"{' '.join(command)}\nended with {status}:\n{complaint.read().decode(errors='replace')}")
            cpu += usage.ru_utime + usage.ru_stime
        wall = time.monotonic() - begin
        printed.seek(0)
        return {"cpu": cpu, "wall": wall, "printed": printed.read().decode(errors="replace")}


def make_clip(path, frames):
    subprocess.run(quiet_ffmpeg("-i", SAMPLE, "-frames:v", str(frames), "-vf", "scale=1920:1080:flags=bicubic",
                                "-c:v", "libx264", "-preset", "medium", "-crf", "21", path), check=True)


def count_frames(clip):
    shown = subprocess.run(["ffprobe", "-v", "error", "-count_packets", "-select_streams", "v:0", "-show_entries",
                            "stream=nb_read_packets", "-of", "csv=p=0", clip], capture_output=True, check=True, text=True)
    return int(shown.stdout.strip().rstrip(","))


def contenders(clip, frames, folder):
    raw = os.path.join(folder, "raw.yuv")
    subprocess.run(quiet_ffmpeg("-i", clip, "-pix_fmt", "yuv420p", "-f", "rawvideo", raw), check=True)
    size = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height",
                           "-of", "csv=s=x:p=0", clip], capture_output=True, check=True, text=True).stdout.strip()
    letterbox = "scale=640:640:force_original_aspect_ratio=decrease:flags=bilinear,pad=640:640:0:0:0x727272,format=rgb24"
    video = lambda name: os.path.join(folder, name)
    return {
        "lynceus letterbox": [LYNCEUS, "run", "--source", clip, "--model", "none", "--json"],
        "ffmpeg letterbox": quiet_ffmpeg("-threads", "1", "-filter_threads", "1", "-i", clip, "-vf", letterbox, "-f", "null", "-"),
        "handwritten letterbox": [HANDWRITTEN, clip, MODEL, "--only", "letterbox"],
        "lynceus whole": [LYNCEUS, "run", "--source", clip, "--model", CARD, "--set", "detector.threads=1",
                          "--out", video("lynceus.mp4"), "--detections", video("lynceus.jsonl"), "--json"],
        "handwritten whole": [HANDWRITTEN, clip, MODEL, "--detections", video("handwritten.jsonl"), "--out", video("handwritten.mp4")],
        "bare decode": quiet_ffmpeg("-threads", "1", "-i", clip, "-f", "null", "-"),
        "bare model": [BARE_MODEL, MODEL, str(frames)],
        "bare x264": quiet_ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-i", raw, "-c:v", "libx264",
                                  "-preset", "ultrafast", "-threads", "1", "-f", "null", "-"),
    }


PARTS = ("bare decode", "bare model", "bare x264")


def stage_seconds(one, *names):
    """CPU seconds that the whole run reports for some of its stages."""
    stages = json.loads(one["lynceus whole"]["printed"].splitlines()[-1])["stages"]
    return sum(stage["cpu_ms"] * stage["count"] for stage in stages if stage["name"] in names) / 1000


def median_of(rounds, function):
    return round(statistics.median(function(one) for one in rounds), 4)


def verdicts(rounds, frames):
    cpu = lambda name: lambda one: one[name]["cpu"]
    ratio = lambda a, b: median_of(rounds, lambda one: one[a]["cpu"] / one[b]["cpu"])
    bare = lambda one: sum(one[part]["cpu"] for part in PARTS)
    rest = lambda name: lambda one: one[name]["cpu"] - bare(one)
    kernels = lambda one: stage_seconds(one, "preprocess", "overlay")
    limit = lambda one, more: max(max(one[p]["cpu"] for p in PARTS), (one["parts at once"]["cpu"] + more) / os.cpu_count())
    wall = lambda one: one["lynceus whole"]["wall"]
    return {
        "ms a frame (CPU)": {name: round(1000 * median_of(rounds, cpu(name)) / frames, 3) for name in rounds[0]},
        "letterbox: lynceus / ffmpeg (bar 1.0, stretch 0.85)": ratio("lynceus letterbox", "ffmpeg letterbox"),
        "letterbox: lynceus / handwritten (bar 0.7)": ratio("lynceus letterbox", "handwritten letterbox"),
        "remainder ms a frame: lynceus": round(1000 * median_of(rounds, rest("lynceus whole")) / frames, 3),
        "remainder ms a frame: handwritten": round(1000 * median_of(rounds, rest("handwritten whole")) / frames, 3),
        "remainder: lynceus / handwritten (bar 0.4)":
            median_of(rounds, lambda one: rest("lynceus whole")(one) / rest("handwritten whole")(one)),
        "letterbox and overlay ms a frame": round(1000 * median_of(rounds, kernels) / frames, 3),
        "wall / limit (bar 1.05)": median_of(rounds, lambda one: wall(one) / limit(one, kernels(one))),
        "wall / limit of decoder, model and encoder alone": median_of(rounds, lambda one: wall(one) / limit(one, 0)),
    }


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clip")
    parser.add_argument("--frames", type=int, default=200, help="of the clip that is made when none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clip = arguments.clip
        if not clip:
            clip = os.path.join(folder, "clip.mp4")
            make_clip(clip, arguments.frames)
        frames = count_frames(clip)
        commands = contenders(clip, frames, folder)
        rounds = []
        for number in range(arguments.rounds + 1):
            one = {name: measure(command) for name, command in commands.items()}
            one["parts at once"] = measure(*(commands[part] for part in PARTS))
            if number > 0:  # the first warms caches
                rounds.append(one)
    report = {"machine": f"{processor()}, {os.cpu_count()} processors", "frames": frames, "rounds": len(rounds),
              **verdicts(rounds, frames)}
    text = json.dumps(report, indent=1)
    print(text)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
