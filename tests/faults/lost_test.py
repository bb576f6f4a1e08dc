#!/usr/bin/python3
"""A camera that goes away and comes back (FAULTS 1, 2, 4 to 8)."""
import time
import unittest

from faults import GOP_SECONDS, SLACK, FaultTest, Server
from line import HOLD, NO_MEDIA, PASS, Line
from lynceus import MODEL, clip, ffprobe_times


class Lost(FaultTest):
    def camera(self, *arguments):
        return self.kept(Line(self.kept(Server(*arguments)).port))

    def start(self, line, keys=""):
        run = self.run_beside(f"rtsp://127.0.0.1:{line.port}/main", keys)
        run.wait_for_frames("sick", 10)
        return run

    def test_05_a_stall_in_mid_stream(self):
        line = self.camera()
        self.start(line)
        line.mode, fault = HOLD, time.monotonic()
        seen, cause = self.seen(fault, "stalled", 5)
        self.assertIn("no picture for 4.5 s", cause)
        self.watched.wait_for_change("sick", "backoff", fault)
        time.sleep(3)
        line.mode, good = PASS, time.monotonic()
        back = self.back(good)
        self.watched.wait_for_change("sick", "running", good)
        states = self.states(fault)
        self.assertEqual(["stalled", "backoff"], states[:2])
        self.assertEqual("running", states[-1])
        sick = self.end()
        self.assertEqual(1, sick["reconnects"])
        self.assertEqual(1, sum("discontinuity" in record for record in self.watched.records_of("sick")))
        self.note(5, "stall", seen, back, states)

    def test_05_an_http_camera_that_falls_silent(self):
        picture = clip("still.jpg", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", "-frames:v", "1").read_bytes()
        for number in range(8):
            self.file(f"{number}.jpg", picture)
        server = self.kept(Server(self.folder, program="http_server.py"))
        run = self.run_beside(f"http://127.0.0.1:{server.port}/parts", "    stall_timeout: 1s\n")
        first = run.wait_for_change("sick", "running", 0)[0]
        run.wait("its silence, twice", lambda: self.states().count("running") == 3)
        states = self.states(first)
        self.assertEqual(["running", "stalled", "backoff"], states[:3])
        self.assertNotIn("quarantined", states)
        sick = self.end()
        self.assertGreaterEqual(sick["reconnects"], 2)
        self.assertEqual(sick["reconnects"], sum("discontinuity" in record for record in run.records_of("sick")))
        silent = run.wait_for_change("sick", "stalled", first)[0]
        self.note(5, "HTTP, silent for 1 s", silent - first, None, states[:4])

    def lose_and_mend(self, case, reset):
        line = self.camera()
        self.start(line)
        fault = time.monotonic()
        line.unplug(reset)
        seen, cause = self.seen(fault, "backoff", 1)
        self.assertIn("closed the connection" if not reset else "connection", cause)
        time.sleep(5)
        good = time.monotonic()
        line.plug_in()
        back = self.back(good)
        self.watched.wait_for_change("sick", "running", good)
        states = self.states(fault)
        self.assertEqual({"backoff"}, set(states[:-1]))
        self.assertEqual("running", states[-1])
        sick = self.end()
        self.assertEqual(1, sick["reconnects"])
        self.assertEqual("ended", sick["state"])
        self.note(6, case, seen, back, states)

    def test_06_a_connection_that_ends_by_fin(self):
        self.lose_and_mend("FIN and 5 s away", reset=False)

    def test_06_a_connection_that_ends_by_rst(self):
        self.lose_and_mend("RST and 5 s away", reset=True)

    def start_without(self, line):
        """A run that begins while the camera is not there."""
        began = time.monotonic()
        self.run_beside(f"rtsp://127.0.0.1:{line.port}/main")
        return began

    def test_01_connection_refused(self):
        line = self.camera()
        line.unplug()
        began = self.start_without(line)
        when, state, cause = self.watched.wait("a change", lambda: self.watched.changes("sick"))[0]
        self.assertEqual("backoff", state)
        self.assertIn("connection refused", cause)
        time.sleep(3)
        good = time.monotonic()
        line.plug_in()
        back = self.back(good)
        self.assertEqual(0, self.end()["reconnects"], "the first connection is no reconnect")
        self.note(1, "connection refused", when - began, back, ["backoff", "running"])

    def test_01_a_name_that_is_not_known(self):
        began = time.monotonic()
        self.run_beside("rtsp://no-such-camera.invalid/main")
        when, state, cause = self.watched.wait("a change", lambda: self.watched.changes("sick"))[0]
        self.assertEqual("backoff", state)
        self.assertIn("the host name is not known", cause)
        sick = self.end()
        self.assertIn(sick["state"], ("backoff", "connecting"))
        self.note(1, "unknown name", when - began, None, ["backoff"])

    def test_02_a_connection_that_is_accepted_and_silent(self):
        line = self.camera()
        line.mode = HOLD
        began = self.start_without(line)
        when, state, cause = self.watched.wait("a change", lambda: self.watched.changes("sick"))[0]
        self.assertEqual("backoff", state)
        self.assertRegex(cause, "did not answer in time to OPTIONS|no picture came within 4.5 s of connecting")
        self.assertLess(when - began, 5 + 3)
        time.sleep(1)
        line.mode, good = PASS, time.monotonic()
        back = self.back(good)
        self.end()
        self.note(2, "silent after connecting", when - began, back, ["backoff", "running"])

    def test_04_play_is_answered_and_no_media_come(self):
        line = self.camera()
        line.mode = NO_MEDIA
        began = self.start_without(line)
        when, state, cause = self.watched.wait("a change", lambda: self.watched.changes("sick"))[0]
        self.assertEqual("backoff", state)
        self.assertRegex(cause, "agreed to play, but sent nothing|no picture came within 4.5 s of connecting")
        self.assertLess(when - began, 5 + 3)
        line.mode, good = PASS, time.monotonic()
        back = self.back(good)
        self.end()
        self.note(4, "no media after PLAY", when - began, back, ["backoff", "running"])

    def test_07_flapping_opens_the_breaker(self):
        line = self.camera()
        self.start(line)
        for _ in range(6):
            lost = time.monotonic()
            line.cut()
            if self.watched.wait("a change", lambda since=lost: self.watched.changes("sick", since))[0][1] == "quarantined":
                break
            self.watched.wait_for_frames("sick", 5, lost)
        quarantined = self.watched.wait_for_change("sick", "quarantined", 0)
        self.assertRegex(quarantined[2], "it came and went 6 times in a row: .*closed the connection")
        sick = self.end()
        self.assertEqual("quarantined", sick["state"])
        self.assertEqual(5, sick["reconnects"])
        self.note(7, "6 short lives", None, None, ["quarantined"])

    def first_jump(self):
        return next((when for when, record in self.watched.frames["sick"] if "discontinuity" in record), None)

    def come_back_as(self, case, arguments, keys=""):
        line = self.camera()
        self.start(line, keys)
        other = self.kept(Server(*arguments))
        line.target, fault = other.port, time.monotonic()
        line.cut()
        back = self.watched.wait("the first frame of another connection", self.first_jump) - fault
        self.assertLess(back, 2 + GOP_SECONDS + SLACK)
        self.watched.wait_for_frames("sick", 30, fault)
        sick = self.end()
        self.assertEqual(1, sick["reconnects"])
        self.assertEqual(0, sick["damaged"])
        self.note(8, case, None, back, self.states(fault))

    def test_08_it_returns_with_another_size(self):
        self.come_back_as("another size", ("--size", "640x480"))

    def test_08_it_returns_with_another_codec(self):
        self.come_back_as("another codec", ("--codec", "h265"))

    def test_08_it_returns_as_mjpeg(self):
        self.come_back_as("MJPEG", ("--codec", "jpeg"))

    def test_08_it_returns_with_another_bit_depth(self):
        self.come_back_as("10 bits", ("--codec", "h265", "--depth", "10"))

    def test_08_memory_grows_for_other_pictures_and_for_nothing_else(self):
        warm = 80  # frames, after which memory should stand still
        line = self.camera()
        run = self.start(line)
        run.wait_for_frames("sick", warm)
        line.target, cut = self.kept(Server("--size", "640x480")).port, time.monotonic()
        line.cut()
        run.wait_for_frames("sick", warm, cut)
        line.cut()
        run.wait_for_frames("sick", warm, time.monotonic())
        self.assertEqual(2, self.end()["reconnects"])
        self.assertEqual(0, self.summary["memory"]["allocations_after_warmup"])
        self.assertEqual(0, self.summary["violations"])

    def test_08_frames_under_inference_go_into_the_video_that_they_belong_to(self):
        self.come_back_as("another size under inference", ("--size", "640x480"),
                          f"    detector: {{model: {MODEL}}}\n    outputs: {{video: \"{self.path('sick.mp4')}\"}}\n")
        times = [ffprobe_times(self.path(name)) for name in ("sick.mp4", "sick-001.mp4")]
        self.assertTrue(times[0] and times[1])
        self.assertLess(float(times[0][-1]), float(times[1][0]))

    def test_08_a_video_goes_on_in_a_file_of_its_own(self):
        self.come_back_as("another size with video", ("--size", "640x480"),
                          f"    outputs: {{video: \"{self.path('sick.mp4')}\"}}\n")
        first, second = ffprobe_times(self.path("sick.mp4")), ffprobe_times(self.path("sick-001.mp4"))
        self.assertTrue(first and second)
        self.assertLess(float(first[-1]), float(second[0]), "one time line over both")
        self.assertEqual(len(self.watched.records_of("sick")), len(first) + len(second))

    def copy_that_returns(self, *arguments):
        """The times in the files of a copy, one list a file, after the camera came back."""
        from lynceus import ffprobe_times
        self.come_back_as("a copy", arguments, f"    outputs: {{video: \"{self.path('sick.mp4')}\", codec: copy}}\n")
        parts = [ffprobe_times(path) for path in sorted(self.folder.glob("sick*.mp4"), key=lambda path: len(path.name))]
        seen = [record["pts"] for record in self.watched.records_of("sick")]
        self.assertEqual(seen, [float(time) for part in parts for time in part], "the times of the detections")
        return parts

    def test_08_a_copy_goes_on_in_the_same_file(self):
        self.assertEqual(1, len(self.copy_that_returns()))

    def test_08_a_copy_goes_on_in_a_new_file_where_the_size_is_another(self):
        self.assertEqual(2, len(self.copy_that_returns("--size", "640x480")))

    def test_08_a_copy_goes_on_in_a_new_file_where_the_codec_is_another(self):
        self.assertEqual(2, len(self.copy_that_returns("--codec", "h265")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
