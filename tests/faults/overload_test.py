#!/usr/bin/python3
"""The machine is too slow for the load (FAULTS 26)."""
import pathlib
import time
import unittest

from faults import FaultTest, Server
from slow_models import slow_model

RATE = 5
OTHERS = 4
THEIR_RATE = 8
MODEL_MS = 60  # sixteen frames a second: of all thirty-seven are wanted, of the one alone five


class Load(FaultTest):
    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.watched.process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0])

    def inferred_since(self, since, count):
        """Its newest frames, where so many came since then: whether the model saw all of them."""
        found = [record for when, record in self.watched.frames["sick"] if when > since][-count:]
        return len(found) == count and not any("skipped" in record for record in found)

    def test_26_a_model_too_slow_for_all(self):
        card = slow_model(self.folder, MODEL_MS)
        keys = f"""    detector: {{model: {card}, threads: 1, batch: {{size: 1}}}}
"""
        sick = self.kept(Server("--rate", RATE, "--gop", RATE))
        others = self.kept(Server("--rate", THEIR_RATE, "--gop", THEIR_RATE))
        url = f"rtsp://127.0.0.1:{others.port}/main"
        more = "".join(f'  - id: other{i}\n    source: "{url}"\n{keys}' for i in range(OTHERS))
        began = time.monotonic()
        self.run_beside(f"rtsp://127.0.0.1:{sick.port}/main", keys + more)
        when, _, cause = self.watched.wait_for_change("sick", "overloaded", began)
        self.assertIn("found no room in the model: the model is too slow (a batch of 1.0 takes ", cause)
        self.assertIn("fewer cameras would help; meanwhile one frame in ", cause)
        self.watched.wait_for_frames("sick", 3 * RATE, when)
        settled = self.resident_kib()
        self.watched.wait_for_frames("sick", 5 * RATE, time.monotonic())
        self.assertLess(self.resident_kib(), settled + 16 * 1024, "queues do not grow")

        others.close()
        relieved = time.monotonic()
        self.watched.wait("all of its frames are inferred again", lambda: self.inferred_since(relieved, 3 * RATE), 120)
        back, state, words = self.watched.changes("sick")[-1]
        self.assertEqual("running", state)
        self.assertIn("its objective is met again after ", words)
        camera = self.end()
        self.assertGreater(camera["skipped"]["shed"], 0, camera)
        self.assertGreater(camera["skipped"]["no_slot"], 0, camera)
        self.assertEqual({}, camera["dropped"], "no packet is lost: it is the model that is too slow")
        self.assertGreater(camera["states"]["overloaded"], 0, camera)
        self.assertEqual("ended", camera["state"])
        self.note(26, "a model too slow for five cameras, not for one", when - began, max(0, back - relieved),
                  self.states())


if __name__ == "__main__":
    unittest.main(verbosity=2)
