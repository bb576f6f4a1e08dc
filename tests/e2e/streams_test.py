#!/usr/bin/python3
"""`cameras[].streams` of files: one is looked at, the other copied, both at their own times."""
import unittest

from lynceus import LynceusTest, clip, ffprobe_stream, ffprobe_times, lynceus, pts_in_text


def picture(size, rate=25, seconds=2):
    return clip(f"stream-{size}-{rate}-{seconds}.mp4", "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}", "-c:v",
                "libx264", "-bf", "0", "-g", str(rate))


class Streams(LynceusTest):
    def setUp(self):
        super().setUp()
        self.small, self.large = picture("160x96"), picture("640x360")

    def config(self, detect, record, outputs="detections: out.jsonl, video: out.mp4, codec: copy"):
        return self.file("c.yaml", f"""version: 1
detector: {{model: none}}
outputs: {{{outputs}}}
cameras:
  - id: yard
    streams: {{detect: "{detect}", record: "{record}"}}
""")

    def yard(self, config, *more):
        outcome = self.run_well(config, "--json", *more)
        return outcome.summary["cameras"][0]

    def test_one_is_looked_at_and_the_other_copied_at_the_same_times(self):
        for more in ((), ("--realtime",)):
            with self.subTest(more):
                yard = self.yard(self.config(self.small, self.large), *more)
                self.assertEqual(50, yard["frames_processed"])
                self.assertEqual((50, "ended"), (yard["record"]["frames_in"], yard["record"]["state"]))
                self.assertEqual("h264,640,360", ffprobe_stream(self.path("out.mp4"), "codec_name,width,height"))
                self.assertEqual(ffprobe_times(self.large), ffprobe_times(self.path("out.mp4")))
                self.assertEqual(pts_in_text(self.path("out.jsonl")), ffprobe_times(self.path("out.mp4")))

    def test_the_longer_one_is_copied_to_its_end(self):
        longer = picture("640x360", seconds=4)
        yard = self.yard(self.config(self.small, longer))
        self.assertEqual((50, 100), (yard["frames_processed"], yard["record"]["frames_in"]))
        self.assertEqual(100, len(ffprobe_times(self.path("out.mp4"))))

    def test_one_address_is_read_once(self):
        yard = self.yard(self.config(self.small, self.small))
        self.assertNotIn("record", yard)
        self.assertEqual(ffprobe_times(self.small), ffprobe_times(self.path("out.mp4")))

    def test_a_file_to_record_that_is_not_there_leaves_the_detections_whole_and_fails_the_run(self):
        outcome = self.run_refused(self.config(self.small, self.path("none.mp4")))
        self.assertEqual(3, outcome.code)
        self.assertIn("none.mp4", outcome.err)
        self.assertEqual(50, len(pts_in_text(self.path("out.jsonl"))))

    def test_what_nothing_copies_is_not_opened_and_that_is_said(self):
        outcome = self.run_well(self.config(self.small, self.path("none.mp4"), "detections: out.jsonl"), "--json")
        self.assertIn("yard: streams.record is not opened", outcome.err)
        self.assertNotIn("record", outcome.summary["cameras"][0])

    def test_streams_without_a_time_line_in_common_are_refused(self):
        outcome = lynceus("run", self.config(self.small, "rtsp://127.0.0.1:9/main"))
        self.assertEqual(2, outcome.code)
        self.assertIn("yard: streams: a file and a live stream have no time line in common", outcome.err)
        outcome = lynceus("run", self.config(self.small, self.large), "--loop")
        self.assertEqual(2, outcome.code)
        self.assertIn("files that start over", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
