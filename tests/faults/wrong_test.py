#!/usr/bin/python3
"""The device computes wrongly and says nothing of it (FAULTS 27): a picture whose answer is known finds it out."""
import time
import unittest

from faults import RATE, FaultTest, Server
from tiny_models import Output, write_card, write_onnx

SIDE = 64
MIDDLE = SIDE * SIDE // 2
PERIOD_MS = 500


class WrongAnswers(FaultTest):
    def card(self, dice):
        """One person in every picture; with `dice` it is another one each time, as where memory has gone bad."""
        row = [32.0, 32.0, 20.0, 40.0, 0.9]
        name = "dice" if dice else "steady"
        onnx = write_onnx(self.folder / f"{name}.onnx", SIDE, [Output("output0", [5, 1], row, [0.0] * 4 + [0.05], MIDDLE)], dice=dice)
        return write_card(self.folder / f"{name}.yaml", onnx, "yolov8", ["person"], SIDE)

    def run_with(self, dice, period=f"{PERIOD_MS}ms"):
        keys = f"    detector: {{model: {self.card(dice)}, threads: 1, known_answer: {period}, batch: {{size: 4}}}}\n"
        self.run_beside(f"rtsp://127.0.0.1:{self.kept(Server('--rate', RATE)).port}/main", keys)

    def said(self, words):
        return [when for when, line in self.watched.log if words in line]

    def test_27_a_model_that_answers_otherwise(self):
        began = time.monotonic()
        self.run_with(dice=True)
        seen = self.watched.wait("a wrong answer", lambda: self.said("answers a known picture otherwise than when it was"))
        self.watched.wait("three in a row", lambda: self.said("3 times in a row: what cameras there are told may be wrong; "
                                                             "test the machine's memory"))
        sick = self.end()
        answers = self.summary["known_answers"]
        self.assertGreaterEqual(answers["wrong"], 3, answers)
        self.assertGreaterEqual(answers["asked"], answers["wrong"])
        self.assertEqual({}, sick["skipped"], "it takes no frame's place")
        self.note(27, "a model that answers otherwise", seen[0] - began, None, self.states())

    def test_27_a_model_that_answers_as_ever(self):
        self.run_with(dice=False)
        self.watched.wait_for_frames("sick", 4 * RATE)
        sick = self.end()
        answers = self.summary["known_answers"]
        self.assertGreaterEqual(answers["asked"], 2, answers)
        self.assertEqual(("right", 0), (answers["state"], answers["wrong"]))
        self.assertEqual([], self.said("known picture"))
        self.assertEqual(sick["frames_decoded"], sick["frames_processed"])
        infer = next(stage for stage in self.summary["stages"] if stage["name"] == "infer")
        self.assertLessEqual(infer["count"], sick["frames_processed"], "what is asked is in no account of frames")

    def test_27_is_not_asked_where_nobody_wants_it(self):
        self.run_with(dice=True, period="0s")
        self.watched.wait_for_frames("sick", 2 * RATE)
        self.end()
        self.assertEqual({"state": "right", "asked": 0, "wrong": 0}, self.summary["known_answers"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
