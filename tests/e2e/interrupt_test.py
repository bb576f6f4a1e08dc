#!/usr/bin/python3
"""Ctrl-C and SIGKILL: what was written up to then can be read."""
import unittest

from lynceus import CARS, PERSONS, LynceusTest, Running, ffprobe_times, lines_in, records, start_of, wait_until

INTERRUPTED = 130


class Interrupted(LynceusTest):
    def start(self, *arguments, **options):
        self.lines, self.video = self.path("out.jsonl"), self.path("out.mp4")
        return Running("run", "--source", PERSONS, "--model", "none", "--loop", "--detections", self.lines, "--out",
                       self.video, "--json", *arguments, **options)

    def wait_for_lines(self, count):
        wait_until(lambda: lines_in(self.lines) >= count, f"{count} lines are written")

    def assert_outputs_are_whole(self, outcome):
        self.assertEqual(INTERRUPTED, outcome.code, str(outcome))
        written = self.assert_whole_lines(self.lines)
        self.assertGreater(written, 0)
        self.assertEqual(written, len(ffprobe_times(self.video)), "each line has its picture")
        self.assertEqual(written, outcome.camera["frames_processed"])
        self.assert_accounts_close(outcome.camera)

    def test_ctrl_c_in_the_middle_leaves_whole_outputs(self):
        with self.start() as run:
            self.wait_for_lines(200)
            run.interrupt()
            self.assert_outputs_are_whole(run.end())

    def test_ctrl_c_at_the_first_line_leaves_whole_outputs(self):
        with self.start() as run:
            self.wait_for_lines(1)
            run.interrupt()
            self.assert_outputs_are_whole(run.end())

    def test_ctrl_c_before_the_first_frame_ends_with_130_and_nothing_unreadable(self):
        for delay in range(5):
            with self.start() as run:
                path = f"/proc/{run.process.pid}/status"
                wait_until(lambda: int(self.blocked(path), 16) & 2, "SIGINT is awaited", 20)
                for _ in range(delay * 20):
                    self.blocked(path)
                run.interrupt()
                outcome = run.end()
            self.assertEqual(INTERRUPTED, outcome.code, str(outcome))
            if self.lines.exists():
                self.assert_whole_lines(self.lines)

    @staticmethod
    def blocked(path):
        with open(path, encoding="utf-8") as status:
            return next(line.split()[1] for line in status if line.startswith("SigBlk"))

    def test_a_second_ctrl_c_at_once_harms_nothing(self):
        with self.start() as run:
            self.wait_for_lines(100)
            run.interrupt()
            run.interrupt()
            self.assert_outputs_are_whole(run.end())

    def test_ctrl_c_works_where_the_parent_ignores_it(self):
        with self.start(ignore_interrupt=True) as run:
            self.wait_for_lines(20)
            run.interrupt()
            self.assert_outputs_are_whole(run.end())

    def test_ctrl_c_ends_three_cameras_with_whole_outputs(self):
        arguments = [a for name in "abc" for a in ("--source", f"{name}={CARS}")]
        shared = self.path("all.jsonl")
        with Running("run", *arguments, "--model", "none", "--loop", "--detections", shared, "--out",
                     self.path("{camera}.mp4"), "--json") as run:
            wait_until(lambda: lines_in(shared) >= 150, "lines are written")
            run.interrupt()
            outcome = run.end()
        self.assertEqual(INTERRUPTED, outcome.code, str(outcome))
        self.assert_whole_lines(shared)
        lines = records(shared)
        for name in "abc":
            frames = [line["frame"] for line in lines if line["camera"] == name]
            self.assertEqual(list(range(len(frames))), frames)
            self.assertEqual(len(frames), len(ffprobe_times(self.path(f"{name}.mp4"))))

    def test_sigkill_leaves_all_but_the_last_second(self):
        with self.start("--realtime") as run:
            self.wait_for_lines(35)  # 3.5 s of this clip's 10 frames a second
            run.kill()
            run.end()
        written = self.assert_whole_lines(self.lines, but_the_last=True)
        self.assertGreaterEqual(written, 35)
        self.assertGreaterEqual(len(ffprobe_times(self.video)), written - 15, "more than a second is lost")


class Ended(LynceusTest):
    def test_a_run_that_ends_by_itself_ends_with_0(self):
        self.run_well("--source", start_of(CARS, 30), "--model", "none")


if __name__ == "__main__":
    unittest.main(verbosity=2)
