#!/usr/bin/python3
"""A camera with a stream to look at and one to record: each has its own connection, and both one time line.

The scene of both turns dark or bright with each second of one clock, so that pictures tell their moment.
"""
import collections
import signal
import subprocess
import time
import unittest

from faults import RATE, FaultTest, Server, Watched
from line import Line
from lynceus import ffprobe_stream, ffprobe_times

FRAME = 1 / RATE
SMALL, LARGE = (160, 120), (320, 240)
LATE = 0.5  # seconds that the network adds to one of them


def lag():
    """A network that is slower by LATE: each frame leaves with the first that comes so much after it."""
    under_way = collections.deque()

    def pass_on(channel, payload):
        now = time.monotonic()
        under_way.append((now, channel, payload))
        due = []
        while under_way[0][0] <= now - LATE:
            due.append(under_way.popleft()[1:])
        return due
    return pass_on


def without_reports(channel, payload):
    return [] if channel % 2 else [(channel, payload)]


def flashes(times, means):
    """When the picture turned, where none is missing between."""
    return [times[i] for i in range(1, len(means))
            if (means[i] > 128) != (means[i - 1] > 128) and times[i] - times[i - 1] < 1.5 * FRAME]


class Streams(FaultTest):
    def setUp(self):
        super().setUp()
        self.look, self.record = (self.kept(Line(self.camera(size).port)) for size in (SMALL, LARGE))

    def camera(self, size):
        return self.kept(Server("--flash", "--size", "x".join(map(str, size)), "--rate", RATE))

    def config(self, record=None, detect=None):
        return f"""version: 1
detector: {{model: none}}
conditions: {{black: false, moved: false, frozen: false, covered: false}}
outputs: {{detections: out.jsonl, frames: looked.yuv, video: out.mkv, codec: copy}}
cameras:
  - id: yard
    streams:
      detect: "rtsp://127.0.0.1:{(detect or self.look).port}/main"
      record: "rtsp://127.0.0.1:{(record or self.record).port}/main"
"""

    def start(self):
        self.path_of_config = self.file("cameras.yaml", self.config())
        self.watched = self.kept(Watched(self.path_of_config, self.path("out.jsonl")))
        return self.watched

    def says(self, words, count=1):
        self.watched.wait(words, lambda: sum(words in line for _, line in self.watched.log) >= count)

    def end(self):
        summary, _ = self.watched.end()
        yard = summary["cameras"][0]
        self.assert_accounts_close(yard)
        times = [record["pts"] for record in self.watched.records_of("yard")]
        self.assertEqual(sorted(set(times)), times, "the times of a camera only grow")
        return yard

    def looked_at(self):
        size = SMALL[0] * SMALL[1]
        raw = self.path("looked.yuv").read_bytes()
        means = [sum(raw[at:at + size:7]) / len(raw[at:at + size:7]) for at in range(0, len(raw), size * 3 // 2)]
        return flashes([record["pts"] for record in self.watched.records_of("yard")], means)

    def recorded(self, name="out.mkv"):
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", self.path(name), "-vsync", "passthrough", "-pix_fmt", "gray",
                              "-s", "16x12", "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
        means = [sum(raw[at:at + 192]) / 192 for at in range(0, len(raw), 192)]
        times = [float(at) for at in ffprobe_times(self.path(name))]
        self.assertEqual(len(times), len(means))
        return flashes(times, means)

    def laid_by_the_clock(self):
        """When the newest connection of what is looked at was laid by the reports: the last break in its times."""
        return max(record["pts"] for record in self.watched.records_of("yard") if "discontinuity" in record)

    def assert_same_moments(self, least, within=FRAME + 0.005, after=0.0):
        """What was recorded shows each turn at the time at which it was looked at."""
        looked, recorded = ([at for at in found if at > after] for found in (self.looked_at(), self.recorded()))
        pairs = [(at, min(looked, key=lambda other: abs(other - at))) for at in recorded if looked[0] - 0.5 < at < looked[-1] + 0.5]
        self.assertGreaterEqual(len(pairs), least, (looked, recorded))
        for at, other in pairs:
            self.assertLessEqual(abs(at - other), within, (looked, recorded))

    def test_what_is_recorded_lies_on_the_time_line_of_what_is_looked_at(self):
        self.record.new_frame = lag
        self.start()
        self.watched.wait_for_frames("yard", 10 * RATE)
        yard = self.end()
        self.assertEqual((0, 0), (yard["reconnects"], yard["record"]["reconnects"]))
        self.assertEqual(("ended", "reports"), (yard["record"]["state"], yard["record"]["placed_by"]))
        copied = yard["record"]["frames_in"] - sum(yard["record"]["dropped"].values()) - yard["record"]["video_dropped"]
        self.assertEqual(copied, len(ffprobe_times(self.path("out.mkv"))))
        self.assertGreater(copied, 7 * RATE)
        self.assert_same_moments(3)

    def test_without_reports_it_lies_by_when_packets_came_and_that_is_said(self):
        self.record.frame = self.look.frame = without_reports
        self.start()
        self.watched.wait_for_frames("yard", 9 * RATE)
        yard = self.end()
        self.assertEqual("arrival", yard["record"]["placed_by"])
        self.assertTrue([1 for _, line in self.watched.log if "yard/record: the camera's two streams tell no common time" in line])

    def test_what_is_recorded_is_lost_and_comes_back_alone(self):
        self.start()
        self.watched.wait_for_frames("yard", 6 * RATE)
        self.record.unplug()
        self.says("yard/record: backoff")
        self.watched.wait_for_frames("yard", len(self.watched.records_of("yard")) + 2 * RATE)
        self.record.plug_in()
        self.says("yard/record: running again")
        self.watched.wait_for_frames("yard", len(self.watched.records_of("yard")) + 8 * RATE)
        yard = self.end()
        self.assertEqual((0, 1), (yard["reconnects"], yard["record"]["reconnects"]))
        self.assertEqual(["running"], [state for _, state, _ in self.watched.changes("yard")])
        self.assert_one_time_line(self.watched.records_of("yard"))
        self.assertNotIn(True, ["discontinuity" in record for record in self.watched.records_of("yard")])
        self.assert_same_moments(4)

    def test_what_is_looked_at_is_lost_and_the_recording_goes_on(self):
        self.start()
        self.watched.wait_for_frames("yard", 6 * RATE)
        self.look.new_frame = lag
        self.look.cut()
        self.says("yard: running again")
        self.watched.wait_for_frames("yard", len(self.watched.records_of("yard")) + 9 * RATE)
        yard = self.end()
        self.assertEqual((1, 0), (yard["reconnects"], yard["record"]["reconnects"]))
        self.assert_same_moments(3, after=self.laid_by_the_clock())

    def test_the_recording_begins_without_what_is_looked_at(self):
        self.look.unplug()
        self.start()
        self.watched.wait("a recording", lambda: self.path("out.mkv").exists() and self.path("out.mkv").stat().st_size > 4_000)
        self.look.plug_in()
        self.watched.wait_for_frames("yard", 14 * RATE)
        yard = self.end()
        self.assertGreater(self.watched.records_of("yard")[0]["pts"], 4)
        self.assertLess(float(ffprobe_times(self.path("out.mkv"))[0]), 0.5)
        self.assertEqual(0, yard["record"]["reconnects"])
        # It was laid by when packets came, and lies anew once reports of both streams were heard: 5 s after either's first.
        self.assertEqual("reports", yard["record"]["placed_by"])
        self.assert_same_moments(2, after=self.laid_by_the_clock() + 5)

    def test_streams_of_one_address_are_one_connection(self):
        self.record = self.look
        self.start()
        self.watched.wait_for_frames("yard", 2 * RATE)
        yard = self.end()
        self.assertNotIn("record", yard)
        self.assertFalse([line for _, line in self.watched.log if "yard/record" in line])
        self.assertEqual(len(self.watched.records_of("yard")), len(ffprobe_times(self.path("out.mkv"))))

    def test_another_address_to_record_from_is_taken_by_a_reload(self):
        self.start()
        self.watched.wait_for_frames("yard", 5 * RATE)
        other = self.kept(Line(self.camera((640, 480)).port))
        self.path_of_config.write_text(self.config(record=other), encoding="utf-8")
        self.watched.process.send_signal(signal.SIGHUP)
        self.says("1 changed (yard)")
        self.watched.wait("the other stream", lambda: other.accepted)
        self.watched.wait("a second recording", lambda: self.path("out-2.mkv").exists() and
                          self.path("out-2.mkv").stat().st_size > 4_000)
        summary, _ = self.watched.end()
        self.assertGreater(summary["gone"][0]["record"]["frames_in"], RATE)
        self.assertGreater(summary["cameras"][0]["record"]["frames_in"], 0)
        self.assertEqual("320,240", ffprobe_stream(self.path("out.mkv"), "width,height"))
        self.assertEqual("640,480", ffprobe_stream(self.path("out-2.mkv"), "width,height"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
