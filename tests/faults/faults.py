"""What the fault tests share: a sick camera and a healthy one beside it in one run, and what the program says and writes,
each with the moment at which it was there to be seen.

Times that docs/FAULTS.md shows go to the folder LYNCEUS_FAULT_TIMES, a JSON file a row.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from lynceus import PROGRAM, LynceusTest, environment  # noqa: E402

TIMES = os.environ.get("LYNCEUS_FAULT_TIMES")
RATE = 25
GOP_SECONDS = 0.4  # of rtsp_server.py: 10 pictures
SLACK = 3  # seconds, for a machine that is busy with other tests
STATES = "running|stalled|backoff|quarantined|connecting|overloaded|refused"
LINE = re.compile(rf"^\S+ +\S+ +(\w+): ({STATES})\b(.*)$")


class Server:
    """One of the servers of tests/media."""

    def __init__(self, *arguments, program="rtsp_server.py"):
        self.process = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media" / program, *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(self.process.stdout.readline())

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Watched:
    """A run whose log lines and records are noted with the time at which they came."""

    def __init__(self, config, records, before=(), env=None):
        self.process = subprocess.Popen([*before, PROGRAM, "run", str(config), "--json"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(env))
        self.log, self.frames, self.records, self.over = [], {}, records, False
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=t) for t in (self._read_log, self._read_records)]
        for thread in self.threads:
            thread.start()

    def _read_log(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append((time.monotonic(), line.decode().rstrip()))
                self.changed.notify_all()

    def _read_records(self):
        rest = b""
        file = None
        while not self.over:
            if file is None and self.records.exists():
                file = open(self.records, "rb")
            chunk = file.read() if file else b""
            if not chunk:
                time.sleep(0.005)
                continue
            now = time.monotonic()
            *lines, rest = (rest + chunk).split(b"\n")
            with self.changed:
                for line in lines:
                    record = json.loads(line)
                    self.frames.setdefault(record["camera"], []).append((now, record))
                self.changed.notify_all()
        if file:
            file.close()

    def changes(self, camera, since=0.0):
        """(time, state, the rest of the line) of each change of the camera that the log tells."""
        found = []
        for when, line in self.log:
            match = LINE.match(line)
            if match and match[1] == camera and when >= since:
                found.append((when, match[2], match[3]))
        return found

    def wait(self, what, found, seconds=60):
        """Waits until `found()` is something; gives that."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (result := found()):
                left = end - time.monotonic()
                if left <= 0 or self.process.poll() is not None:
                    log = "\n".join(line for _, line in self.log[-20:])
                    raise AssertionError(f"waited in vain for {what}; the log:\n{log}")
                self.changed.wait(min(left, 0.5))
        return result

    def wait_for_change(self, camera, state, since, seconds=60):
        return self.wait(f"{camera}: {state}",
                         lambda: [c for c in self.changes(camera, since) if c[1] == state], seconds)[0]

    def wait_for_frames(self, camera, count, since=0.0, seconds=60):
        """The time of the count-th record since then."""
        def found():
            times = [when for when, _ in self.frames.get(camera, []) if when > since]
            return times[count - 1] if len(times) >= count else None
        return self.wait(f"{count} frames of {camera}", found, seconds)

    def records_of(self, camera):
        return [record for _, record in self.frames.get(camera, [])]

    def end(self):
        """Ctrl-C; gives the summary and how long the end took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        out = self.process.stdout.read()
        code = self.process.wait(timeout=60)
        took = time.monotonic() - began
        self.close()
        if code != 130:
            raise AssertionError(f"exit code {code}\n" + "\n".join(line for _, line in self.log[-20:]))
        return json.loads(out), took

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.over = True
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()


class FaultTest(LynceusTest):
    @classmethod
    def setUpClass(cls):
        check = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
        if subprocess.run(["/usr/bin/python3", "-c", check], capture_output=True, check=False).returncode != 0:
            raise unittest.SkipTest("no RTSP server here (gir1.2-gst-rtsp-server-1.0)")

    def kept(self, thing):
        self.addCleanup(thing.close)
        return thing

    def run_beside(self, url, keys="", before=(), env=None):
        """Starts a run of the camera `sick` beside a healthy one, `well`, and waits until that one runs. `before`: what
        runs the program. That the machine is busy with other tests is no overload of theirs."""
        well = self.kept(Server("--rate", RATE))
        config = self.file("cameras.yaml", f"""version: 1
detector: {{model: none}}
objective: {{latency: 60s}}
outputs: {{detections: out.jsonl}}
cameras:
  - id: sick
    source: "{url}"
{keys}  - id: well
    source: "rtsp://127.0.0.1:{well.port}/main"
""")
        self.watched = self.kept(Watched(config, self.path("out.jsonl"), before, env))
        self.watched.wait_for_frames("well", 5)
        self.well_since = time.monotonic()
        return self.watched

    def end(self):
        """Ends the run; gives the summary of the sick camera once the healthy one was found undisturbed."""
        until = time.monotonic()
        summary, took = self.watched.end()
        self.summary = summary
        self.assertLess(took, 3 + SLACK, "a clean stop takes 3 s")
        sick, well = (self.of(summary, name) for name in ("sick", "well"))
        times = [when for when, _ in self.watched.frames["well"] if self.well_since <= when <= until]
        self.assertEqual(["running"], [state for _, state, _ in self.watched.changes("well")])
        self.assertGreater(len(times), 0.7 * RATE * (until - self.well_since) - 5, "the healthy camera lost frames")
        self.assertLess(max((b - a for a, b in zip(times, times[1:])), default=0), 1 + SLACK, "the healthy camera was held up")
        self.assertEqual({}, well["dropped"])
        self.assert_accounts_close(sick)
        self.assert_one_time_line(self.watched.records_of("sick"))
        return sick

    @staticmethod
    def of(summary, name):
        return next(camera for camera in summary["cameras"] if camera["name"] == name)

    def assert_one_time_line(self, found):
        times = [record["pts"] for record in found]
        self.assertEqual(sorted(set(times)), times, "the times of a camera only grow")
        self.assertEqual(list(range(len(found))), [record["frame"] for record in found])
        if times:
            self.assertEqual(0, times[0])

    def seen(self, since, state, bound):
        """How long after `since` the camera's state changed, to `state`."""
        when, was, cause = self.watched.wait("a change of sick", lambda: self.watched.changes("sick", since))[0]
        self.assertEqual(state, was, cause)
        self.assertLess(when - since, bound + SLACK)
        return when - since, cause

    def back(self, since, bound=2):
        """How long after `since` the next frame was processed."""
        took = self.watched.wait_for_frames("sick", 1, since) - since
        self.assertLess(took, bound + GOP_SECONDS + SLACK)
        return took

    def note(self, row, case, seen=None, back=None, states=()):
        """For docs/FAULTS.md."""
        if not TIMES:
            return
        folder = pathlib.Path(TIMES)
        folder.mkdir(parents=True, exist_ok=True)
        rounded = {key: round(value, 2) for key, value in (("seen", seen), ("back", back)) if value is not None}
        content = {"row": row, "case": case, **rounded, "states": list(states)}
        (folder / f"{row:02}-{case.replace(' ', '-')}.json").write_text(json.dumps(content) + "\n", encoding="utf-8")

    def states(self, since=0.0):
        return [state for _, state, _ in self.watched.changes("sick", since)]
