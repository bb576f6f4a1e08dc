#!/usr/bin/python3
"""Outputs of a live camera that cannot be written for a while (FAULTS 20): they pause and say so, detection goes on, and
they go on once they can, with nothing left behind that cannot be read."""
import errno
import json
import os
import pathlib
import shutil
import subprocess
import time
import unittest

from faults import FaultTest, Server
from lynceus import Running, lynceus, wait_until

OUTPUT = 6
RECORDS = ("detections", "mot", "coco", "kitti")
KEYS = """    detector: {{model: motion}}
    outputs:
      detections: {folder}/sick.jsonl
      mot: {folder}/sick.txt
      coco: {folder}/sick.json
      kitti: {folder}/kitti
      video: {folder}/sick.mp4
      snapshots: {{dir: {folder}/shots, when: time, every: 200ms}}
  - id: copied
    source: "rtsp://127.0.0.1:{port}/main"
    outputs: {{video: {folder}/copied.mkv, codec: copy, detections: {folder}/copied.jsonl}}
"""
SMALL_DISK = 'mount -t tmpfs -o size=6m none "$0" || exit 99; exec "$@"'


def may_mount():
    check = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    return os.geteuid() == 0 and subprocess.run(check, capture_output=True, check=False).returncode == 0


class Outputs(FaultTest):
    def start(self, before=()):
        """A run whose outputs lie in the folder `disk`."""
        disk = self.path("disk")
        disk.mkdir()
        port = self.kept(Server("--size", "320x240")).port
        run = self.run_beside(f"rtsp://127.0.0.1:{port}/main", KEYS.format(folder=disk, port=port), before)
        # As the program sees it, whatever is mounted there.
        seen = pathlib.Path(f"/proc/{run.process.pid}/root{disk}")
        wait_until(lambda: all((seen / name).exists() for name in ("sick.jsonl", "sick.mp4", "copied.mkv", "shots")),
                   "outputs are begun")
        wait_until(lambda: self.count(seen / "sick.txt") > 10 and self.count(seen / "copied.jsonl") > 40, "all are written")
        return run, seen

    @staticmethod
    def count(path):
        try:
            return path.read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def told(self, camera, name, word, since):
        """When the log said that an output pauses or goes on."""
        text = f"{camera}: outputs.{name} {word}"
        return self.watched.wait(text, lambda: [when for when, line in self.watched.log if text in line and when >= since])[0]

    def pausing(self, since, names):
        paused = max(self.told("sick", name, "pauses", since) for name in names)
        return max(paused, self.told("copied", "video", "pauses", since), self.told("copied", "detections", "pauses", since))

    def going_on(self, since, names):
        on = max(self.told("sick", name, "goes on", since) for name in names)
        return max(on, self.told("copied", "video", "goes on", since), self.told("copied", "detections", "goes on", since))

    def assert_readable(self, folder):
        """Each file that is there, to its last byte."""
        shown = [path for path in folder.rglob("*") if path.is_file()]
        self.assertEqual([], [path for path in shown if path.suffix == ".part"])
        for path in shown:
            with self.subTest(path.name):
                if path.suffix in (".mp4", ".mkv", ".jpg"):
                    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "null", "-"],
                                          capture_output=True, text=True, check=False)
                    self.assertEqual((0, ""), (done.returncode, done.stderr))
                elif path.suffix == ".jsonl":
                    self.assertGreater(self.assert_whole_lines(path), 0)
                elif path.suffix == ".json":
                    self.assertGreater(len(json.loads(path.read_text(encoding="utf-8"))), 0)
                else:
                    self.assertTrue(path.stat().st_size == 0 or path.read_bytes().endswith(b"\n"))

    @unittest.skipUnless(may_mount(), "mounting a small disk is not allowed here")
    def test_20_a_disk_is_full(self):
        run, disk = self.start(["unshare", "--mount", "sh", "-c", SMALL_DISK, str(self.path("disk"))])
        fault = time.monotonic()
        with open(disk / "filler", "wb", buffering=0) as filler, self.assertRaises(OSError) as full:
            while True:
                filler.write(bytes(65536))
        self.assertEqual(errno.ENOSPC, full.exception.errno)
        every = ("detections", "coco", "kitti", "video", "snapshots")
        seen = self.pausing(fault, every) - fault
        self.assertTrue(any("No space left on device" in line for _, line in run.log))
        good = time.monotonic()
        os.unlink(disk / "filler")
        back = self.going_on(good, every) - good
        self.assertLess(back, 8 + 1 + 3, "tried again every eight seconds")
        lines = self.count(disk / "sick.jsonl")
        wait_until(lambda: self.count(disk / "sick.jsonl") > lines + 50, "lines are written again")
        kept = self.path("kept")
        shutil.copytree(disk, kept)  # what is mounted there goes with the program; as after a kill, all is readable
        sick = self.end()
        self.assert_readable(kept)
        self.assertTrue((kept / "sick-001.mp4").exists(), "the video goes on in a file of its own")
        self.assertTrue((kept / "copied-001.mkv").exists())
        self.check_records(sick, kept / "sick.jsonl")
        for name in every:
            self.assertEqual("writing", sick["outputs"][name]["state"])
            self.assertGreater(sick["outputs"][name]["left_out"], 0)
        self.note(20, "disk full", seen, back, [])

    def check_records(self, sick, path):
        """What is not in the file is the count of what was left out, and detection went on meanwhile."""
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        numbers = [record["seq"] for record in found]
        self.assertEqual(sorted(set(numbers)), numbers)
        missing = numbers[-1] + 1 - len(numbers)
        self.assertEqual(sick["outputs"]["detections"]["left_out"], missing)
        self.assertGreater(missing, 10)
        self.assertEqual([record["frame"] for record in found], numbers, "no frame was lost beside")
        self.assertEqual({}, sick["skipped"])

    def test_20_a_folder_is_gone(self):
        run, disk = self.start()
        fault = time.monotonic()
        shutil.rmtree(self.path("disk"))
        seen = self.pausing(fault, ("detections", "video", "coco")) - fault
        self.assertLess(seen, 1 + 3)
        self.assertTrue(any("it was deleted while it was written" in line for _, line in run.log))
        good = time.monotonic()
        self.path("disk").mkdir()
        back = self.going_on(good, ("detections", "video", "coco")) - good
        wait_until(lambda: self.count(disk / "sick.jsonl") > 50, "lines are written again")
        sick = self.end()
        self.assert_readable(self.path("disk"))
        self.assertEqual("writing", sick["outputs"]["video"]["state"])
        self.assertTrue(list(self.path("disk").glob("shots/*.jpg")), "the folder of snapshots is made again")
        self.note(20, "folder gone", seen, back, [])

    def test_20_a_folder_that_is_gone_to_the_end_ends_the_run_with_6(self):
        camera = self.kept(Server())
        folder = self.path("disk")
        folder.mkdir()
        with Running("run", "--source", f"rtsp://127.0.0.1:{camera.port}/main", "--model", "none", "--detections",
                     folder / "out.jsonl") as run:
            wait_until(lambda: self.count(folder / "out.jsonl") > 10, "lines are written")
            shutil.rmtree(folder)
            while b"outputs.detections pauses" not in run.process.stderr.readline():
                pass
            run.interrupt()
            outcome = run.end()
        self.assertEqual(OUTPUT, outcome.code, str(outcome))
        self.assertIn("out.jsonl", outcome.err)

    def test_20_a_folder_that_never_was_ends_the_run_at_once(self):
        camera = self.kept(Server())
        for name in ("--detections", "--mot", "--out"):
            with self.subTest(name):
                outcome = lynceus("run", "--source", f"rtsp://127.0.0.1:{camera.port}/main", "--model", "none", name,
                                  self.path("nowhere") / "out.mp4")
                self.assertEqual(OUTPUT, outcome.code, str(outcome))
                self.assertIn("create the folder", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
