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


class Migrate(LynceusTest):
    def setUp(self):
        super().setUp()
        self.old = self.file("old.json", json.dumps({
            "cameras": {"RTSP_STREAMS": [{"name": "Gate", "url": "rtsp://user:hunter2@127.0.0.1/main"}],
                        "VIDEO_FILES": [str(CARS), "yard.mp4"]},
            "models": {"TARGET_CLASSES": [0, 2], "DEVICE": "cpu"},
            "processing": {"USE_UNIFIED_GPU_PIPELINE": True, "MAX_QUEUE_SIZE": 20}}))

    def test_what_was_migrated_passes_the_check_and_keeps_its_password_out_of_sight(self):
        new = self.path("new.yaml")
        outcome = lynceus("config", "migrate", self.old, "--out", new)
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertNotIn("hunter2", outcome.out + outcome.err)
        self.assertEqual(0o600, new.stat().st_mode & 0o777)
        shown = lynceus("config", "show", new).out
        self.assertIn('classes: ["person", "car"]', shown)
        self.assertIn(f'source: "{self.path("yard.mp4")}"', shown)
        fates = {line.split()[0]: line.split()[1] for line in outcome.err.splitlines()}
        self.assertEqual(("kept", "dropped", "renamed"), (fates["processing.USE_UNIFIED_GPU_PIPELINE"],
                                                          fates["processing.MAX_QUEUE_SIZE"], fates["models.DEVICE"]))

    def test_without_a_name_the_configuration_goes_to_stdout(self):
        outcome = lynceus("config", "migrate", self.old)
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertTrue(outcome.out.startswith("version: 1\n"), outcome.out)
        self.assertIn("hunter2", outcome.out)

    def test_files_are_found_from_another_folder(self):
        folder = self.path("etc")
        folder.mkdir()
        self.assertEqual(0, lynceus("config", "migrate", self.old, "--out", folder / "new.yaml").code)
        self.assertIn(f'source: "{self.path("yard.mp4")}"', lynceus("config", "show", folder / "new.yaml").out)

    def test_machines_get_the_report_as_json(self):
        outcome = lynceus("config", "migrate", self.old, "--json", "--out", self.path("new.yaml"))
        self.assertEqual(0, outcome.code, str(outcome))
        report = json.loads(outcome.out)
        self.assertEqual((3, ""), (report["cameras"], outcome.err))
        self.assertNotIn("hunter2", outcome.out)
        self.assertIn({"key": "models.DEVICE", "fate": "renamed", "now": "device", "why": ""}, report["keys"])

    def test_refusals_name_the_place_and_write_nothing_over(self):
        bad = self.file("bad.json", '{"app": 1,\n "x" 2}')
        self.assertIn(f"{bad}:2:6: is no JSON here", lynceus("config", "migrate", bad).err)
        there = self.file("there.yaml", "mine")
        for arguments, code, word in (((bad,), 2, "bad.json"), ((self.old, "--out", there), 2, "is there already"),
                                      ((self.old, "--json"), 2, "--out"), ((self.path("gone.json"),), 2, "gone.json"),
                                      ((self.old, "--out", self.path("no/folder.yaml")), 6, "cannot be written")):
            outcome = lynceus("config", "migrate", *arguments)
            self.assertEqual(code, outcome.code, str(outcome))
            self.assertIn(word, outcome.err)
        self.assertEqual("mine", there.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
