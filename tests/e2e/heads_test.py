#!/usr/bin/python3
"""Models beside plain detectors, from their outputs to records and pictures, against heads_oracle.py.

The models are tiny_models.py's: they see something else in each picture and always about the same.
"""
import unittest

import heads_oracle
from derived_clips import DERIVED
from lynceus import PERSONS, LynceusTest, clip, ffprobe_times, lynceus, records, start_of
from tiny_models import Output, slots_in, write_card, write_onnx

SIDE = 256
WIDTH, HEIGHT = 768, 432
MIDDLE = SIDE * SIDE // 2  # of the red plane: the picture, not its padding
FRAMES = 12
# COCO's 17 points of somebody who stands, in shares of the box.
STANDING = [(.5, .08), (.55, .05), (.45, .05), (.62, .08), (.38, .08), (.75, .25), (.25, .25), (.9, .42), (.1, .42),
            (.95, .58), (.05, .58), (.68, .55), (.32, .55), (.7, .75), (.3, .75), (.7, .95), (.3, .95)]


def by_channel(rows):
    return [row[channel] for channel in range(len(rows[0])) for row in rows]


def person(cx, cy, w, h, score):
    """One anchor of a pose model of one class; the left wrist is out of sight."""
    row = [cx, cy, w, h, score]
    for number, (x, y) in enumerate(STANDING):
        row += [cx + (x - .5) * w, cy + (y - .5) * h, 0.0 if number == 9 else 0.9]
    return row


class Heads(LynceusTest):
    def given_model(self, head, labels, outputs, more=""):
        onnx = write_onnx(self.path("model.onnx"), SIDE, outputs)
        return write_card(self.path("model.yaml"), onnx, head, labels, SIDE, more)

    def run_model(self, card, source, *arguments):
        """Records, the input slots that the model saw, and the run's outcome, in which what left the device is theirs alone."""
        lines, tensors = self.path("out.jsonl"), self.path("tensors.raw")
        outcome = self.run_well("--source", source, "--model", card, "--detections", lines, "--set",
                                f"outputs.tensors={tensors}", "--set", "detector.known_answer=0s", "--json", *arguments)
        return records(lines), list(slots_in(tensors, SIDE)), outcome

    def assert_close(self, expected, found, delta, what):
        self.assertEqual(len(expected), len(found), what)
        for a, b in zip(expected, found):
            self.assertAlmostEqual(a, b, delta=delta, msg=f"{what}: {expected} and not {found}")

    def assert_detections(self, expected, found, frame):
        self.assertEqual([d["class"] for d in expected], [d["class"] for d in found], frame)
        for one, other in zip(expected, found):
            self.assert_close(one["box"], other["box"], 0.02, f"box in frame {frame}")
            self.assertAlmostEqual(one["score"], other["score"], delta=2e-4)


class Pose(Heads):
    CHANNELS, ANCHORS = 5 + 51, 4

    def output(self):
        rows = [person(80, 128, 40, 100, .6), person(82, 129, 40, 100, .5), person(180, 120, 60, 120, .45),
                person(20, 70, 10, 20, .05)]
        scales = [[4, 4, 2, 2, .3] + [6, 6, .1] * 17] * 2 + [[3, 2, 1, 1, .3] + [2, 2, -.2] * 17] + [[0] * 56]
        return Output("output0", [self.CHANNELS, self.ANCHORS], by_channel(rows), by_channel(scales), MIDDLE)

    def check(self, source, *arguments):
        output = self.output()
        card = self.given_model("yolov8-pose", ["person"], [output], "keypoints: {count: 17}\n")
        found, slots, outcome = self.run_model(card, source, *arguments)
        self.assertEqual(len(slots), len(found))
        box = heads_oracle.Letterbox(SIDE, WIDTH, HEIGHT)
        places = set()
        for line, slot in zip(found, slots):
            expected = heads_oracle.pose(output.of(slot), box, self.CHANNELS, 1, self.ANCHORS, 17)
            expected = [d for d in expected if d["score"] >= 0.3]
            self.assertEqual(2, len(expected), "the model sees two persons")
            self.assert_detections(expected, line["detections"], line["frame"])
            for one, other in zip(expected, line["detections"]):
                for point, seen in zip(one["keypoints"], other["keypoints"], strict=True):
                    self.assert_close(point[:2], seen[:2], 0.02, f"place in frame {line['frame']}")
                    self.assertAlmostEqual(min(max(point[2], 0), 1), seen[2], delta=2e-4)
            places.add(str(line["detections"]))
        self.assertGreater(len(places), len(found) // 2, "what it sees does not depend on the picture")
        return outcome

    def test_keypoints_are_those_of_an_independent_decoder(self):
        video = self.path("out.mp4")
        outcome = self.check(start_of(PERSONS, FRAMES), "--out", video)
        self.assertEqual(FRAMES, len(ffprobe_times(video)))
        self.assertEqual(FRAMES * 2 * 17 * 8, outcome.summary["transfers"]["out"]["keypoints"])

    def test_keypoints_are_upright_in_a_turned_clip(self):
        self.check(DERIVED["turned-left"]().path)

    def test_add_and_test_read_a_pose_model_and_draw_it_on_a_picture(self):
        onnx = write_onnx(self.path("pose.onnx"), SIDE, [self.output()],
                          [("task", "pose"), ("kpt_shape", "[17, 3]"), ("names", "{0: 'person'}")])
        added = lynceus("model", "add", onnx)
        self.assertEqual(0, added.code, str(added))
        self.assertIn("17 keypoints of 3 values", added.out)
        drawn = self.path("drawn.jpg")
        tested = lynceus("model", "test", self.path("pose.yaml"), clip("person.jpg", "-i", PERSONS, "-frames:v", "1"),
                         "--out", drawn)
        self.assertEqual(0, tested.code, str(tested))
        self.assertEqual(2 * 17, tested.out.count("  keypoint "))
        self.assertTrue(drawn.read_bytes().startswith(b"\xff\xd8"))

    def test_a_graph_of_nhwc_is_added_tested_and_finds_the_same(self):
        picture = clip("person.jpg", "-i", PERSONS, "-frames:v", "1")
        told, found = [], []
        for name, last in (("nchw", False), ("nhwc", True)):
            onnx = write_onnx(self.path(f"{name}.onnx"), SIDE, [self.output()],
                              [("task", "pose"), ("kpt_shape", "[17, 3]"), ("names", "{0: 'person'}")], channels_last=last)
            self.assertEqual(0, lynceus("model", "add", onnx).code)
            card = self.path(f"{name}.yaml")
            self.assertIn(f"layout: {name}", card.read_text(encoding="utf-8"))
            tested = lynceus("model", "test", card, picture, "--out", self.path("drawn.jpg"))
            self.assertEqual(0, tested.code, str(tested))
            told.append(tested.out.splitlines()[:-1])
            lines = self.path(f"{name}.jsonl")
            self.run_well("--source", start_of(PERSONS, FRAMES), "--model", card, "--detections", lines)
            found.append(records(lines))
        self.assertEqual(told[0], told[1])
        self.assertEqual(found[0], found[1])
        self.assertEqual(FRAMES, len([line for line in found[0] if len(line["detections"]) == 2]))



class Segmentation(Heads):
    CLASSES, PROTOTYPES, ANCHORS, GRID = 2, 3, 4, 64

    def outputs(self):
        # Prototypes: a disc around (80, 128), a slope from left to right, and one everywhere that follows the picture.
        cell = SIDE / self.GRID
        places = [((c + .5) * cell, (r + .5) * cell) for r in range(self.GRID) for c in range(self.GRID)]
        disc = [1 - (((x - 80) / 22) ** 2 + ((y - 128) / 45) ** 2) for x, y in places]
        slope = [(x - 180) / 30 for x, y in places]
        protos = Output("output1", [self.PROTOTYPES, self.GRID, self.GRID], disc + slope + [0.1] * len(places),
                        [0.0] * (2 * len(places)) + [0.05] * len(places), MIDDLE)
        rows = [[80, 128, 50, 96, .7, 0, 1, 0, 0], [82, 129, 50, 96, .5, 0, 0, 0, 1], [180, 120, 61, 97, .1, .6, 0, 1, 0.5],
                [20, 70, 10, 20, .05, .05, 0, 0, 0]]
        scales = [[4, 4, 2, 2, .1, 0, .1, 0, .1]] * 2 + [[4, 4, 2, 2, 0, .1, 0, .2, .1], [0] * 9]
        boxes = Output("output0", [4 + self.CLASSES + self.PROTOTYPES, self.ANCHORS], by_channel(rows),
                       by_channel(scales), MIDDLE)
        return boxes, protos

    def check(self, source, *arguments):
        boxes, protos = self.outputs()
        card = self.given_model("yolov8-seg", ["person", "dog"], [boxes, protos])
        found, slots, outcome = self.run_model(card, source, *arguments)
        self.assertEqual(len(slots), len(found))
        letterbox = heads_oracle.Letterbox(SIDE, WIDTH, HEIGHT)
        differing, total = 0, 0
        for line, slot in zip(found, slots):
            expected = heads_oracle.segments(boxes.of(slot), protos.of(slot), letterbox, boxes.dims[0], self.CLASSES,
                                             self.ANCHORS, (self.GRID, self.GRID), SIDE)
            self.assertEqual(2, len(expected), "the model sees a person and a dog")
            self.assert_detections(expected, line["detections"], line["frame"])
            for one, other in zip(expected, line["detections"]):
                mask = other["mask"]
                pixels = SIDE / self.GRID / letterbox.ratio  # of the picture a cell
                left = round((mask["area"][0] * letterbox.ratio + letterbox.left) * self.GRID / SIDE)
                top = round((mask["area"][1] * letterbox.ratio + letterbox.top) * self.GRID / SIDE)
                self.assertAlmostEqual(mask["area"][2] - mask["area"][0], mask["size"][1] * pixels, delta=0.02)
                self.assertAlmostEqual(mask["area"][3] - mask["area"][1], mask["size"][0] * pixels, delta=0.02)
                cells = {(c + left, r + top) for c, r in heads_oracle.filled_cells(mask["size"], mask["counts"])}
                self.assertGreater(len(one["cells"]), 50)
                differing += len(cells ^ one["cells"])
                total += len(cells)
        # Sums in float32 and box sides in steps of 1/2048 may fall to the other side of a cell's edge.
        self.assertLess(differing, total / 500)
        return outcome

    def test_masks_are_those_of_an_independent_decoder(self):
        video = self.path("out.mp4")
        outcome = self.check(start_of(PERSONS, FRAMES), "--out", video)
        self.assertEqual(FRAMES, len(ffprobe_times(video)))
        self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"] - 3 * 4 * SIDE * SIDE * FRAMES)
        self.assertLess(outcome.summary["transfers"]["out"]["masks"], FRAMES * 200)

    def test_masks_are_upright_in_a_turned_clip(self):
        self.check(DERIVED["turned-left"]().path)

    def test_a_run_with_masks_breaks_no_promise(self):
        card = self.given_model("yolov8-seg", ["person", "dog"], self.outputs())
        outcome = self.run_well("--source", start_of(PERSONS, 90), "--model", card, "--out", self.path("out.mp4"),
                                "--strict", "--json")
        self.assertEqual(0, outcome.summary["violations"])
        self.assertEqual(0, outcome.summary["memory"]["allocations_after_warmup"])

    def test_add_and_test_read_a_segmentation_model(self):
        onnx = write_onnx(self.path("seg.onnx"), SIDE, self.outputs(),
                          [("task", "segment"), ("names", "{0: 'person', 1: 'dog'}")])
        added = lynceus("model", "add", onnx)
        self.assertEqual(0, added.code, str(added))
        self.assertIn("head: yolov8-seg", added.out)
        tested = lynceus("model", "test", self.path("seg.yaml"), clip("person.jpg", "-i", PERSONS, "-frames:v", "1"),
                         "--out", self.path("drawn.jpg"))
        self.assertEqual(0, tested.code, str(tested))
        self.assertIn("2 found", tested.out)



class Classifier(Heads):
    LABELS = [f"kind_{i}" for i in range(7)]

    def output(self):
        return Output("output0", [7], [0, 2, 1, 0, 2.2, -1, 0.5], [0, 1, 0, 2, 0, 3, -1], MIDDLE)

    def test_classes_are_those_of_an_independent_softmax(self):
        output, video = self.output(), self.path("out.mp4")
        card = self.given_model("classifier", self.LABELS, [output])
        found, slots, outcome = self.run_model(card, start_of(PERSONS, FRAMES), "--out", video, "--set",
                                               "detector.score=0.1")
        self.assertEqual(len(slots), len(found))
        for line, slot in zip(found, slots):
            expected = [one for one in heads_oracle.classes(output.of(slot)) if one[1] >= 0.1]
            self.assertGreater(len(expected), 1)
            self.assertEqual([one[0] for one in expected], [one["class"] for one in line["classes"]])
            self.assert_close([one[1] for one in expected], [one["score"] for one in line["classes"]], 6e-5, "scores")
            self.assertEqual(self.LABELS[expected[0][0]], line["classes"][0]["label"])
            self.assertEqual([], line["detections"])
        self.assertEqual(FRAMES, len(ffprobe_times(video)))
        self.assertEqual(44 * FRAMES, outcome.summary["transfers"]["out"]["classes"])

    def test_add_and_test_read_a_classifier(self):
        onnx = write_onnx(self.path("kind.onnx"), SIDE, [self.output()], [("task", "classify")])
        added = lynceus("model", "add", onnx)
        self.assertEqual(0, added.code, str(added))
        self.assertIn("head: classifier", added.out)
        tested = lynceus("model", "test", self.path("kind.yaml"), clip("person.jpg", "-i", PERSONS, "-frames:v", "1"),
                         "--out", self.path("drawn.jpg"), "--score", "0.1")
        self.assertEqual(0, tested.code, str(tested))
        self.assertIn("class_1 ", tested.out)
        self.assertIn("found, drawn in", tested.out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
