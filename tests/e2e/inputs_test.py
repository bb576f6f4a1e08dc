#!/usr/bin/python3
"""Inputs beside those that docs/FORMATS.md lists row by row: streams that change, are odd, or are not what they say."""
import unittest

from lynceus import LynceusTest, clip, lynceus, raw_planes

H264 = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "10", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=10", "-pix_fmt", "yuv420p")


def pattern(size="320x240", seconds=1):
    return "-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}"


class InputTest(LynceusTest):
    def planes_of(self, source, *arguments):
        """Runs it with its planes written; the outcome, and all of them."""
        dump = self.path("planes.yuv")
        outcome = lynceus("run", "--source", source, "--model", "none", "--set", f"outputs.frames={dump}", "--json",
                          *arguments)
        return outcome, dump.read_bytes() if dump.exists() else b""

    def assert_planes(self, expected, source, *arguments):
        outcome, planes = self.planes_of(source, *arguments)
        self.assertEqual(0, outcome.code, str(outcome))
        self.assert_accounts_close(outcome.camera)
        self.assertTrue(planes == expected, f"{len(planes)} bytes of ours differ from {len(expected)} of ffmpeg\n{outcome}")
        return outcome


class Changes(InputTest):
    """Recordings laid end to end, as `cat` and many recorders do it."""

    def joined(self, name, *parts):
        return self.file(name, b"".join(part.read_bytes() for part in parts))

    def test_a_size_that_changes_gives_each_picture_in_its_own_size(self):
        for ending, codec in (("ts", H264), ("ts", HEVC), ("h264", H264), ("hevc", HEVC)):
            with self.subTest(ending + codec[1]):
                small = clip(f"small-{codec[1]}.{ending}", *pattern(), *codec)
                large = clip(f"large-{codec[1]}.{ending}", *pattern("640x360"), *codec)
                self.assert_planes(raw_planes(small) + raw_planes(large) + raw_planes(small),
                                   self.joined(f"size.{ending}", small, large, small))

    def test_more_bits_in_mid_stream_give_more_bits(self):
        eight, ten = clip("8.ts", *pattern(), *H264), clip("10.ts", *pattern(), *H264[:-1], "yuv420p10le")
        self.assert_planes(raw_planes(eight) + raw_planes(ten), self.joined("bits.ts", eight, ten))

    def test_a_codec_that_changes_ends_the_source_with_a_line_that_says_where(self):
        h264, hevc = clip("one.ts", *pattern(), *H264), clip("two.ts", *pattern(), *HEVC)
        for first, second, words in ((h264, hevc, "from h264 to hevc"), (hevc, h264, "from hevc to h264")):
            with self.subTest(words):
                outcome, planes = self.planes_of(self.joined("codec.ts", first, second))
                self.assertEqual("failed", outcome.camera["state"])
                self.assertEqual(1, len(outcome.err.strip().splitlines()), outcome.err)
                self.assertRegex(outcome.err, f"changes {words}; its last picture is at 2\\.[34]\\d\\d s; ")
                self.assertTrue(planes == raw_planes(first), "what came before the change is all there")

    def test_a_codec_that_changes_with_its_pid_is_said(self):
        first = clip("one.ts", *pattern(seconds=2), *H264)
        second = clip("two.ts", *pattern(seconds=2), *HEVC, "-mpegts_start_pid", "0x200", "-output_ts_offset", "2")
        outcome = self.assert_planes(raw_planes(first), self.joined("pid.ts", first, second))
        self.assertIn("another one (hevc) goes on", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
