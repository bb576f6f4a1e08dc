#!/usr/bin/python3
"""Video files that `run` writes: containers, codecs, segments, and what is left of them when a run is killed."""
import unittest

from lynceus import (CARS, PERSONS, LynceusTest, Running, clip, ffprobe_stream, ffprobe_times, lines_in, luma_psnr,
                     pts_in_text, records, start_of, wait_until)


class Matroska(LynceusTest):
    def test_each_picture_has_its_exact_time_at_a_rate_that_milliseconds_cannot_say(self):
        source = clip("ntsc.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=4", "-c:v", "libx264")
        video, lines = self.path("out.mkv"), self.path("out.jsonl")
        self.run_well("--source", source, "--model", "none", "--out", video, "--detections", lines)
        times = ffprobe_times(source)
        self.assertIn("0.033367", times)
        self.assertEqual(times, ffprobe_times(video))
        self.assertEqual(times, pts_in_text(lines))

    def test_after_a_kill_all_but_the_last_second_can_be_read(self):
        video, lines = self.path("out.mkv"), self.path("out.jsonl")
        with Running("run", "--source", PERSONS, "--model", "none", "--realtime", "--out", video, "--detections",
                     lines) as run:
            wait_until(lambda: lines_in(lines) >= 40, "40 lines are written")
            run.kill()
            run.end()
        times = ffprobe_times(video)
        self.assertEqual(ffprobe_times(PERSONS)[:len(times)], times)
        self.assertGreaterEqual(float(times[-1]), float(pts_in_text(lines)[-1]) - 1)

    def test_another_container_is_refused_with_the_key(self):
        outcome = self.run_refused("--source", start_of(CARS, 5), "--model", "none", "--out", self.path("out.avi"))
        self.assertEqual(2, outcome.code)
        self.assertIn('outputs.video: ".avi" is not written; name an .mp4 or an .mkv', outcome.err)


class Codecs(LynceusTest):
    def streams(self, path):
        return ffprobe_stream(path, "codec_name,pix_fmt,width,height")

    def run_with(self, codec, name, source):
        video = self.path(name)
        self.run_well("--source", source, "--model", "none", "--set", f"outputs.codec={codec}", "--out", video)
        self.assertEqual(ffprobe_times(source), ffprobe_times(video))
        return video

    def test_hevc_and_mjpeg_keep_every_picture_and_its_time(self):
        source = start_of(CARS, 40)
        for codec, name, pixels in (("hevc", "a.mp4", "yuv420p"), ("hevc", "b.mkv", "yuv420p"),
                                    ("mjpeg", "c.mp4", "yuvj420p"), ("mjpeg", "d.mkv", "yuvj420p")):
            with self.subTest(name):
                self.assertEqual(f"{codec},768,432,{pixels}", self.streams(self.run_with(codec, name, source)))

    def test_pictures_of_more_bits_and_chroma_become_8_bit_420(self):
        for pixels in ("yuv420p10le", "yuv422p10le", "yuv444p", "yuv422p", "rgb24"):
            with self.subTest(pixels):
                source = clip(f"{pixels}.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-pix_fmt", pixels,
                              "-c:v", "libx264rgb" if pixels == "rgb24" else "libx264", "-qp", "4")
                video = self.run_with("h264", f"{pixels}.mp4", source)
                full_range = pixels == "rgb24"  # as RGB is
                self.assertEqual(f"h264,320,180,{'yuvj420p' if full_range else 'yuv420p'}", self.streams(video))
                self.assertGreater(luma_psnr(source, video), 30)

    def test_a_codec_that_is_not_known_is_refused(self):
        outcome = self.run_refused("--source", start_of(CARS, 5), "--model", "none", "--out", self.path("o.mp4"), "--set",
                                   "outputs.codec=vp9")
        self.assertEqual(2, outcome.code)
        self.assertIn("outputs.codec", outcome.err)


class Segments(LynceusTest):
    def test_the_time_line_is_cut_into_files_with_an_index(self):
        source, video = start_of(CARS, 100), self.path("out.mp4")  # 12.5 frames a second: 8 s
        self.run_well("--source", f"gate={source}", "--model", "none", "--out", video, "--set", "outputs.segment=3s")
        index = records(self.path("out-segments.jsonl"))
        self.assertEqual(["out-000.mp4", "out-001.mp4", "out-002.mp4"], [line["file"] for line in index])
        self.assertEqual(sorted(line["file"] for line in index), sorted(path.name for path in self.folder.glob("*.mp4")))
        parts = [ffprobe_times(self.path(line["file"])) for line in index]
        self.assertEqual(ffprobe_times(source), [time for part in parts for time in part])
        for line, part in zip(index, parts):
            self.assertEqual(["gate", 768, 432, "h264"], [line[key] for key in ("camera", "width", "height", "codec")])
            self.assertAlmostEqual(float(part[0]), line["start"], delta=1e-6)
        self.assertEqual([line["start"] for line in index[1:]], [line["end"] for line in index[:-1]])
        self.assertAlmostEqual(index[0]["start"] + 3, index[1]["start"], delta=0.08)

    def test_a_new_size_in_mid_stream_begins_a_new_file(self):
        small = clip("small.ts", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "libx264", "-bf", "0")
        large = clip("large.ts", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1", "-c:v", "libx264", "-bf", "0",
                     "-output_ts_offset", "1")
        source = clip("both.ts", "-i", f"concat:{small}|{large}", "-c", "copy")
        lines = self.path("out.jsonl")
        self.run_well("--source", source, "--model", "none", "--detections", lines, "--out", self.path("out.mkv"))
        self.assertEqual("h264,320,180", ffprobe_stream(self.path("out.mkv"), "codec_name,width,height"))
        self.assertEqual("h264,640,360", ffprobe_stream(self.path("out-001.mkv"), "codec_name,width,height"))
        self.assertEqual(pts_in_text(lines), ffprobe_times(self.path("out.mkv")) + ffprobe_times(self.path("out-001.mkv")))


class Snapshots(LynceusTest):
    def shots(self, *settings, source, model="none"):
        folder, lines = self.path("shots"), self.path("out.jsonl")
        arguments = [a for s in (f"dir={folder}", *settings) for a in ("--set", f"outputs.snapshots.{s}")]
        outcome = self.run_well("--source", f"gate={source}", "--model", model, "--detections", lines, "--json",
                                *arguments)
        names = sorted(path.name for path in folder.iterdir())
        self.assertEqual(outcome.camera["snapshots"], len(names))
        self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"])
        return [int(name.removeprefix("gate-").removesuffix(".jpg")) for name in names]

    def test_each_new_track_gives_a_picture_of_its_first_frame(self):
        taken = self.shots(source=start_of(PERSONS, 400), model="motion")
        first = {}
        for line in records(self.path("out.jsonl")):
            for found in line.get("detections", []):
                if "track" in found:
                    first.setdefault(found["track"], line["frame"])
        self.assertTrue(first)
        self.assertEqual(sorted(set(first.values())), taken)
        self.assertEqual("mjpeg,768,432,yuvj420p",
                         ffprobe_stream(self.path("shots") / f"gate-{taken[0]:08}.jpg", "codec_name,pix_fmt,width,height"))

    def test_by_the_time_there_is_one_every_so_long(self):
        taken = self.shots("when=time", "every=1s", source=start_of(CARS, 50))  # 12.5 frames a second
        self.assertEqual([0, 13, 26, 39], taken)

    def test_an_impossible_quality_is_refused(self):
        outcome = self.run_refused("--source", start_of(CARS, 5), "--model", "none", "--set",
                                   f"outputs.snapshots.dir={self.path('a')}", "--set", "outputs.snapshots.quality=0")
        self.assertEqual(2, outcome.code)
        self.assertIn("outputs.snapshots.quality", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
