#!/usr/bin/python3
"""A camera that goes on sending, but not what it should (FAULTS 9 to 12)."""
import struct
import time
import unittest

from faults import FaultTest, Server
from line import Line

VIDEO = 0  # the channel of its RTP
TICKS = 90_000


def with_time(payload, ticks):
    return payload[:4] + struct.pack(">I", ticks % 2**32) + payload[8:]


def time_of(payload):
    return struct.unpack(">I", payload[4:8])[0]


class Stream(FaultTest):
    def start(self, *arguments, frame=None, frames=10):
        self.line = self.kept(Line(self.kept(Server(*arguments)).port))
        self.line.frame = frame
        run = self.run_beside(f"rtsp://127.0.0.1:{self.line.port}/main")
        run.wait_for_frames("sick", frames)
        return run

    def test_09_it_is_met_in_mid_gop(self):
        server = self.kept(Server("--shared", "--gop", "75"))
        with self.subTest("a viewer that keeps the stream going"):
            run = self.run_beside(f"rtsp://127.0.0.1:{server.port}/main")
            run.wait_for_frames("sick", 5)
        line = self.kept(Line(server.port))
        began = time.monotonic()
        late = self.beside_a_viewer(line)
        first = late.wait_for_frames("sick", 1) - began
        late.wait_for_frames("sick", 20)
        found = late.records_of("sick")
        self.assertTrue(all("damaged" not in record and "skipped" not in record for record in found), "no grey frame")
        self.note(9, "met in mid-GOP of 3 s", 0, first, [])

    def beside_a_viewer(self, line):
        from faults import Watched
        config = self.file("late.yaml", f"""version: 1
detector: {{model: none}}
outputs: {{detections: late.jsonl}}
cameras: [{{id: sick, source: "rtsp://127.0.0.1:{line.port}/main"}}]
""")
        return self.kept(Watched(config, self.path("late.jsonl")))

    def test_10_lost_packets_are_counted_and_marked(self):
        count = 0

        def lossy(channel, payload):
            nonlocal count
            count += channel == VIDEO
            return [] if channel == VIDEO and count % 40 == 0 else [(channel, payload)]

        run = self.start("--size", "640x480", frame=lossy)
        run.wait_for_frames("sick", 60)
        self.assertEqual(["running"], self.states())
        sick = self.end()
        self.assertGreater(sick["damaged"], 0)
        found = self.watched.records_of("sick")
        marked = [record for record in found if record.get("damaged")]
        self.assertEqual(sick["damaged"], len(marked))
        self.assertTrue(all(record["skipped"] == "damaged" for record in marked), "what is damaged is not tracked")
        self.assertGreater(len(found), len(marked), "after the next keyframe all is well")
        self.note(10, "one packet in 40 lost", 0, None, ["running"])

    def jump(self, case, change, marks):
        """Times as `change` makes them of those so far: one time line, marked where it jumped."""
        seen = []

        def tamper(channel, payload):
            if channel != VIDEO:
                return []  # reports of the sender would give it away
            if not seen or seen[-1] != time_of(payload):
                seen.append(time_of(payload))
            return [(channel, with_time(payload, change(seen)))]

        run = self.start(frame=tamper)
        run.wait_for_frames("sick", 60)
        self.assertEqual(["running"], self.states())
        sick = self.end()
        found = self.watched.records_of("sick")
        self.assertEqual(0, sick["reconnects"])
        self.assertEqual(marks, sum("discontinuity" in record for record in found), case)
        times = [record["pts"] for record in found]
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), 1.5, "the time that passed, not the jump")
        self.note(11, case, 0, 0, ["running"])

    def test_11_times_jump_ahead(self):
        self.jump("an hour ahead", lambda seen: seen[-1] + (3600 * TICKS if len(seen) > 20 else 0), 1)

    def test_11_times_run_backwards(self):
        self.jump("an hour back", lambda seen: seen[-1] - (3600 * TICKS if len(seen) > 20 else 0), 1)

    def test_11_times_wrap(self):
        self.jump("wrap at 2^32", lambda seen: seen[-1] - seen[0] + 2**32 - TICKS, 0)

    def test_11_times_stand_still(self):
        self.jump("standing still", lambda seen: seen[:20][-1], 0)

    def test_12_bursts(self):
        held, hold = [], [False]

        def bursts(channel, payload):
            held.append((channel, payload))
            if hold[0]:
                return []
            frames, held[:] = held[:], []
            return frames

        run = self.start(frame=bursts)
        for _ in range(2):
            hold[0] = True
            time.sleep(2)
            hold[0] = False
            run.wait_for_frames("sick", 25, time.monotonic())
        self.assertEqual(["running"], self.states())
        sick = self.end()
        self.assertEqual(0, sick["reconnects"])
        self.note(12, "2 s nothing, then all at once", None, None, ["running"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
