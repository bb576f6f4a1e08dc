#!/usr/bin/python3
"""A run ends within 3 s, whatever its cameras are doing (FAULTS 24)."""
import os
import signal
import time
import unittest

from faults import SLACK, FaultTest, Server
from line import HOLD, Line
from lynceus import Running, lines_in, lynceus, wait_until

SLOW_NAMES = os.environ.get("LYNCEUS_SLOW_NAMES")


class Ended(FaultTest):
    def ended(self, url, state, env=None, by=signal.SIGINT):
        """Runs the camera until it has been in a state for a while, and ends the run."""
        config = self.file("one.yaml", f"""version: 1
detector: {{model: none}}
cameras: [{{id: sick, source: "{url}"}}]
""")
        with Running("run", config, "--json", env=env) as run:
            task = f"/proc/{run.process.pid}/task"
            wait_until(lambda: any(self.name(task, thread) == "sick" for thread in os.listdir(task)), "the lane runs")
            time.sleep(2)
            began = time.monotonic()
            run.process.send_signal(by)
            outcome = run.end()
        self.assertEqual(130, outcome.code, str(outcome))
        self.assertLess(time.monotonic() - began, 3 + SLACK)
        self.assertEqual(state, outcome.camera["state"], str(outcome))
        return outcome

    @staticmethod
    def name(task, thread):
        try:
            with open(f"{task}/{thread}/comm", encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return ""

    def test_while_it_connects(self):
        line = self.kept(Line(0))
        line.mode = HOLD
        self.ended(f"rtsp://127.0.0.1:{line.port}/main", "connecting")

    def test_while_it_connects_by_http(self):
        line = self.kept(Line(0))
        line.mode = HOLD
        self.ended(f"http://127.0.0.1:{line.port}/stream", "connecting")

    def test_while_it_waits_after_a_refusal(self):
        server = self.kept(Server())
        self.ended(f"rtsp://127.0.0.1:{server.port}/other", "backoff")

    def test_while_it_runs_by_sigterm(self):
        server = self.kept(Server())
        self.ended(f"rtsp://127.0.0.1:{server.port}/main", "ended", by=signal.SIGTERM)

    @unittest.skipUnless(SLOW_NAMES, "LYNCEUS_SLOW_NAMES names the library that makes names slow")
    def test_while_a_name_is_looked_up_for_ever(self):
        for scheme in ("rtsp", "http"):
            with self.subTest(scheme):
                self.ended(f"{scheme}://camera.slow/stream", "connecting", {"LD_PRELOAD": SLOW_NAMES})

    @unittest.skipUnless(SLOW_NAMES, "LYNCEUS_SLOW_NAMES names the library that makes names slow")
    def test_lookups_that_hang_do_not_pile_up(self):
        outcome = lynceus("run", "--source", "http://camera.slow/stream", "--model", "none", env={"LD_PRELOAD": SLOW_NAMES})
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertIn("no source gave a frame within 10 s: ", outcome.err)
        self.assertRegex(outcome.err, "earlier attempts still hang|no picture came within 4.5 s of connecting")

    def test_the_only_camera_was_lost_before_the_seconds_were_over(self):
        server = self.kept(Server())
        found = self.path("found.jsonl")
        with Running("run", "--source", f"rtsp://127.0.0.1:{server.port}/main", "--model", "none", "--detections", found, "--seconds",
                     "6") as run:
            wait_until(lambda: lines_in(found) > 5, "frames come")
            server.close()
            outcome = run.end()
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertIn("every source was lost before the end: ", outcome.err)
        self.assertIn("connection refused", outcome.err)

    def test_one_of_two_cameras_was_lost_before_the_seconds_were_over(self):
        gone, well = self.kept(Server()), self.kept(Server())
        found = self.path("found.jsonl")
        with Running("run", "--source", f"gone=rtsp://127.0.0.1:{gone.port}/main", "--source", f"rtsp://127.0.0.1:{well.port}/main",
                     "--model", "none", "--detections", found, "--seconds", "6") as run:
            wait_until(lambda: b'"gone"' in (found.read_bytes() if found.exists() else b""), "frames come")
            gone.close()
            outcome = run.end()
        self.assertEqual(0, outcome.code, str(outcome))

    def test_the_seconds_are_over(self):
        line = self.kept(Line(0))
        line.mode = HOLD
        began = time.monotonic()
        outcome = lynceus("run", "--source", f"rtsp://127.0.0.1:{line.port}/main", "--model", "none", "--seconds", "6")
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertIn("no source gave a frame: ", outcome.err)
        self.assertLess(time.monotonic() - began, 6 + 3 + SLACK)


if __name__ == "__main__":
    unittest.main(verbosity=2)
