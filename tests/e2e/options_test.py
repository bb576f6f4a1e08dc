#!/usr/bin/python3
"""Flags of `run`, secrets, several cameras, configurations, live cameras."""
import json
import pathlib
import shutil
import time
import unittest

from lynceus import (BOTTLES, CARS, MODEL, PERSONS, ROOT, LynceusTest, Running, ffprobe_times, lines_in, lynceus,
                     needs_rtsp_server, records, start_of, wait_until)


class Flags(LynceusTest):
    def test_seconds_end_a_run_that_would_go_on(self):
        began = time.monotonic()
        outcome = self.run_well("--source", start_of(CARS, 60), "--model", "none", "--loop", "--seconds", "1", "--json")
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertGreater(outcome.summary["seconds"], 0.9)
        self.assert_accounts_close(outcome.camera)

    def test_loop_goes_on_by_the_duration_and_numbers_run_on(self):
        lines, video, source = self.path("out.jsonl"), self.path("out.mp4"), start_of(CARS, 50)
        with Running("run", "--source", source, "--model", "none", "--loop", "--detections", lines, "--out", video,
                     "--json") as run:
            wait_until(lambda: lines_in(lines) > 120, "two passes are written")
            run.interrupt()
            self.assertEqual(130, run.end().code)
        found, once = records(lines), [float(t) for t in ffprobe_times(source)]
        duration = 50 * 2 / 25  # 12.5 frames a second
        self.assertEqual(list(range(len(found))), [line["frame"] for line in found])
        for number, line in enumerate(found):
            expected = once[number % 50] + number // 50 * duration
            self.assertAlmostEqual(expected, line["pts"], delta=2e-4, msg=f"frame {number}")
        self.assertEqual([line["pts"] for line in found], [float(t) for t in ffprobe_times(video)])

    def test_realtime_plays_at_the_clips_own_pace(self):
        outcome = self.run_well("--source", start_of(CARS, 25), "--model", "none", "--realtime", "--json")
        self.assertGreater(outcome.summary["seconds"], 1.7)  # 25 frames at 12.5 a second: 1.92 s from first to last
        self.assertEqual(25, outcome.camera["frames_in"])
        self.assert_accounts_close(outcome.camera)

    def test_frames_that_are_not_inferred_say_so_and_the_accounts_close(self):
        lines = self.path("out.jsonl")
        outcome = self.run_well("--source", start_of(PERSONS, 30), "--model", MODEL, "--set", "detector.every=3",
                                "--detections", lines, "--json")
        found = records(lines)
        self.assertEqual([n % 3 != 0 for n in range(30)], ["skipped" in line for line in found])
        self.assertEqual({"every"}, {line["skipped"] for line in found if "skipped" in line})
        self.assertFalse(any("skipped" in line and "detections" in line for line in found))
        self.assertEqual({"every": 20}, outcome.camera["skipped"])
        self.assert_accounts_close(outcome.camera)

    def test_scores_by_label_and_regions_pick_from_what_is_listed_without_them(self):
        def detections(*settings):
            lines = self.path("out.jsonl")
            self.run_well("--source", start_of(CARS, 377), "--model", MODEL, "--detections", lines,
                          *(a for setting in settings for a in ("--set", setting)))
            return [line["detections"] for line in records(lines)]

        def stands_left_below(box):
            return (box[0] + box[2]) / 2 <= 768 * 0.5 and box[3] >= 432 * 0.6

        everything = detections()
        picked = detections("detector.scores={car: 0.6}", "detector.regions=[[[0, 0.6], [0.5, 0.6], [0.5, 1], [0, 1]]]")
        expected = [[d for d in frame if stands_left_below(d["box"]) and (d["label"] != "car" or d["score"] >= 0.6)]
                    for frame in everything]
        self.assertEqual(expected, picked)
        self.assertTrue(0 < sum(map(len, picked)) < sum(map(len, everything)))
        refused = lynceus("run", "--source", CARS, "--model", MODEL, "--set", "detector.scores={unicorn: 0.5}")
        self.assertEqual(2, refused.code, str(refused))
        self.assertIn("detector.scores: the model has no class", refused.err)

    def test_motion_finds_the_cars_and_says_the_same_again(self):
        runs = []
        for name in ("once.jsonl", "again.jsonl"):
            lines, video = self.path(name), self.path("motion.mp4")
            outcome = self.run_well("--source", start_of(CARS, 120), "--model", "motion", "--detections", lines, "--out",
                                    video, "--strict", "--json")
            self.assert_accounts_close(outcome.camera)
            self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"])
            self.assertLessEqual(outcome.summary["transfers"]["out"]["boxes"], 8192 * 120)
            self.assertEqual(120, len(ffprobe_times(video)))
            runs.append(lines.read_bytes())
        self.assertEqual(runs[0], runs[1])
        found = [line["detections"] for line in records(self.path("once.jsonl"))]
        self.assertFalse(any(found[:50]), "the road is empty, then learnt")
        whole = max((d for frame in found for d in frame), key=lambda d: d["box"][3] - d["box"][1])
        self.assertEqual("motion", whole["label"])
        self.assertGreater(whole["box"][3] - whole["box"][1], 250)  # a car fills half of the picture's 432 rows
        self.assertTrue(any("track" in d for frame in found for d in frame))

    def test_motion_has_no_input_tensor_to_write(self):
        outcome = lynceus("run", "--source", CARS, "--model", "motion", "--set", f"outputs.tensors={self.path('t')}")
        self.assertEqual(2, outcome.code, str(outcome))
        self.assertIn("outputs.tensors: model motion has no input tensor", outcome.err)

    def test_summary_writes_what_json_prints(self):
        path = self.path("summary.json")
        outcome = self.run_well("--source", start_of(CARS, 30), "--model", "none", "--json", "--summary", path)
        self.assertEqual(outcome.summary, json.loads(path.read_text(encoding="utf-8")))
        for key in ("version", "device", "residency", "seconds", "cpu_seconds", "cpu_cores", "cameras", "transfers",
                    "memory", "stages", "violations"):
            self.assertIn(key, outcome.summary)
        self.assertEqual("boundary", outcome.summary["residency"])

    def test_mot_lists_the_tracks_that_the_lines_name(self):
        mot, lines = self.path("out.txt"), self.path("out.jsonl")
        self.run_well("--source", start_of(BOTTLES, 60), "--model", MODEL, "--mot", mot, "--detections", lines)
        rows = [row.split(",") for row in mot.read_text(encoding="utf-8").split()]
        self.assertTrue(rows)
        self.assertEqual({10}, {len(row) for row in rows})
        ids = {d["track"] for line in records(lines) for d in line["detections"] if "track" in d}
        self.assertTrue(ids)
        self.assertLessEqual(ids, {int(row[1]) for row in rows})
        self.assertGreaterEqual(min(int(row[0]) for row in rows), 1, "MOTChallenge counts frames from 1")

    def test_detections_go_to_stdout_for_a_dash(self):
        outcome = self.run_well("--source", start_of(CARS, 30), "--model", "none", "--detections", "-")
        lines = [json.loads(line) for line in outcome.out.splitlines() if line.startswith("{")]
        self.assertEqual(list(range(30)), [line["frame"] for line in lines])


class Names(LynceusTest):
    def names(self, *arguments, **options):
        outcome = self.run_well(*arguments, "--model", "none", "--json", **options)
        return [camera["name"] for camera in outcome.summary["cameras"]]

    def test_a_source_may_have_a_name_in_front(self):
        self.assertEqual(["gate"], self.names("--source", f"gate={start_of(CARS, 30)}"))

    def test_a_source_without_a_name_takes_its_files(self):
        self.assertEqual(["car-detection-30"], self.names("--source", start_of(CARS, 30)))

    def test_sources_come_from_a_file_without_its_comments(self):
        listed = self.file("sources.txt", f"# cameras\ngate={start_of(CARS, 30)}\n\nyard={start_of(BOTTLES, 30)}\n")
        self.assertEqual(["gate", "yard"], self.names("--source-file", listed))

    def test_a_source_comes_from_the_environment(self):
        self.assertEqual(["gate"], self.names(env={"LYNCEUS_SOURCE": f"gate={start_of(CARS, 30)}"}))

    def test_each_camera_has_its_own_video_and_tracks(self):
        self.names("--source", f"a={start_of(CARS, 30)}", "--source", f"b={start_of(BOTTLES, 40)}", "--out",
                   self.path("{camera}.mp4"), "--detections", self.path("all.jsonl"))
        self.assertEqual(30, len(ffprobe_times(self.path("a.mp4"))))
        self.assertEqual(40, len(ffprobe_times(self.path("b.mp4"))))
        self.assertEqual(70, lines_in(self.path("all.jsonl")))


class Secrets(LynceusTest):
    def test_a_password_in_an_argument_shows_neither_in_ps_nor_in_the_log(self):
        source = "rtsp://user:hunter2@127.0.0.1:9/main"
        with Running("run", "--source", source, "--source", f"cars={CARS}", "--model", "none", "--loop", "--json") as run:
            listed = pathlib.Path(f"/proc/{run.process.pid}/cmdline")
            wait_until(lambda: b"***" in listed.read_bytes(), "the password is gone from the arguments")
            self.assertNotIn(b"hunter2", listed.read_bytes())
            time.sleep(0.5)
            run.interrupt()
            outcome = run.end()
        self.assertNotIn("hunter2", outcome.out + outcome.err)

    def test_a_password_shows_in_no_error(self):
        outcome = lynceus("run", "--source", "rtsp://user:hunter2@127.0.0.1:9/main", "--model", "none")
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertIn("127.0.0.1", outcome.err)
        self.assertNotIn("hunter2", outcome.out + outcome.err)


class Configured(LynceusTest):
    def example(self):
        text = (ROOT / "examples/three-cameras.yaml").read_text(encoding="utf-8").replace("../models", str(ROOT / "models"))
        for sample in (PERSONS, CARS, BOTTLES):
            text = text.replace(f"../samples/{sample.name}", str(start_of(sample, 40)))
        return self.file("three.yaml", text)

    def test_the_example_runs_three_cameras_with_paths_relative_to_it(self):
        outcome = self.run_well(self.example(), "--json", cwd="/")
        self.assertEqual(["entrance", "road", "shelf"], [c["name"] for c in outcome.summary["cameras"]])
        for camera in outcome.summary["cameras"]:
            self.assertEqual(40, camera["frames_in"])
            self.assert_accounts_close(camera)
        self.assertEqual(120, lines_in(self.path("three-cameras.jsonl")))
        labels = {line["camera"]: {d["label"] for d in line["detections"]}
                  for line in records(self.path("three-cameras.jsonl")) if line.get("detections")}
        self.assertLessEqual(labels.get("entrance", set()), {"person"})
        self.assertEqual(40, len(ffprobe_times(self.path("three-cameras-road.mp4"))))
        self.assertFalse(self.path("three-cameras-shelf.mp4").exists())

    def test_a_flag_changes_what_the_configuration_says(self):
        self.run_well(self.example(), "--model", "none", "--detections", self.path("mine.jsonl"), "--set",
                      "outputs.video=\"\"")
        self.assertEqual(120, lines_in(self.path("mine.jsonl")))
        self.assertEqual([], list(self.folder.glob("*.mp4")))


class LiveCamera(LynceusTest):
    @classmethod
    def setUpClass(cls):
        needs_rtsp_server()

    def test_a_camera_gives_frames_until_the_seconds_are_over(self):
        lines, video = self.path("out.jsonl"), self.path("out.mp4")
        address = self.serve_camera()
        outcome = self.run_well("--source", f"gate=rtsp://{address}", "--model", "none", "--seconds", "4", "--detections",
                                lines, "--out", video, "--json")
        found = records(lines)
        self.assertGreater(len(found), 10, str(outcome))
        self.assertEqual(list(range(len(found))), [line["frame"] for line in found])
        times = [line["pts"] for line in found]
        self.assertEqual(0, times[0])
        self.assertEqual(sorted(set(times)), times, "the pts of a camera only grows")
        self.assertTrue(ffprobe_times(video))
        self.assertLess(outcome.summary["seconds"], 8)
        self.assert_accounts_close(outcome.camera)

    def test_a_camera_with_a_password_gives_frames_and_the_password_stays_hidden(self):
        address = self.serve_camera("--user", "viewer", "--password", "hunter2")
        outcome = self.run_well("--source", f"rtsp://viewer:hunter2@{address}", "--model", "none", "--seconds", "3", "--json")
        self.assertGreater(outcome.camera["frames_processed"], 0)
        self.assertNotIn("hunter2", outcome.out + outcome.err)

    def test_a_wrong_password_is_refused(self):
        address = self.serve_camera("--user", "viewer", "--password", "hunter2")
        outcome = lynceus("run", "--source", f"rtsp://viewer:wrong@{address}", "--model", "none")
        self.assertEqual(3, outcome.code, str(outcome))
        self.assertNotIn("wrong@", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
