#!/usr/bin/python3
"""Memory that runs out somewhere in a whole run ends it with an exit code and in words, never by a signal."""
import os
import unittest

from inputs_test import H264, pattern
from lynceus import LynceusTest, clip, lynceus, records

LIBRARY = os.environ.get("LYN_FAIL_ONE", "")
STEP = int(os.environ.get("LYN_ALLOC_FAIL_STEP", "29"))  # 1: every allocation, which takes minutes


class OutOfMemory(LynceusTest):
    def run_with(self, *arguments, **env):
        return lynceus(*arguments, env={"LD_PRELOAD": LIBRARY, **env})

    def assert_survives(self, *arguments):
        """Each stepth allocation of the run fails, alone; `allocations` of them there are."""
        whole = self.run_with(*arguments, LYN_FAIL_COUNT="1")
        self.assertEqual(0, whole.code, str(whole))
        allocations = int(whole.err.rsplit("allocations: ", 1)[1])
        self.assertGreater(allocations, 500)
        ended_well = 0
        for number in range(1, allocations + 1, STEP):
            outcome = self.run_with(*arguments, LYN_FAIL_AT=str(number))
            self.assertIn(outcome.code, (0, 2, 3, 5, 6), f"allocation {number}: {outcome}")
            self.assertTrue(outcome.code == 0 or outcome.err.strip(), f"allocation {number} failed in silence")
            ended_well += outcome.code == 0
        return ended_well

    def test_in_a_run_over_a_file(self):
        lines = self.path("lines.jsonl")
        source = clip("memory.mp4", *pattern("160x120"), *H264)
        self.assert_survives("run", "--source", source, "--model", "none", "--detections", lines)
        self.run_well("--source", source, "--model", "none", "--detections", lines)
        self.assertEqual(25, len(records(lines)))

    def test_in_probe_and_in_a_check_of_a_configuration(self):
        source = clip("memory.mp4", *pattern("160x120"), *H264)
        self.assert_survives("probe", source)
        self.assert_survives("config", "check", self.file("config.yaml", "version: 1\ncameras: [{id: a, source: a.mp4}]\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
