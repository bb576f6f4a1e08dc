#!/usr/bin/python3
"""The machine's wall clock is stepped by an hour (FAULTS 25): it is a label, and nothing depends on it."""
import datetime
import os
import signal
import time
import unittest

from faults import RATE, FaultTest, Server
from line import Line

STEPPED_CLOCK = os.environ.get("LYNCEUS_STEPPED_CLOCK")
RTCP = 1  # the channel of its reports


def time_of(record):
    return datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp()


@unittest.skipUnless(STEPPED_CLOCK, "LYNCEUS_STEPPED_CLOCK names the library that steps the clock")
class WallClock(FaultTest):
    def test_25_the_wall_clock_is_stepped_by_an_hour(self):
        line = self.kept(Line(self.kept(Server()).port))
        line.frame = lambda channel, payload: [] if channel == RTCP else [(channel, payload)]  # times of arrival are ours
        run = self.run_beside(f"rtsp://127.0.0.1:{line.port}/main", env={"LD_PRELOAD": STEPPED_CLOCK})
        run.wait_for_frames("sick", 2 * RATE)
        for step in (signal.SIGRTMIN + 1, signal.SIGRTMIN + 2):
            run.process.send_signal(step)
            run.wait_for_frames("sick", 2 * RATE, time.monotonic())
        self.assertEqual(["running"], self.states())
        sick = run.end()[0]["cameras"][0]
        self.assertEqual(0, sick["reconnects"])
        found = run.records_of("sick")
        self.assertFalse(any("discontinuity" in record for record in found))
        gaps = [b["pts"] - a["pts"] for a, b in zip(found, found[1:])]
        self.assertLess(max(gaps), 1, "the one time line knows nothing of it")
        steps = [time_of(b) - time_of(a) for a, b in zip(found, found[1:])]
        self.assertEqual([1, -2], [round(step / 3600) for step in steps if abs(step) > 1800], "the label does")
        self.assertEqual(1, len({record["epoch"] for record in found}))
        self.note(25, "an hour ahead, then two back", None, None, ["running"])


class CameraClock(FaultTest):
    def test_times_are_the_cameras_own_where_its_reports_tell_them(self):
        run = self.run_beside(f"rtsp://127.0.0.1:{self.kept(Server()).port}/main")
        run.wait("a report of the sender's clock", lambda: len(run.records_of("sick")) > 8 * RATE)
        run.end()
        found = [record for record in run.records_of("sick")]
        late = [when - time_of(record) for when, record in self.with_arrival(run)]
        self.assertLess(max(late) - min(late), 5)
        steps = [round(time_of(b) - time_of(a) - (b["pts"] - a["pts"]), 4) for a, b in zip(found[-50:], found[-49:])]
        self.assertLess(max(map(abs, steps)), 0.002, "the camera's clock goes as its pictures do")

    @staticmethod
    def with_arrival(run):
        return run.frames["sick"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
