#!/usr/bin/python3
"""A disk that is full, a folder that is gone: exit code 6, and what was written can be read."""
import os
import shlex
import shutil
import subprocess
import unittest

from lynceus import (PERSONS, PROGRAM, TIMEOUT, LynceusTest, Running, environment, ffprobe_times, lines_in, start_of,
                     wait_until)

OUTPUT = 6


class Full(LynceusTest):
    def run_on_a_small_disk(self, *arguments):
        """Runs it in a folder of 1 MiB; what it wrote there is then in the test's own."""
        disk = self.path("disk")
        disk.mkdir()
        quoted = " ".join(shlex.quote(str(a)) for a in (PROGRAM, "run", "--source", PERSONS, "--model", "none", *arguments))
        script = f'mount -t tmpfs -o size=1m none "{disk}" || exit 99; cd "{disk}"; {quoted}; code=$?; cp * ..; exit $code'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, env=environment(),
                              timeout=TIMEOUT, check=False)
        disk.rmdir()
        if done.returncode == 99:
            self.skipTest("mounting is not allowed here: " + done.stderr.strip())
        self.assertEqual(OUTPUT, done.returncode, done.stderr)
        self.assertIn("No space left on device", done.stderr)

    @unittest.skipIf(os.geteuid() != 0, "only root may mount a small disk")
    def test_what_was_written_before_it_was_full_can_be_read_to_its_last_piece(self):
        for name, codec in (("a.mp4", "h264"), ("b.mkv", "h264"), ("c.mp4", "copy"), ("d.mkv", "copy"), ("e.mkv", "mjpeg")):
            with self.subTest(f"{name}, {codec}"):
                self.run_on_a_small_disk("--out", name, "--set", f"outputs.codec={codec}", "--detections", name + ".jsonl")
                times = ffprobe_times(self.path(name))
                self.assertGreater(len(times), 5)
                self.assertEqual(ffprobe_times(PERSONS)[:len(times)], times)
                self.assert_whole_lines(self.path(name + ".jsonl"))
                decode = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", self.path(name), "-f", "null", "-"],
                                        capture_output=True, text=True, check=True, timeout=TIMEOUT)
                self.assertEqual("", decode.stderr, "nothing of it is damaged")


class Gone(LynceusTest):
    def run_until_gone(self, *arguments):
        """Deletes the folder of the outputs while they are written."""
        folder, lines = self.path("outputs"), self.path("out.jsonl")
        folder.mkdir()
        with Running("run", "--source", start_of(PERSONS, 300), "--model", "none", "--realtime", "--detections", lines,
                     *[str(a).format(folder=folder) for a in arguments]) as run:
            wait_until(lambda: lines_in(lines) >= 30, "lines are written")
            shutil.rmtree(folder)
            run.interrupt()
            return run.end()

    def test_a_video_whose_folder_is_deleted_is_told_of(self):
        outcome = self.run_until_gone("--out", "{folder}/out.mp4")
        self.assertEqual(OUTPUT, outcome.code, str(outcome))
        self.assertIn("out.mp4: it was deleted while it was written", outcome.err)

    def test_snapshots_whose_folder_is_deleted_end_the_run(self):
        folder, lines = self.path("shots"), self.path("out.jsonl")
        with Running("run", "--source", start_of(PERSONS, 300), "--model", "none", "--realtime", "--detections", lines,
                     "--set", f"outputs.snapshots={{dir: {folder}, when: time, every: 100ms}}") as run:
            wait_until(lambda: lines_in(lines) >= 10, "lines are written")
            shutil.rmtree(folder)
            outcome = run.end()
        self.assertEqual(OUTPUT, outcome.code, str(outcome))
        self.assertIn(str(folder), outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
