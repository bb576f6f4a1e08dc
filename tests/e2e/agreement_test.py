#!/usr/bin/python3
"""Detections agree with an independent YOLOX (yolox_oracle.py made golden/): F1 at IoU 0.5, score 0.3, NMS 0.45."""
import pathlib
import subprocess
import sys
import unittest

from derived_clips import DERIVED
from lynceus import BATCHED_MODEL, BOTTLES, CARS, MODEL, PERSONS, ROOT, LynceusTest, start_of

sys.path.insert(0, str(ROOT / "bench/peers"))
import compare_detections  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
LEAST_F1 = 0.97


def stream_fields(path, *fields):
    asked = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
             f"stream={','.join(fields)}:stream_side_data=rotation", "-of", "default=nk=1:nw=1", str(path)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()


class Agreement(LynceusTest):
    def assert_agrees(self, source, golden, model=MODEL):
        lines = self.path("ours.jsonl")
        self.run_well("--source", source, "--model", model, "--detections", lines)
        ours = compare_detections.load(lines, 0.3)
        theirs = compare_detections.load(GOLDEN / f"{golden}.jsonl", 0.3)
        self.assertEqual(set(theirs), set(ours), "not the same frames")
        matched = sum(compare_detections.matches(ours[frame], theirs[frame], 0.5) for frame in ours)
        total = sum(map(len, ours.values())) + sum(map(len, theirs.values()))
        self.assertGreater(total, 100, "too few detections to say anything")
        print(f"{golden}: F1 {2 * matched / total:.4f} of {total} boxes", file=sys.stderr)
        self.assertGreaterEqual(2 * matched / total, LEAST_F1)


class Samples(Agreement):
    def test_detections_of_persons_agree(self):
        self.assert_agrees(start_of(PERSONS, 150), PERSONS.stem)

    def test_detections_of_cars_agree(self):
        self.assert_agrees(CARS, CARS.stem)

    def test_detections_of_bottles_agree_in_batches_of_eight(self):
        self.assert_agrees(start_of(BOTTLES, 150), BOTTLES.stem, BATCHED_MODEL)


class Derived(Agreement):
    """The scenes of the samples once more, in clips that ffmpeg makes of them."""

    def assert_derived_agrees(self, name, *expected):
        made = DERIVED[name]()
        self.assertEqual(list(expected), stream_fields(made.path, "codec_name", "width", "height", "pix_fmt"),
                         "the clip is not what its name says")
        self.assert_agrees(made.path, f"derived-{name}")

    def test_detections_on_hevc_agree(self):
        self.assert_derived_agrees("hevc", "hevc", "640", "360", "yuv420p")

    def test_detections_on_hevc_of_ten_bits_agree(self):
        self.assert_derived_agrees("hevc-10-bit", "hevc", "768", "432", "yuv420p10le")

    def test_detections_on_1080p_agree(self):
        self.assert_derived_agrees("full-hd", "h264", "1920", "1080", "yuv420p")

    def test_detections_on_a_clip_turned_left_by_its_display_matrix_agree(self):
        self.assert_derived_agrees("turned-left", "h264", "432", "768", "yuv420p", "90")

    def test_detections_on_1080p_hevc_of_ten_bits_turned_right_agree(self):
        self.assert_derived_agrees("turned-right-hevc-10-bit-full-hd", "hevc", "1080", "1920", "yuv420p10le", "-90")


if __name__ == "__main__":
    unittest.main(verbosity=2)
