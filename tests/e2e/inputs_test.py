#!/usr/bin/python3
"""Inputs beside those that docs/FORMATS.md lists row by row: streams that change, are odd, or are not what they say."""
import json
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
        dump.unlink(missing_ok=True)
        outcome = lynceus("run", "--source", source, "--model", "none", "--set", f"outputs.frames={dump}", "--json",
                          *arguments)
        return outcome, dump.read_bytes() if dump.exists() else b""

    def assert_planes(self, expected, source, *arguments):
        outcome, planes = self.planes_of(source, *arguments)
        self.assertEqual(0, outcome.code, str(outcome))
        self.assert_accounts_close(outcome.camera)
        self.assertTrue(planes == expected, f"{len(planes)} bytes of ours differ from {len(expected)} of ffmpeg\n{outcome}")
        return outcome


    def assert_refusal(self, source, *words, code=3):
        """One line with cause and remedy, and no picture."""
        outcome, planes = self.planes_of(source)
        self.assertEqual(code, outcome.code, str(outcome))
        self.assertEqual(b"", planes)
        self.assertEqual(1, len(outcome.err.strip().splitlines()), outcome.err)
        for word in (*words, "; "):
            self.assertIn(word, outcome.err)


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


class Colours(InputTest):
    def tensors(self, source, **keys):
        """The model's inputs of a run over a camera with these keys."""
        out = self.path("tensors.raw")
        out.unlink(missing_ok=True)
        config = {"version": 1, "detector": {"model": "none"}, "outputs": {"tensors": str(out)},
                  "cameras": [{"id": "a", "source": str(source), **keys}]}
        outcome = lynceus("run", self.file("config.yaml", json.dumps(config)))
        self.assertEqual(0, outcome.code, str(outcome))
        return out.read_bytes()

    def test_an_untagged_stream_has_the_matrix_that_its_camera_is_given(self):
        plain = clip("untagged.mp4", *pattern(), *H264)
        tagged = clip("tagged.mp4", "-i", plain, "-c", "copy", "-bsf:v", "h264_metadata=matrix_coefficients=1")
        self.assertTrue(self.tensors(plain) == self.tensors(plain, matrix="bt601"), "so small a picture is BT.601")
        self.assertTrue(self.tensors(plain, matrix="bt709") == self.tensors(tagged))
        self.assertFalse(self.tensors(plain, matrix="bt709") == self.tensors(plain))
        self.assertTrue(self.tensors(tagged, matrix="bt601") == self.tensors(tagged), "what the stream says holds")


class Interlaced(InputTest):
    WIDTH, HEIGHT = 176, 144

    def clip(self):
        return clip("interlaced.mp4", *("-f", "lavfi", "-i", "testsrc2=s=176x144:r=50:d=1"), "-vf",
                    "tinterlace=interleave_top,setfield=tff", *H264, "-flags", "+ilme+ildct", "-top", "1")

    def first_field(self, plane, width, height):
        rows = [plane[y * width:(y + 1) * width] for y in range(height)]
        made = []
        for y, row in enumerate(rows):
            if y % 2:
                below = rows[min(y + 1, height - 2 + height % 2)]
                row = bytes((a + b + 1) // 2 for a, b in zip(rows[y - 1], below))
            made.append(row)
        return b"".join(made)

    def test_both_fields_are_woven_unless_the_first_alone_is_asked_for(self):
        source, (w, h) = self.clip(), (self.WIDTH, self.HEIGHT)
        woven = raw_planes(source)
        self.assert_planes(woven, source)
        expected = b""
        for at in range(0, len(woven), w * h * 3 // 2):
            chroma = at + w * h
            expected += self.first_field(woven[at:chroma], w, h)
            for i in range(2):
                plane = woven[chroma + i * w * h // 4:][:w * h // 4]
                expected += self.first_field(plane, w // 2, h // 2)
        self.assertEqual(25, len(expected) // (w * h * 3 // 2))
        self.assert_planes(expected, source, "--set", "decode.interlaced=bob")

    def test_the_first_field_alone_needs_no_pixel_on_the_host(self):
        outcome = self.run_well("--source", self.clip(), "--loop", "--seconds", "3", "--set", "decode.interlaced=bob",
                                "--model", "none", "--strict", "--json")
        self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"])
        self.assertEqual(0, outcome.summary["memory"]["allocations_after_warmup"])

    def test_another_policy_is_refused(self):
        outcome = lynceus("run", "--source", self.clip(), "--set", "decode.interlaced=yadif")
        self.assertEqual(2, outcome.code, str(outcome))
        self.assertIn("decode.interlaced", outcome.err)
        self.assertIn("weave", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
