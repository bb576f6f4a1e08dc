#!/usr/bin/python3
"""The main job: real video to detections, tracks and annotated video, on the cpu device."""
import unittest

from lynceus import (BATCHED_MODEL, BOTTLES, CARS, MODEL, PERSONS, LynceusTest, clip, ffprobe_times, pts_in_text,
                     records, start_of)


class MainJob(LynceusTest):
    def test_the_whole_person_clip_gives_each_frame_a_line_a_picture_and_its_exact_time(self):
        lines, video = self.path("out.jsonl"), self.path("out.mp4")
        outcome = self.run_well("--source", PERSONS, "--model", MODEL, "--out", video, "--detections", lines, "--json")
        summary, camera = outcome.summary, outcome.camera
        found = records(lines)
        times = ffprobe_times(PERSONS)

        self.assertEqual(1394, len(found))
        self.assertEqual(list(range(1394)), [line["frame"] for line in found])
        self.assertEqual(list(range(1394)), [line["seq"] for line in found])
        self.assertEqual(times, pts_in_text(lines))
        self.assertEqual(times, ffprobe_times(video))
        self.assertEqual([1394] * 3, [camera[key] for key in ("frames_in", "frames_decoded", "frames_processed")])
        self.assert_accounts_close(camera)
        self.assertEqual(0, summary["transfers"]["host_pixel_bytes"])
        self.assertEqual(0, summary["memory"]["allocations_after_warmup"])
        self.assertEqual(0, summary["violations"])
        self.assertTrue(any("track" in d for line in found for d in line["detections"]), "nobody was tracked")

    def test_a_scene_that_grows_hard_to_encode_needs_no_more_memory_after_warm_up(self):
        # Black at its own pace: the encoder waits for pictures. Then noise: pictures wait for the encoder.
        source = clip("harder.mp4", "-f", "lavfi", "-i", "color=black:s=640x360:r=50:d=1.6", "-f", "lavfi", "-i",
                      "color=gray:s=640x360:r=50:d=0.6,noise=alls=100:allf=t", "-filter_complex",
                      "[0][1]concat,format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast")
        outcome = self.run_well("--source", source, "--model", "none", "--out", self.path("out.mp4"), "--realtime",
                                "--set", "outputs.preset=slower", "--json")
        self.assertEqual(0, outcome.summary["memory"]["allocations_after_warmup"])


class SameAgain(LynceusTest):
    """Two runs over files write the same bytes."""

    def bytes_of_run(self, number, sources, detections, model):
        folder = self.path(str(number))
        folder.mkdir()
        arguments = [a for source in sources for a in ("--source", source)]
        self.run_well(*arguments, "--model", model, "--detections", folder / detections)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def assert_same_twice(self, sources, detections, model=MODEL):
        first, second = (self.bytes_of_run(n, sources, detections, model) for n in (1, 2))
        self.assertTrue(all(first.values()))
        self.assertEqual(first, second)
        return first

    def three(self):
        return [start_of(PERSONS, 90), start_of(CARS, 90), start_of(BOTTLES, 60)]

    def test_two_runs_over_one_source_write_the_same_bytes(self):
        self.assert_same_twice([start_of(PERSONS, 120)], "out.jsonl")

    def test_two_runs_over_one_source_in_batches_of_eight_write_the_same_bytes(self):
        self.assert_same_twice([start_of(PERSONS, 121)], "out.jsonl", BATCHED_MODEL)

    def test_two_runs_over_three_sources_at_once_write_the_same_bytes_a_camera(self):
        files = self.assert_same_twice(self.three(), "{camera}.jsonl")
        self.assertEqual(3, len(files))

    def test_two_runs_over_three_sources_in_batches_of_eight_write_the_same_bytes_a_camera(self):
        self.assert_same_twice(self.three(), "{camera}.jsonl", BATCHED_MODEL)

    def test_a_shared_file_holds_each_cameras_lines_in_order_and_the_same_in_two_runs(self):
        def by_camera(number):
            (shared,) = self.bytes_of_run(number, self.three(), "all.jsonl", BATCHED_MODEL).values()
            cameras = {}
            for line in shared.splitlines():
                cameras.setdefault(line.split(b'"camera":"')[1].split(b'"')[0], []).append(line)
            return cameras

        first, second = by_camera(1), by_camera(2)
        self.assertEqual(first, second)
        self.assertEqual([60, 90, 90], sorted(map(len, first.values())))
        for camera in first:
            frames = [line["frame"] for line in records(self.path("1/all.jsonl")) if line["camera"] == camera.decode()]
            self.assertEqual(list(range(len(frames))), frames)


if __name__ == "__main__":
    unittest.main(verbosity=2)
