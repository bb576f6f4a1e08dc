#!/usr/bin/python3
"""More than the machine can do: what live sources give up, and who is not let in."""
import unittest

from lynceus import CARS, LynceusTest, Running, clip, lines_in, lynceus, needs_rtsp_server, records, start_of, wait_until
from slow_models import ONE_CORE, slow_model

SLOW = ("--set", "detector.threads=1", "--set", "detector.batch.size=1")


def huge():
    """3840x2160 at 60 a second, of which little is to be seen: two cores' worth as assumed."""
    return clip("huge.mp4", "-f", "lavfi", "-i", "color=c=gray:size=3840x2160:rate=60", "-frames:v", "30", "-pix_fmt",
                "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "15")


class Overload(LynceusTest):
    def test_a_model_that_takes_seconds_holds_no_decoder_up(self):
        lines = self.path("out.jsonl")
        outcome = self.run_well("--source", start_of(CARS, 100), "--model", slow_model(self.folder, 1500), *SLOW,
                                "--realtime", "--detections", lines, "--json")
        camera = outcome.camera
        self.assertEqual(100, camera["frames_decoded"])
        self.assertEqual({}, camera["dropped"])
        self.assertGreater(camera["skipped"]["late"], 0, camera)
        self.assertGreater(camera["frames_processed"], 0)
        self.assert_accounts_close(camera)
        self.assertEqual(1, camera["states"]["overloaded"])
        self.assertEqual(list(range(100)), [line["frame"] for line in records(lines)])
        self.assertIn("overloaded: ", outcome.err)
        self.assertIn("the model is too slow (a batch of 1.0 takes ", outcome.err)

    def test_a_file_takes_its_time_and_loses_nothing(self):
        outcome = self.run_well("--source", start_of(CARS, 10), "--model", slow_model(self.folder, 200), *SLOW, "--json")
        self.assertEqual(10, outcome.camera["frames_processed"])
        self.assertEqual({}, outcome.camera["skipped"])
        self.assertNotIn("overloaded", outcome.camera["states"])


class Admission(LynceusTest):
    def test_a_run_with_no_room_for_any_camera_ends_with_the_arithmetic(self):
        outcome = self.run_refused("--source", f"big={huge()}", "--model", "none", "--realtime", "--set", "admission=refuse",
                                   "--json", before=ONE_CORE)
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("no camera was admitted; big: there is not enough room for it: cores: it needs 1.99, 0.00 are taken, "
                      "0.90 of 1.00 can be planned; decoding 8.29 megapixels x 60 a second x 4.0 ms (assumed) = 1.99 cores",
                      outcome.err)
        self.assertEqual("refused", outcome.camera["state"])
        self.assert_accounts_close(outcome.camera)

    def test_the_others_run_on(self):
        outcome = self.run_well("--source", f"big={huge()}", "--source", f"small={start_of(CARS, 25)}", "--model", "none",
                                "--realtime", "--set", "admission=refuse", "--json", before=ONE_CORE)
        big, small = outcome.summary["cameras"]
        self.assertEqual(("refused", 0), (big["state"], big["frames_in"]))
        self.assertIn("it needs 1.99", big["cause"])
        self.assertEqual(("ended", 25), (small["state"], small["frames_processed"]))
        self.assertIn("big: refused: ", outcome.err)

    def test_whoever_does_not_ask_is_let_in(self):
        outcome = self.run_well("--source", huge(), "--model", "none", "--realtime", "--json", before=ONE_CORE)
        self.assertEqual(30, outcome.camera["frames_decoded"])

    def test_with_degrade_a_camera_starts_with_what_there_is_room_for(self):
        card = slow_model(self.folder, 150, ONE_CORE)  # 12.5 frames a second of it are 1.9 of a core
        outcome = self.run_well("--source", start_of(CARS, 50), "--model", card, *SLOW, "--realtime", "--set",
                                "admission=degrade", "--json", before=ONE_CORE)
        camera = outcome.camera
        self.assertIn("overloaded: there is not enough room for it: ", outcome.err)
        self.assertIn("; meanwhile one frame in ", outcome.err)
        self.assertIn("the model 12.5 a second x ", outcome.err)
        self.assertGreaterEqual(camera["skipped"]["shed"], 25)
        self.assertEqual(1, camera["states"]["overloaded"])
        self.assert_accounts_close(camera)
        refused = self.run_refused("--source", start_of(CARS, 50), "--model", card, *SLOW, "--realtime", "--set",
                                   "admission=refuse", before=ONE_CORE)
        self.assertEqual(5, refused.code, str(refused))

    def test_a_camera_is_refused_and_tried_again(self):
        needs_rtsp_server()
        lines = self.path("small.jsonl")
        config = self.file("c.yaml", f"""version: 1
admission: refuse
detector: {{model: none}}
cameras:
  - {{id: big, source: "rtsp://{self.serve_camera(huge())}"}}
  - {{id: small, source: "rtsp://{self.serve_camera()}", outputs: {{detections: small.jsonl}}}}
""")
        with Running("run", config, "--json", before=ONE_CORE) as run:
            wait_until(lambda: lines_in(lines) > 25, "the small one runs")
            run.interrupt()
            outcome = run.end()
        self.assertEqual(130, outcome.code, str(outcome))
        big, small = outcome.summary["cameras"]
        self.assertEqual("refused", big["state"], str(outcome))
        self.assertIn("decoding 8.29 megapixels x 60 a second", big["cause"])
        self.assertEqual(0, big["frames_in"])
        self.assertEqual("ended", small["state"])
        self.assertIn("big: refused: rtsp://", outcome.err)

    def test_a_run_with_cameras_alone_ends_too(self):
        needs_rtsp_server()
        config = self.file("c.yaml", f"""version: 1
admission: refuse
detector: {{model: none}}
cameras: [{{id: big, source: "rtsp://{self.serve_camera(huge())}"}}]
""")
        outcome = lynceus("run", config, before=ONE_CORE)
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("no camera was admitted; big: ", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
