#!/usr/bin/python3
"""Decoded planes written to a file: ffmpeg's, to the byte, and counted to the byte."""
import unittest

from lynceus import PERSONS, LynceusTest, clip, lynceus, raw_planes, start_of

PATTERN = ("-f", "lavfi", "-i")


class Frames(LynceusTest):
    def assert_planes_are_ffmpegs(self, source):
        dump = self.path("planes.yuv")
        outcome = self.run_well("--source", source, "--model", "none", "--set", f"outputs.frames={dump}", "--json")
        ours, theirs = dump.read_bytes(), raw_planes(source)
        self.assertTrue(theirs)
        self.assertTrue(ours == theirs, f"{len(ours)} bytes of ours differ from {len(theirs)} of ffmpeg")
        self.assertEqual(len(theirs), outcome.summary["transfers"]["host_pixel_bytes"])
        self.assertEqual(len(theirs), sum(n for reason, n in outcome.summary["transfers"]["out"].items()
                                          if reason in ("frames", "outputs.frames")) or len(theirs))

    def test_planes_of_h264_with_b_frames_are_ffmpegs(self):
        self.assert_planes_are_ffmpegs(clip("b.mp4", *PATTERN, "testsrc2=s=320x180:r=25:d=2", "-pix_fmt", "yuv420p",
                                            "-c:v", "libx264", "-bf", "3", "-preset", "fast"))

    def test_planes_of_a_sample_are_ffmpegs(self):
        self.assert_planes_are_ffmpegs(start_of(PERSONS, 40))

    def test_planes_of_hevc_with_ten_bits_are_ffmpegs(self):
        self.assert_planes_are_ffmpegs(clip("ten.mkv", *PATTERN, "testsrc2=s=320x180:r=25:d=1", "-pix_fmt",
                                            "yuv420p10le", "-c:v", "libx265", "-x265-params", "log-level=error"))

    def test_planes_of_a_rotated_clip_are_ffmpegs_unrotated(self):
        upright = clip("upright.mp4", *PATTERN, "testsrc2=s=320x180:r=25:d=1", "-pix_fmt", "yuv420p", "-c:v", "libx264")
        self.assert_planes_are_ffmpegs(clip("turned.mp4", "-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=90"))

    def test_planes_of_an_odd_size_are_ffmpegs(self):
        self.assert_planes_are_ffmpegs(clip("odd.mkv", *PATTERN, "testsrc2=s=321x181:r=25:d=1", "-pix_fmt", "yuv444p",
                                            "-c:v", "libx264"))

    def test_planes_of_an_odd_size_with_halved_chroma_are_ffmpegs(self):
        self.assert_planes_are_ffmpegs(clip("odd420.mkv", *PATTERN, "testsrc2=s=321x181:r=25:d=1", "-pix_fmt", "yuv420p",
                                            "-c:v", "libx265", "-x265-params", "log-level=error"))

    def test_planes_with_strict_end_the_run_with_4_and_say_what_crossed(self):
        dump = self.path("planes.yuv")
        outcome = lynceus("run", "--source", start_of(PERSONS, 40), "--model", "none", "--strict", "--set",
                          f"outputs.frames={dump}")
        self.assertEqual(4, outcome.code, str(outcome))
        self.assertIn("outputs.frames", outcome.err)

    def test_without_planes_strict_has_nothing_to_object_to(self):
        outcome = self.run_well("--source", start_of(PERSONS, 40), "--model", "none", "--strict", "--json")
        self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
