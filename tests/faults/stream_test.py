#!/usr/bin/python3
"""A camera that goes on sending, but not what it should (FAULTS 9 to 12)."""
import struct
import time
import unittest

from faults import RATE, SLACK, FaultTest, Server
from line import Line

VIDEO = 0  # the channel of its RTP
TICKS = 90_000


def with_time(payload, ticks):
    return payload[:4] + struct.pack(">I", ticks % 2**32) + payload[8:]


def belongs_to_keyframe(payload):
    """Of RTP with H.264: parameter sets, SEI, IDR slices, whole or in parts (RFC 6184)."""
    kind = payload[12] & 31
    return (payload[13] & 31 if kind == 28 else kind) in (5, 6, 7, 8, 9, 24)


def time_of(payload):
    return struct.unpack(">I", payload[4:8])[0]


class Stream(FaultTest):
    def start(self, *arguments, frame=None, frames=10):
        self.line = self.kept(Line(self.kept(Server(*arguments)).port))
        self.line.frame = frame
        run = self.run_beside(f"rtsp://127.0.0.1:{self.line.port}/main")
        run.wait_for_frames("sick", frames)
        return run

    def meet_in_mid_gop(self, gop):
        """Each connection begins with what follows a keyframe."""
        def without_the_first_keyframe():
            begun = False

            def tamper(channel, payload):
                nonlocal begun
                begun = begun or channel == VIDEO and not belongs_to_keyframe(payload)
                return [(channel, payload)] if begun else []
            return tamper

        line = self.kept(Line(self.kept(Server("--gop", gop)).port))
        line.new_frame = without_the_first_keyframe
        began = time.monotonic()
        run = self.run_beside(f"rtsp://127.0.0.1:{line.port}/main")
        first = run.wait_for_frames("sick", 1) - began
        run.wait_for_frames("sick", 20)
        self.assertGreater(first, gop / RATE - 1)
        self.assertLess(first, gop / RATE + SLACK, "the first keyframe is waited for, and no other")
        self.assertEqual(["running"], self.states())
        self.assertEqual(1, line.accepted, "a camera that sends is not asked again")
        self.assertEqual(0, self.end()["damaged"])
        found = run.records_of("sick")
        self.assertTrue(all("damaged" not in record and "skipped" not in record for record in found), "no grey frame")
        self.note(9, f"met behind a keyframe, GOP of {gop / RATE:g} s", None, first, ["running"])

    def test_09_it_is_met_in_mid_gop(self):
        self.meet_in_mid_gop(2 * RATE)

    def test_09_a_gop_is_longer_than_a_camera_has_to_answer(self):
        self.meet_in_mid_gop(8 * RATE)

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
        self.note(10, "one packet in 40 lost", None, None, ["running"])

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
        self.note(11, case, None, None, ["running"])

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
