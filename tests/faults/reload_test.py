#!/usr/bin/python3
"""SIGHUP: the configuration is read anew, all of it or none, and who did not change does not notice (FAULTS 23)."""
import signal
import time
import unittest

from faults import SLACK, FaultTest, Server, Watched
from lynceus import ffprobe_times, records

HEAD = "version: 1\ndetector: {model: none}\noutputs: {detections: out.jsonl}\ncameras:\n"


class Reload(FaultTest):
    def setUp(self):
        super().setUp()
        self.urls = {name: f"rtsp://127.0.0.1:{self.kept(Server()).port}/main" for name in ("well", "other")}

    def camera(self, name, keys="", of=None):
        return f"  - id: {name}\n    source: \"{self.urls[of or name]}\"\n{keys}"

    def start(self, *cameras):
        self.config = self.file("cameras.yaml", HEAD + "".join(cameras))
        self.watched = self.kept(Watched(self.config, self.path("out.jsonl")))
        self.watched.wait_for_frames("well", 5)

    def reload(self, text, words):
        """Gives the line that the log says of it, and when."""
        self.config.write_text(text, encoding="utf-8")
        asked = time.monotonic()
        self.watched.process.send_signal(signal.SIGHUP)
        when, line = self.watched.wait(f"a line with {words}", lambda: next(
            ((when, line) for when, line in self.watched.log if when >= asked and words in line), None))
        self.assertLess(when - asked, 3 + SLACK)
        return line, when

    def end_well(self):
        """Who did not change ran on: one life, no frame missing."""
        summary, took = self.watched.end()
        self.assertLess(took, 3 + SLACK)
        self.assertEqual(["running"], [state for _, state, _ in self.watched.changes("well")])
        found = self.watched.records_of("well")
        self.assertEqual(list(range(len(found))), [record["frame"] for record in found])
        self.assertNotIn(True, ["discontinuity" in record for record in found])
        return summary

    def test_a_camera_is_added_and_removed(self):
        self.start(self.camera("well"))
        line, when = self.reload(HEAD + self.camera("other") + self.camera("well"), "configuration reloaded")
        self.assertIn("1 added (other)", line)
        self.watched.wait_for_frames("other", 10, when)
        line, when = self.reload(HEAD + self.camera("well"), "configuration reloaded")
        self.assertIn("1 ended (other)", line)
        count = len(self.watched.records_of("other"))
        self.watched.wait_for_frames("well", 20, when)
        self.assertLess(len(self.watched.records_of("other")) - count, 10)
        summary = self.end_well()
        self.assertEqual(["well"], [camera["name"] for camera in summary["cameras"]])
        self.assertEqual([("other", "ended by a reload of the configuration")],
                         [(camera["name"], camera["cause"]) for camera in summary["gone"]])
        self.assert_accounts_close(summary["gone"][0])

    def test_a_changed_camera_starts_anew_and_its_video_stays(self):
        video = f"    outputs: {{video: \"{self.path('other.mp4')}\"}}\n"
        self.start(self.camera("well"), self.camera("other", video))
        self.watched.wait_for_frames("other", 10)
        line, when = self.reload(HEAD + self.camera("well") + self.camera("other", video + "    stall_timeout: 7s\n"),
                                 "configuration reloaded")
        self.assertIn("1 changed (other)", line)
        self.watched.wait_for_frames("other", 10, when)
        summary = self.end_well()
        self.assertEqual(["changed by a reload of the configuration"], [camera["cause"] for camera in summary["gone"]])
        first, second = ffprobe_times(self.path("other.mp4")), ffprobe_times(self.path("other-2.mp4"))
        self.assertEqual(summary["gone"][0]["frames_processed"], len(first))
        self.assertEqual(summary["cameras"][1]["frames_processed"], len(second))

    def test_a_changed_cameras_segments_and_snapshots_stay(self):
        keys = f"    outputs: {{video: \"{self.path('other.mp4')}\", segment: 1s, " \
               f"snapshots: {{dir: \"{self.path('shots')}\", when: time, every: 1s}}}}\n"
        self.start(self.camera("well"), self.camera("other", keys))
        self.watched.wait_for_frames("other", 10)
        _, when = self.reload(HEAD + self.camera("well") + self.camera("other", keys + "    stall_timeout: 7s\n"),
                              "configuration reloaded")
        self.watched.wait_for_frames("other", 10, when)
        summary = self.end_well()
        for life, stem, folder in ((summary["gone"][0], "other", "shots"), (summary["cameras"][1], "other-2", "shots-2")):
            index = records(self.path(f"{stem}-segments.jsonl"))
            self.assertEqual([f"{stem}-{number:03}.mp4" for number in range(len(index))], [line["file"] for line in index])
            times = [time for line in index for time in ffprobe_times(self.path(line["file"]))]
            self.assertEqual(life["frames_processed"], len(times))
            self.assertEqual(life["snapshots"], len(list(self.path(folder).iterdir())))

    def test_a_camera_is_switched_off_and_on(self):
        self.start(self.camera("well"), self.camera("other", "    enabled: false\n"))
        line, when = self.reload(HEAD + self.camera("well") + self.camera("other"), "configuration reloaded")
        self.assertIn("1 added (other)", line)
        self.watched.wait_for_frames("other", 5, when)
        self.reload(HEAD + self.camera("well") + self.camera("other", "    enabled: false\n"), "1 ended (other)")
        summary = self.end_well()
        self.assertEqual([("well", "ended"), ("other", "disabled")], [(c["name"], c["state"]) for c in summary["cameras"]])

    def test_an_error_changes_nothing_and_says_where(self):
        self.start(self.camera("well"))
        for text, words in ((HEAD + self.camera("well", "    sorce: x\n"), "cameras.yaml:7:5: cameras[0].sorce: unknown key"),
                            (HEAD, "cameras.yaml:5:1: cameras: expected a list of cameras"),
                            ("device: cuda\n" + HEAD + self.camera("well"), "device: cannot change while the program runs"),
                            (HEAD + self.camera("well") + self.camera("new", "    detector: {model: no.yaml}\n", "other"),
                             "no.yaml"),
                            (HEAD + self.camera("well") + self.camera("new", "    outputs: {mot: no/such/folder.txt}\n", "other"),
                             "cannot be written")):
            with self.subTest(words):
                line, _ = self.reload(text, "was not reloaded, nothing changes: ")
                self.assertTrue(any(words in said for _, said in self.watched.log[-5:]), line)
        summary = self.end_well()
        self.assertEqual(["well"], [camera["name"] for camera in summary["cameras"]])
        self.assertNotIn("gone", summary)

    def test_nothing_changed(self):
        self.start(self.camera("well"))
        self.reload(self.config.read_text(encoding="utf-8"), "configuration reloaded: no camera changed")
        self.end_well()


if __name__ == "__main__":
    unittest.main(verbosity=2)
