#!/usr/bin/python3
"""Detections, tracks and evaluation files: what they hold agrees, twice the same, and survives every end."""
import json
import pathlib
import shutil
import signal
import tempfile
import unittest

from lynceus import BOTTLES, CARS, MODEL, PERSONS, LynceusTest, Running, lines_in, lynceus, records, start_of, wait_until

OUTPUT, INTERRUPTED = 6, 130


class RecordsTest(LynceusTest):
    def settings(self, **outputs):
        return [part for key, value in outputs.items() for part in ("--set", f"outputs.{key}={value}")]

    def kitti_files(self, folder="kitti"):
        return sorted(path.name for path in self.path(folder).iterdir())


class Agreement(RecordsTest):
    """One run, and every file says of the same boxes what the lines say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="lynceus-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.outcomes = [cls.run_into(cls.shared / name) for name in ("first", "second")]

    @classmethod
    def run_into(cls, folder):
        folder.mkdir()
        outputs = {"coco": "out.json", "kitti": "kitti", "kitti_tracks": "kitti_tracks", "mot": "out.txt",
                   "detections": "out.jsonl"}
        settings = [part for key, name in outputs.items() for part in ("--set", f"outputs.{key}={folder / name}")]
        return lynceus("run", "--source", start_of(BOTTLES, 60), "--model", MODEL, *settings)

    def setUp(self):
        super().setUp()
        for outcome in self.outcomes:
            self.assertEqual(0, outcome.code, str(outcome))
        self.first = self.shared / "first"
        self.lines = records(self.first / "out.jsonl")
        self.assertGreater(sum(len(line["detections"]) for line in self.lines), 30)

    def test_two_runs_write_the_same_bytes_in_every_file(self):
        trees = [{path.relative_to(self.shared / name): path.read_bytes() for path in (self.shared / name).rglob("*")
                  if path.is_file()} for name in ("first", "second")]
        self.assertEqual(3 + 2 * 60, len(trees[0]))
        self.assertEqual(trees[0], trees[1])

    def test_coco_results_are_the_lines_boxes_with_cocos_categories(self):
        expected = []
        for line in self.lines:
            for found in line["detections"]:
                left, top, right, bottom = found["box"]
                expected.append((line["frame"], found["label"], left, top, right - left, bottom - top, found["score"]))
        results = json.loads((self.first / "out.json").read_text(encoding="utf-8"))
        self.assertEqual(len(expected), len(results))
        ids = {"person": 1, "car": 3, "truck": 8, "chair": 62, "bottle": 44, "cup": 47, "vase": 86, "sports ball": 37,
               "wine glass": 46, "tie": 32, "cell phone": 77, "tvmonitor": 72, "refrigerator": 82}
        for (frame, label, *box, score), result in zip(expected, results):
            self.assertEqual({"image_id", "category_id", "bbox", "score"}, set(result))
            self.assertEqual((frame, score), (result["image_id"], result["score"]))
            if label in ids:
                self.assertEqual(ids[label], result["category_id"], label)
            for ours, theirs in zip(result["bbox"], box):
                self.assertAlmostEqual(ours, theirs, delta=0.0101)  # both are rounded
        self.assertIn(44, {result["category_id"] for result in results})

    def test_kitti_files_are_the_lines_boxes(self):
        for line in self.lines:
            rows = (self.first / f"kitti/00_000_{line['frame']:06}.txt").read_text(encoding="utf-8").splitlines()
            self.assertEqual(len(line["detections"]), len(rows))
            for row, found in zip(rows, line["detections"]):
                words = row.split(" ")
                self.assertEqual(16, len(words), row)
                self.assertEqual(found["label"].replace(" ", "_"), words[0])
                self.assertEqual(["0.0", "0", "0.0"], words[1:4])
                self.assertEqual(["0.0"] * 7, words[8:15])
                for number, box in zip(words[4:8], found["box"]):
                    self.assertAlmostEqual(float(number), box, delta=0.0051)
                self.assertAlmostEqual(float(words[15]), found["score"], delta=0.00006)

    def test_kitti_files_of_tracks_name_the_lines_tracks(self):
        tracked = 0
        for line in self.lines:
            rows = (self.first / f"kitti_tracks/00_000_{line['frame']:06}.txt").read_text(encoding="utf-8").splitlines()
            expected = [(d["label"].replace(" ", "_"), str(d["track"])) for d in line["detections"] if "track" in d]
            self.assertEqual(expected, [tuple(row.split(" ")[:2]) for row in rows])
            tracked += len(rows)
        self.assertGreater(tracked, 20)


class Choice(RecordsTest):
    def test_only_frames_with_something_in_them_are_listed(self):
        for name, only in (("all.jsonl", "all"), ("some.jsonl", "nonempty")):
            self.run_well("--source", start_of(PERSONS, 60), "--model", MODEL, "--detections", self.path(name),
                          *self.settings(only=only))
        every, some = records(self.path("all.jsonl")), records(self.path("some.jsonl"))
        self.assertEqual([line for line in every if line["detections"]], some)
        self.assertTrue(0 < len(some) < len(every), f"{len(some)} of {len(every)}")

    def test_two_cameras_share_a_kitti_folder_by_number(self):
        self.run_well("--source", f"a={start_of(CARS, 5)}", "--source", f"b={start_of(CARS, 7)}", "--model", MODEL,
                      *self.settings(kitti=self.path("kitti")))
        self.assertEqual([f"00_000_{n:06}.txt" for n in range(5)] + [f"00_001_{n:06}.txt" for n in range(7)],
                         self.kitti_files())

    def test_detections_rotate_by_size_in_whole_lines_and_lose_none(self):
        lines = self.path("out.jsonl")
        self.run_well("--source", start_of(CARS, 60), "--model", "none", "--detections", lines,
                      "--set", "outputs.rotate={size: 1KB, keep: 99}")
        files = sorted(self.folder.glob("out.jsonl.*"), key=lambda path: -int(path.suffix[1:])) + [lines]
        self.assertGreater(len(files), 3)
        self.assertTrue(all(0 < path.stat().st_size <= 1000 for path in files))
        self.assertEqual(list(range(60)), [line["frame"] for path in files for line in records(path)])


class Ends(RecordsTest):
    def start(self, *settings):
        self.lines = self.path("out.jsonl")
        return Running("run", "--source", BOTTLES, "--model", MODEL, "--loop", "--detections", self.lines, *settings)

    def all_outputs(self):
        return self.settings(coco=self.path("out.json"), kitti=self.path("kitti"), mot=self.path("out.txt"))

    def assert_whole(self):
        json.loads(self.path("out.json").read_text(encoding="utf-8"))
        for name in self.kitti_files():
            if name.endswith(".txt"):
                rows = self.path("kitti").joinpath(name).read_text(encoding="utf-8").split("\n")
                self.assertEqual("", rows[-1])
                self.assertTrue(all(len(row.split(" ")) == 16 for row in rows[:-1]), name)

    def test_ctrl_c_leaves_whole_files_of_every_kind(self):
        with self.start(*self.all_outputs()) as run:
            wait_until(lambda: lines_in(self.lines) >= 20, "20 lines are written")
            run.interrupt()
            self.assertEqual(INTERRUPTED, run.end().code)
        self.assert_whole()
        self.assertEqual(self.assert_whole_lines(self.lines), len(self.kitti_files()))

    def test_sigkill_leaves_whole_files_of_every_kind(self):
        with self.start(*self.all_outputs()) as run:
            wait_until(lambda: lines_in(self.lines) >= 20, "20 lines are written")
            run.kill()
            self.assertEqual(-signal.SIGKILL, run.end().code)
        self.assert_whole()
        self.assertGreaterEqual(len(self.kitti_files()), 19)

    def test_a_folder_that_goes_away_ends_the_run_with_6_and_its_name(self):
        with self.start(*self.settings(kitti=self.path("kitti"))) as run:
            wait_until(lambda: lines_in(self.lines) >= 5, "5 lines are written")
            self.path("kitti").rename(self.path("elsewhere"))
            outcome = run.end()
        self.assertEqual(OUTPUT, outcome.code, str(outcome))
        self.assertIn("kitti", outcome.err)

    def test_a_file_that_is_deleted_while_it_is_written_ends_the_run_with_6(self):
        with self.start() as run:
            wait_until(lambda: lines_in(self.lines) >= 5, "5 lines are written")
            self.lines.unlink()
            run.interrupt()
            outcome = run.end()
        self.assertEqual(OUTPUT, outcome.code, str(outcome))
        self.assertIn("was deleted", outcome.err)

    def test_places_that_cannot_be_written_are_refused_with_6(self):
        blocked = self.file("file", "")
        for key, place in (("coco", "gone/out.json"), ("coco", "/dev/full"), ("kitti", "gone/kitti"),
                           ("kitti_tracks", "gone/kitti"), ("kitti", blocked)):
            with self.subTest(f"{key} {place}"):
                outcome = lynceus("run", "--source", start_of(CARS, 5), "--model", "none",
                                  *self.settings(**{key: self.folder / place}))
                self.assertEqual(OUTPUT, outcome.code, str(outcome))
                self.assertEqual(1, len(outcome.err.strip().splitlines()), outcome.err)
                self.assertIn(str(self.folder / place), outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
