#!/usr/bin/python3
"""Video files that `run` writes: containers, codecs, segments, and what is left of them when a run is killed."""
import unittest

from lynceus import (CARS, PERSONS, LynceusTest, Running, clip, ffprobe_times, lines_in, pts_in_text, start_of,
                     wait_until)


class Matroska(LynceusTest):
    def test_each_picture_has_its_exact_time_at_a_rate_that_milliseconds_cannot_say(self):
        source = clip("ntsc.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=4", "-c:v", "libx264")
        video, lines = self.path("out.mkv"), self.path("out.jsonl")
        self.run_well("--source", source, "--model", "none", "--out", video, "--detections", lines)
        times = ffprobe_times(source)
        self.assertIn("0.033367", times)
        self.assertEqual(times, ffprobe_times(video))
        self.assertEqual(times, pts_in_text(lines))

    def test_after_a_kill_all_but_the_last_second_can_be_read(self):
        video, lines = self.path("out.mkv"), self.path("out.jsonl")
        with Running("run", "--source", PERSONS, "--model", "none", "--realtime", "--out", video, "--detections",
                     lines) as run:
            wait_until(lambda: lines_in(lines) >= 40, "40 lines are written")
            run.kill()
            run.end()
        times = ffprobe_times(video)
        self.assertEqual(ffprobe_times(PERSONS)[:len(times)], times)
        self.assertGreaterEqual(float(times[-1]), float(pts_in_text(lines)[-1]) - 1)

    def test_another_container_is_refused_with_the_key(self):
        outcome = self.run_refused("--source", start_of(CARS, 5), "--model", "none", "--out", self.path("out.avi"))
        self.assertEqual(2, outcome.code)
        self.assertIn('outputs.video: ".avi" is not written; name an .mp4 or an .mkv', outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
