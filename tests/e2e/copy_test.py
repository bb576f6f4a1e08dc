#!/usr/bin/python3
"""`outputs.codec: copy`: the source's own packets in a file of ours, and sound beside video."""
import json
import subprocess
import unittest

from lynceus import (CARS, ROOT, LynceusTest, Running, clip, ffprobe_stream, ffprobe_times, lines_in, lynceus,
                     needs_rtsp_server, pts_in_text, records, start_of, wait_until)

PICTURES = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=4")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:r=48000:d=4")
B_FRAMES = ("-c:v", "libx264", "-bf", "2", "-g", "30")
STEREO_AAC = ("-c:a", "aac", "-ac", "2")


def decoded(path):
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v:0", "-vsync", "0", "-f", "framemd5",
                           "-"], capture_output=True, text=True, check=True, timeout=60)
    return [line.split(",")[-1].strip() for line in done.stdout.splitlines() if not line.startswith("#")]


class Copy(LynceusTest):
    def copy(self, source, name, *more):
        video, lines = self.path(name), self.path("out.jsonl")
        self.run_well("--source", source, "--model", "none", "--out", video, "--set", "outputs.codec=copy",
                      "--detections", lines, *more)
        return video

    def test_every_picture_comes_at_its_exact_time_and_decodes_to_the_same_bytes(self):
        for kind in ("mp4", "mkv", "ts", "flv"):
            source = clip(f"b-frames.{kind}", *PICTURES, *B_FRAMES)
            for name in ("out.mp4", "out.mkv"):
                with self.subTest(f"{kind} to {name}"):
                    video = self.copy(source, name)
                    self.assertEqual(ffprobe_times(source), ffprobe_times(video))
                    self.assertEqual(pts_in_text(self.path("out.jsonl")), ffprobe_times(video))
                    self.assertEqual(decoded(source), decoded(video))

    def test_other_codecs_go_where_the_container_holds_them(self):
        for codec, encoder, name in (("hevc", "libx265", "a.mp4"), ("vp9", "libvpx-vp9", "b.mp4"), ("vp8", "libvpx", "c.mkv"),
                                     ("mjpeg", "mjpeg", "d.mp4"), ("mpeg4", "mpeg4", "e.mkv")):
            with self.subTest(codec):
                source = clip(f"{codec}.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-pix_fmt",
                              "yuvj420p" if codec == "mjpeg" else "yuv420p", "-c:v", encoder)
                video = self.copy(source, name)
                self.assertEqual(f"{codec},160,96", ffprobe_stream(video, "codec_name,width,height"))
                self.assertEqual(ffprobe_times(source), ffprobe_times(video))

    def test_what_the_container_cannot_hold_is_refused(self):
        source = clip("vp8.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-c:v", "libvpx")
        outcome = self.run_refused("--source", source, "--model", "none", "--out", self.path("out.mp4"), "--set",
                                   "outputs.codec=copy")
        self.assertEqual(6, outcome.code)
        self.assertIn("an MP4 cannot hold vp8; name an .mkv", outcome.err)

    def test_packets_without_times_are_refused(self):
        source = clip("no-times.avi", *PICTURES, *B_FRAMES)
        outcome = self.run_refused("--source", source, "--model", "none", "--out", self.path("out.mp4"), "--set",
                                   "outputs.codec=copy")
        self.assertEqual(6, outcome.code)
        self.assertIn("the source's packets carry no times; encode it: outputs.codec: h264", outcome.err)

    def test_a_picture_that_lies_on_its_side_keeps_its_matrix(self):
        upright = clip("upright.mp4", *PICTURES, "-c:v", "libx264")
        turned = clip("turned.mp4", "-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=90")
        video = self.copy(turned, "out.mp4")
        self.assertEqual(ffprobe_stream(turned, "width,height:stream_side_data=rotation"),
                         ffprobe_stream(video, "width,height:stream_side_data=rotation"))

    def test_it_is_cut_at_keyframes_and_loses_no_picture(self):
        source = clip("b-frames.mp4", *PICTURES, *B_FRAMES)
        self.copy(source, "out.mp4", "--set", "outputs.segment=2s")
        index = records(self.path("out-segments.jsonl"))
        parts = [ffprobe_times(self.path(line["file"])) for line in index]
        self.assertEqual(2, len(parts))
        self.assertEqual(ffprobe_times(source), [time for part in parts for time in part])

    def test_after_a_kill_all_but_the_last_second_can_be_read(self):
        source = clip("b-frames-long.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=20", *B_FRAMES)
        for name in ("out.mp4", "out.mkv"):
            video, lines = self.path(name), self.path(name + ".jsonl")
            with Running("run", "--source", source, "--model", "none", "--realtime", "--out", video, "--set",
                         "outputs.codec=copy", "--detections", lines) as run:
                wait_until(lambda: lines_in(lines) >= 75, "75 lines are written")
                run.kill()
                run.end()
            times = ffprobe_times(video)
            self.assertEqual(ffprobe_times(source)[:len(times)], times)
            self.assertGreaterEqual(float(times[-1]), float(pts_in_text(lines)[-1]) - 1.1)

    def test_looped_it_goes_on_by_the_duration(self):
        source, video, lines = start_of(CARS, 50), self.path("out.mp4"), self.path("out.jsonl")
        with Running("run", "--source", source, "--model", "none", "--loop", "--detections", lines, "--out", video, "--set",
                     "outputs.codec=copy") as run:
            wait_until(lambda: lines_in(lines) > 120, "two passes are written")
            run.interrupt()
            self.assertEqual(130, run.end().code)
        written = pts_in_text(lines)
        times = ffprobe_times(video)
        self.assertEqual(written, times[:len(written)])


class CopyOfACamera(LynceusTest):
    @classmethod
    def setUpClass(cls):
        needs_rtsp_server()

    def test_it_has_the_times_of_the_detections_from_the_first_picture_on(self):
        for codec, shown, name in (("h264", "h264", "a.mp4"), ("h264", "h264", "b.mkv"), ("h265", "hevc", "c.mp4")):
            with self.subTest(name):
                video, lines = self.path(name), self.path(name + ".jsonl")
                outcome = self.run_well("--source", f"gate=rtsp://{self.serve_camera('--codec', codec)}", "--model", "none",
                                        "--seconds", "3", "--detections", lines, "--out", video, "--set",
                                        "outputs.codec=copy", "--json")
                self.assertGreater(len(records(lines)), 10, str(outcome))
                self.assertEqual(pts_in_text(lines), ffprobe_times(video))
                self.assertEqual(f"{shown},320,240", ffprobe_stream(video, "codec_name,width,height"))
                self.assertEqual(0, outcome.camera["video_dropped"])


class SoundTest(LynceusTest):
    def sound_packets(self, path):
        done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "packet=pts_time,size",
                               "-of", "csv=p=0", path], capture_output=True, text=True, check=True, timeout=60)
        rows = [line.strip(",").split(",")[:2] for line in done.stdout.split()]
        is_adts = str(path).endswith(".ts")
        return [(float(time), int(size) - (7 if is_adts else 0)) for time, size in rows]


class Sound(SoundTest):
    def run_with(self, source, name, *settings):
        video = self.path(name)
        outcome = self.run_well("--source", source, "--model", "none", "--out", video,
                                *[a for s in settings for a in ("--set", f"outputs.{s}")])
        self.assertEqual(ffprobe_times(source), ffprobe_times(video))
        return video, outcome

    def test_it_is_copied_beside_copied_and_encoded_video(self):
        sources = {"mp4": STEREO_AAC, "ts": STEREO_AAC, "mkv": ("-c:a", "libopus"), "mov": ("-c:a", "pcm_alaw", "-ar", "8000"),
                   "avi": ("-c:a", "libmp3lame")}
        for kind, codec in sources.items():
            source = clip(f"sound.{kind}", *PICTURES, *SOUND, "-c:v", "libx264", "-bf", "0", *codec)
            for name in ("out.mp4", "out.mkv"):
                if kind == "mov" and name == "out.mp4":
                    continue
                for settings in (["codec=copy"], ["codec=h264"]):
                    if kind == "avi" and settings == ["codec=copy"]:
                        continue  # no times in presentation order
                    with self.subTest(f"{kind} to {name}, {settings}"):
                        video, outcome = self.run_with(source, name, *settings)
                        self.assertNotIn("sound", outcome.err)
                        self.assert_same_sound(source, video)

    def assert_same_sound(self, source, video):
        entries = "codec_name,sample_rate,channels"
        self.assertEqual(ffprobe_stream(source, entries, "a:0"), ffprobe_stream(video, entries, "a:0"))
        given, written = self.sound_packets(source), self.sound_packets(video)
        missing = len(given) - len(written)
        self.assertLessEqual(missing, 3, "at most what warms the decoder up, and what reaches beyond the pictures")
        offset = next(i for i in range(4) if given[i][1] == written[0][1])
        for (given_time, given_size), (time, size) in zip(given[offset:], written):
            self.assertEqual(given_size, size)
            self.assertAlmostEqual(given_time, time, delta=0.002)

    def test_what_the_container_does_not_hold_is_left_out_with_a_warning(self):
        source = clip("sound.mov", *PICTURES, *SOUND, "-c:v", "libx264", "-bf", "0", "-c:a", "pcm_alaw", "-ar", "8000")
        video, outcome = self.run_with(source, "out.mp4")
        self.assertEqual(1, outcome.err.count("an MP4 holds AAC, MP3 and Opus; an .mkv holds G.711 too"), outcome.err)
        self.assertEqual("", ffprobe_stream(video, "codec_name", "a:0"))

    def test_it_can_be_left_out(self):
        source = clip("sound.mp4", *PICTURES, *SOUND, "-c:v", "libx264", "-bf", "0", *STEREO_AAC)
        video, _ = self.run_with(source, "out.mp4", "audio=false")
        self.assertEqual("", ffprobe_stream(video, "codec_name", "a:0"))


class SoundOverRtsp(SoundTest):
    @classmethod
    def setUpClass(cls):
        needs_rtsp_server()

    def run_camera(self, sound, name, codec, *more):
        video = self.path(name)
        outcome = self.run_well("--source", f"gate=rtsp://{self.serve_camera('--sound', sound)}", "--model", "none",
                                "--seconds", "8", "--out", video, "--set", f"outputs.codec={codec}", *more)
        decode = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", video, "-f", "null", "-"], capture_output=True,
                                text=True, check=True, timeout=60)
        self.assertEqual("", decode.stderr)
        return video, outcome

    def test_it_plays_beside_copied_and_encoded_pictures_without_a_gap(self):
        cases = (("aac", "a.mp4", "copy", "aac", 1024), ("aac", "b.mkv", "h264", "aac", 1024),
                 ("pcma", "c.mkv", "copy", "pcm_alaw", None), ("aac", "d.mp4", "h264", "aac", 1024))
        for sound, name, codec, shown, samples in cases:
            with self.subTest(name):
                video, outcome = self.run_camera(sound, name, codec)
                self.assertNotIn("sound", outcome.err)
                self.assertEqual(f"{shown},8000,1", ffprobe_stream(video, "codec_name,sample_rate,channels", "a:0"))
                times, pictures = [time for time, _ in self.sound_packets(video)], list(map(float, ffprobe_times(video)))
                self.assertEqual(sorted(set(times)), times)
                self.assertLess(abs(times[0] - pictures[0]), 1)
                self.assertLess(abs(times[-1] - pictures[-1]), 1)
                steps = [b - a for a, b in zip(times, times[1:])]
                if samples is not None:
                    whole = [step for step in steps if abs(step - samples / 8000) < 0.0015]
                    self.assertGreaterEqual(len(whole), len(steps) - 1, "where reports put it right, there is one step")
                self.assertLess(max(steps), 0.7)

    def test_what_an_mp4_does_not_hold_is_left_out_with_a_warning(self):
        video, outcome = self.run_camera("pcma", "out.mp4", "copy")
        self.assertEqual(1, outcome.err.count("an .mkv holds G.711 too"), outcome.err)
        self.assertEqual("", ffprobe_stream(video, "codec_name", "a:0"))

    def test_it_is_not_asked_for_where_it_is_not_wanted(self):
        video, outcome = self.run_camera("aac", "out.mp4", "copy", "--set", "outputs.audio=false")
        self.assertNotIn("sound", outcome.err)
        self.assertEqual("", ffprobe_stream(video, "codec_name", "a:0"))


class SoundOfACamera(SoundTest):
    """live.ts over HTTP, again and again: after each it is silent, counts as lost, and is opened anew."""

    def run_camera(self, codec):
        folder = self.path("served")
        folder.mkdir(exist_ok=True)
        source = clip("live-b-frames.ts", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1.2", "-f", "lavfi", "-i",
                      "sine=f=440:r=48000:d=1.2", "-c:v", "libx264", "-bf", "2", "-g", "10", *STEREO_AAC,
                      "-output_ts_offset", "500")
        (folder / "live.ts").write_bytes(source.read_bytes())
        server = subprocess.Popen(["/usr/bin/python3", ROOT / "tests/media/http_server.py", folder], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        self.addCleanup(server.wait)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.stdin.close)
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/stream"
        video, lines = self.path(f"{codec}.mp4"), self.path(f"{codec}.jsonl")
        config = {"version": 1, "detector": {"model": "none"}, "outputs": {"video": str(video), "codec": codec,
                  "detections": str(lines)}, "cameras": [{"id": "gate", "source": url, "stall_timeout": "500ms"}]}
        outcome = lynceus("run", self.file("config.yaml", json.dumps(config)), "--seconds", "8", "--json")
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertGreater(outcome.camera["reconnects"], 0)
        return video, lines, outcome

    def test_pictures_and_sound_go_on_together_over_its_connections(self):
        for codec in ("copy", "h264"):
            with self.subTest(codec):
                video, lines, outcome = self.run_camera(codec)
                listed, shown = pts_in_text(lines), ffprobe_times(video)
                self.assertEqual([time for time in listed if time in set(shown)], shown, outcome.err)
                # Each connection sends all at once: the encoder may have no time for some.
                left_out = outcome.camera["video_dropped"] if codec == "h264" else 0
                self.assertEqual(len(listed), len(shown) + left_out, outcome.err)
                self.assertEqual("aac,48000,2", ffprobe_stream(video, "codec_name,sample_rate,channels", "a:0"))
                jumps = [record["pts"] for record in records(lines) if "discontinuity" in record]
                self.assertTrue(jumps)
                times = [time for time, _ in self.sound_packets(video)]
                self.assertEqual(sorted(times), times)
                for begin in (0, *jumps):
                    self.assertGreater(len([time for time in times if begin - 0.2 <= time <= begin + 1.2]), 30,
                                       f"{begin}: {times}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
