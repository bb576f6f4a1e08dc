"""Runs the program as a user would, for the end-to-end tests, and reads what it wrote.

The environment names it: LYNCEUS (the program), LYNCEUS_CLIPS (a folder that keeps clips between runs).
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LYNCEUS", str(ROOT / "build/release/src/app/lynceus"))
CLIPS = pathlib.Path(os.environ.get("LYNCEUS_CLIPS", str(ROOT / "build/e2e-clips")))
PERSONS = ROOT / "samples/one-by-one-person-detection.mp4"
CARS = ROOT / "samples/car-detection.mp4"
BOTTLES = ROOT / "samples/bottle-detection.mp4"
MODEL = str(ROOT / "models/yolox_nano.yaml")
BATCHED_MODEL = str(ROOT / "models/yolox_nano_dynamic.yaml")
TIMEOUT = 240  # of one program, on a machine that is busy with other tests too


class Outcome:
    """What a finished run left: exit code, output, and its summary where --json was asked for."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def summary(self):
        return json.loads(self.out.strip().splitlines()[-1])

    @property
    def camera(self):
        return self.summary["cameras"][0]

    def __str__(self):
        return f"exit code {self.code}\n{self.err[-2000:]}\n{self.out[-1500:]}"


def environment(extra=None):
    return {**{k: v for k, v in os.environ.items() if not k.startswith("LYNCEUS_SOURCE")}, **(extra or {})}


def lynceus(*arguments, env=None, cwd=None, before=()):
    """Runs it to its end. Text that is no UTF-8 is a failure."""
    done = subprocess.run([*before, PROGRAM, *map(str, arguments)], capture_output=True, env=environment(env), cwd=cwd,
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT, check=False)
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


class Running:
    """A run in the background. Ends it, if it still runs, at the end of the `with`."""

    def __init__(self, *arguments, env=None, cwd=None, ignore_interrupt=False, before=()):
        preexec = (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignore_interrupt else None
        self.process = subprocess.Popen([*before, PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(env), cwd=cwd, stdin=subprocess.DEVNULL, preexec_fn=preexec)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def kill(self):
        self.process.kill()

    def end(self):
        out, err = self.process.communicate(timeout=TIMEOUT)
        return Outcome(self.process.returncode, out.decode(), err.decode())


def wait_until(true, what, seconds=60):
    """Waits for something that the program does at its own time, such as writing its first lines."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain until {what}")
        time.sleep(0.02)


def lines_in(path):
    try:
        return pathlib.Path(path).read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def records(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, check=True, timeout=TIMEOUT).stdout


def ffprobe_times(path):
    """best_effort_timestamp_time of each picture, as ffprobe writes it."""
    shown = _run("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time",
                 "-of", "csv=p=0", path).decode()
    return [line.split(",")[0] for line in shown.split()]


def ffprobe_stream(path, entries, stream="v:0"):
    """What ffprobe says of a stream, in its own order: "h264,768,432"."""
    return _run("ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", f"stream={entries}", "-of",
                "csv=p=0", path).decode().strip().split("\n")[0].strip(",")


def luma_psnr(source, video):
    """How near the luma of two videos of the same pictures is, in dB."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-i", source, "-i", video, "-lavfi",
                           "[0]format=yuv420p[a];[1]format=yuv420p[b];[a][b]psnr", "-f", "null", "-"], text=True,
                          capture_output=True, check=True, timeout=TIMEOUT)
    found = re.findall(r"PSNR y:(\S+)", done.stderr)
    return float(found[-1])


def raw_planes(path):
    """The decoded planes as ffmpeg writes them, not rotated, in the stream's own pixel format."""
    return _run("ffmpeg", "-nostdin", "-v", "error", "-noautorotate", "-i", path, "-map", "0:v:0", "-vsync", "0",
                "-f", "rawvideo", "-")


def clip(name, *arguments):
    """A clip made by the ffmpeg command, once; kept until its arguments change."""
    key = hashlib.sha256(repr((name, arguments)).encode()).hexdigest()[:12]
    path = CLIPS / key / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{os.getpid()}.{name}")
        _run("ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, half)
        half.rename(path)
    return path


def start_of(sample, frames):
    """The first pictures of a sample, bit for bit."""
    return clip(f"{sample.stem}-{frames}.mp4", "-i", sample, "-map", "0:v:0", "-c", "copy", "-frames:v", frames)


def pts_in_text(path):
    """The pts of each line exactly as written, not as a rounded number."""
    marker = '"pts":'
    with open(path, encoding="utf-8") as file:
        return [line.split(marker, 1)[1].split(",", 1)[0].rstrip("}\n") for line in file]


def needs_rtsp_server():
    """For setUpClass: skips, with the reason, where there is no RTSP server to test with."""
    check = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    if subprocess.run(["/usr/bin/python3", "-c", check], capture_output=True, check=False).returncode != 0:
        raise unittest.SkipTest("no RTSP server here (gir1.2-gst-rtsp-server-1.0)")


class LynceusTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lynceus-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def file(self, name, content):
        path = self.path(name)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def serve_camera(self, *arguments):
        """A camera on loopback (tests/media/rtsp_server.py) until the test ends; its URL without the scheme."""
        server = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media/rtsp_server.py", *map(str, arguments)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.stdin.close)
        return f"127.0.0.1:{int(server.stdout.readline())}/main"

    def run_well(self, *arguments, **options):
        outcome = lynceus("run", *arguments, **options)
        self.assertEqual(0, outcome.code, str(outcome))
        return outcome

    def run_refused(self, *arguments, **options):
        outcome = lynceus("run", *arguments, **options)
        self.assertNotEqual(0, outcome.code, str(outcome))
        return outcome

    def assert_accounts_close(self, camera):
        dropped, skipped = sum(camera["dropped"].values()), sum(camera["skipped"].values())
        self.assertEqual(camera["frames_in"], camera["frames_decoded"] + dropped, camera)
        self.assertEqual(camera["frames_decoded"], camera["frames_processed"] + skipped, camera)

    def assert_whole_lines(self, path, but_the_last=False):
        """Every line is a whole record; returns how many. After SIGKILL the last may be cut short."""
        parts = pathlib.Path(path).read_bytes().split(b"\n")
        if not but_the_last:
            self.assertEqual(b"", parts[-1], "the file does not end with a line's end")
        for part in parts[:-1]:
            json.loads(part)
        return len(parts) - 1
