#!/usr/bin/python3
"""The other commands: demo, probe, doctor, config."""
import json
import pathlib
import unittest

from lynceus import CARS, PERSONS, ROOT, LynceusTest, clip, ffprobe_times, lynceus, records


class Demo(LynceusTest):
    def test_demo_writes_videos_detections_and_a_summary(self):
        folder = self.path("results")
        outcome = lynceus("demo", "--seconds", "5", "--out", folder, cwd=ROOT)
        self.assertEqual(0, outcome.code, str(outcome))
        cameras = ["corridor", "road", "table"]
        self.assertEqual(cameras, sorted(path.stem for path in folder.glob("*.mp4")))
        found = records(folder / "detections.jsonl")
        self.assertEqual(set(cameras), {line["camera"] for line in found})
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        self.assertEqual(0, summary["transfers"]["host_pixel_bytes"])
        for camera in summary["cameras"]:
            self.assertGreater(camera["frames_processed"], 0, camera)
            self.assert_accounts_close(camera)
            self.assertTrue(ffprobe_times(folder / (camera["name"] + ".mp4")))


class Probe(LynceusTest):
    def test_probe_says_what_a_clip_is(self):
        outcome = lynceus("probe", PERSONS)
        self.assertEqual(0, outcome.code, str(outcome))
        for word in ("h264", "768", "432"):
            self.assertIn(word, outcome.out.lower())

    def test_probe_says_it_as_json(self):
        outcome = lynceus("probe", PERSONS, "--json")
        self.assertEqual(0, outcome.code, str(outcome))
        told = json.loads(outcome.out)
        self.assertEqual(("h264", 768, 432), (told["codec"], told["width"], told["height"]))
        self.assertEqual(1394, told["frames"])

    def test_probe_lists_the_cameras_of_this_machine(self):
        outcome = lynceus("probe", "v4l2:")
        self.assertEqual(0, outcome.code, str(outcome))
        devices = sorted(str(path) for path in pathlib.Path("/dev").glob("video*"))
        lines = outcome.out.strip().splitlines()
        self.assertEqual(devices or ["no camera is plugged in here, or none was given to this container"],
                         [line.split(":")[0] for line in lines])

    def test_probe_refuses_what_is_no_video(self):
        outcome = lynceus("probe", clip("audio.mp4", "-f", "lavfi", "-i", "sine=d=1"))
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertEqual(1, len(outcome.err.strip().splitlines()))

    def test_probe_refuses_a_file_that_is_not_there_as_json_too(self):
        self.assertEqual(3, lynceus("probe", self.path("gone.mp4"), "--json").code)


class Doctor(LynceusTest):
    def test_doctor_names_the_devices_and_what_is_missing(self):
        outcome = lynceus("doctor")
        self.assertEqual(0, outcome.code, str(outcome))
        for word in ("device cpu", "device cuda", "inference", "default model"):
            self.assertIn(word, outcome.out)

    def test_doctor_says_it_as_json(self):
        outcome = lynceus("doctor", "--json")
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertTrue(json.loads(outcome.out))


class Configuration(LynceusTest):
    def setUp(self):
        super().setUp()
        self.config = self.file("cameras.yaml", "version: 1\ncameras:\n  - id: gate\n"
                                f"    source: \"rtsp://user:hunter2@127.0.0.1/main\"\n  - id: road\n    source: {CARS}\n")

    def test_check_accepts_a_good_configuration(self):
        outcome = lynceus("config", "check", self.config)
        self.assertEqual(0, outcome.code, str(outcome))

    def test_check_accepts_the_example(self):
        self.assertEqual(0, lynceus("config", "check", ROOT / "examples/three-cameras.yaml").code)

    def test_check_lists_every_mistake_with_its_place(self):
        bad = self.file("bad.yaml", "version: 1\ndevise: cpu\ndetector: {score: high}\n")
        outcome = lynceus("config", "check", bad)
        self.assertEqual(2, outcome.code)
        self.assertIn(f"{bad}:2:1: devise: unknown key", outcome.err)
        self.assertIn(f"{bad}:3:19: detector.score", outcome.err)

    def test_show_fills_in_defaults_and_hides_passwords(self):
        outcome = lynceus("config", "show", self.config)
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertIn("tracker:", outcome.out)
        self.assertNotIn("hunter2", outcome.out + outcome.err)

    def test_schema_is_a_json_schema_of_the_format(self):
        outcome = lynceus("config", "schema")
        self.assertEqual(0, outcome.code)
        schema = json.loads(outcome.out)
        self.assertIn("$schema", schema)
        self.assertIn("cameras", schema["properties"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
