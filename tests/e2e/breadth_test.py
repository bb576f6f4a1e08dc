#!/usr/bin/python3
"""Each kind of input once through the whole program: planes as ffmpeg's, times as ffprobe's, or a refusal in words."""
import pathlib
import random
import subprocess
import unittest

from inputs_test import H264, HEVC, InputTest, pattern
from lynceus import CARS, PERSONS, ROOT, clip, ffprobe_times, lynceus, pts_in_text, raw_planes, start_of

PYTHON = "/usr/bin/python3"


class Server:
    """tests/media/http_server.py over a folder, as long as the `with` lasts."""

    def __init__(self, folder):
        self.process = subprocess.Popen([PYTHON, ROOT / "tests/media/http_server.py", folder], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return lambda path: f"http://127.0.0.1:{self.port}/{path}"

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Files(InputTest):
    def assert_like_ffmpeg(self, source):
        lines = self.path("lines.jsonl")
        self.assert_planes(raw_planes(source), source, "--detections", lines)
        # Where a picture carries no time it follows the one before it.
        pairs = [(a, b) for a, b in zip(ffprobe_times(source), pts_in_text(lines), strict=True) if a != "N/A"]
        self.assertTrue(pairs)
        self.assertEqual([a for a, _ in pairs], [b for _, b in pairs])

    def test_codecs_and_containers(self):
        jpeg = ("-c:v", "mjpeg", "-q:v", "4")
        vpx = ("-deadline", "realtime", "-cpu-used", "8")
        aom = ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-strict", "experimental")
        for name, pixels, encoder in (
                ("vp9.webm", "yuv420p", ("-c:v", "libvpx-vp9", *vpx)), ("vp8.webm", "yuv420p", ("-c:v", "libvpx", *vpx)),
                ("mpeg4.avi", "yuv420p", ("-c:v", "mpeg4", "-bf", "2")), ("full.avi", "yuvj422p", jpeg),
                ("mpeg2.mpg", "yuv422p", ("-c:v", "mpeg2video", "-bf", "2")), ("wmv2.wmv", "yuv420p", ("-c:v", "wmv2")),
                ("av1.mp4", "yuv420p", aom), ("twelve.mkv", "yuv444p12le", HEVC[:-2]), ("grey.mkv", "gray10le", HEVC[:-2]),
                ("flash.flv", "yuv420p", H264[:-2])):
            with self.subTest(name):
                size = "162x122" if "h264" in name or name.startswith("flash") else "161x121"
                self.assert_like_ffmpeg(clip(name, *pattern(size), *encoder, "-pix_fmt", pixels))

    def test_the_smallest_pictures(self):
        for size in ("2x2", "16x2", "2x16"):
            with self.subTest(size):
                self.assert_like_ffmpeg(clip(f"{size}.mp4", *pattern(size), *H264))

    def test_a_single_picture(self):
        self.assert_like_ffmpeg(clip("one.mp4", *pattern(), *H264, "-frames:v", "1"))

    def test_a_rate_that_varies(self):
        variable = "select='not(mod(n\\,3))+not(mod(n\\,7))',setpts='PTS+0.3*floor(T)/TB'"
        for ending in ("mp4", "mkv", "ts"):
            with self.subTest(ending):
                self.assert_like_ffmpeg(clip(f"variable.{ending}", *pattern(seconds=3), "-vf", variable, "-vsync", "vfr",
                                             *H264))

    def test_times_that_jump(self):
        start = clip("start.ts", *pattern(), *H264)
        for offset in (0, 500, -0.5, 95440):  # again from the start, ahead, back a little, over the 33 bits
            with self.subTest(offset):
                later = clip("later.ts", *pattern(), *H264, "-output_ts_offset", str(offset))
                self.assert_like_ffmpeg(self.file("jump.ts", start.read_bytes() + later.read_bytes()))

    def test_names_that_mean_something_elsewhere(self):
        content = start_of(CARS, 10).read_bytes()
        for name in ("a:b.mp4", "100%d.mp4", "one [1].mp4", "what?.mp4", "star*.mp4", "-dash.mp4", "comma,.mp4",
                     "with space.mp4", "zwölf.mp4", "#hash.mp4", "new\nline.mp4", "noending"):
            with self.subTest(name):
                self.file(name, content)
                outcome = lynceus("run", "--source", self.folder / name, "--model", "none", "--json")
                self.assertEqual((0, 10), (outcome.code, outcome.camera["frames_processed"]), str(outcome))

    def test_a_link_to_a_file(self):
        self.path("link.mp4").symlink_to(start_of(CARS, 10))
        self.assert_planes(raw_planes(start_of(CARS, 10)), self.path("link.mp4"))


class Pictures(InputTest):
    def folder_of_pictures(self):
        shots = self.path("shots")
        shots.mkdir()
        subprocess.run(["ffmpeg", "-v", "error", *pattern("160x120"), "-frames:v", "5", "-q:v", "3", shots / "s%02d.jpg"],
                       check=True)
        self.file("shots/readme.txt", "not a picture")
        return shots

    def test_a_folder_a_pattern_and_one_picture(self):
        shots = self.folder_of_pictures()
        planes = [raw_planes(shots / f"s{i:02}.jpg") for i in range(1, 6)]
        self.assert_planes(b"".join(planes), shots)
        self.assert_planes(b"".join(planes), shots / "*.jpg")
        self.assert_planes(b"".join(planes[1:3]), shots / "s0[23].jpg")
        self.assert_planes(planes[0], shots / "s01.jpg")

    def test_png_is_made_yuv_on_the_device(self):
        for size in ("161x121", "1x1"):
            with self.subTest(size):
                picture = clip(f"{size}.png", *pattern("160x120"), "-vf", f"scale={size.replace('x', ':')}", "-frames:v", "1")
                outcome, planes = self.planes_of(picture)
                self.assertEqual(0, outcome.code, str(outcome))
                width, height = map(int, size.split("x"))
                self.assertEqual(width * height * 3 * 2, len(planes), "4:4:4 of 12 bits")

    def test_pictures_that_are_not_read(self):
        gif = clip("one.gif", *pattern(), "-frames:v", "1")
        for source in (gif, self.path("*.jpg"), self.path("nothing?.jpg")):
            with self.subTest(source):
                self.assert_refusal(source)


class OverHttp(InputTest):
    def test_a_file_and_a_playlist(self):
        served = self.path("served")
        served.mkdir()
        source = start_of(PERSONS, 60)
        (served / "clip.mp4").write_bytes(source.read_bytes())
        for kind, ending in (("mpegts", "ts"), ("fmp4", "m4s")):
            subprocess.run(["ffmpeg", "-v", "error", "-i", source, "-c", "copy", "-f", "hls", "-hls_time", "1",
                            "-hls_playlist_type", "vod", "-hls_segment_type", kind, "-hls_segment_filename",
                            served / f"{kind}%d.{ending}", served / f"{kind}.m3u8"], check=True, cwd=served)
        with Server(served) as url:
            for name in ("clip.mp4", "mpegts.m3u8", "fmp4.m3u8"):
                with self.subTest(name):
                    self.assert_planes(raw_planes(source), url(name))
            self.assert_refusal(url("missing.mp4"), "nothing of this name")


class Refused(InputTest):
    def test_codecs_that_are_not_decoded(self):
        for name, encoder, says in (("prores.mov", ("-c:v", "prores_ks"), "no decoder for prores"),
                                    ("440.mkv", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8",
                                                 "-pix_fmt", "yuv440p"), "yuv440p")):
            with self.subTest(name):
                self.assert_refusal(clip(name, *pattern(), *encoder), says, code=5)

    def test_cameras_that_are_none(self):
        for source, says in (("/dev/video4711", "no such camera"), ("v4l2:/dev/null", "is no camera")):
            with self.subTest(source):
                outcome, planes = self.planes_of(source)
                self.assertEqual((3, b""), (outcome.code, planes), str(outcome))
                *tried, refused = outcome.err.strip().splitlines()
                self.assertRegex(refused, f"^lynceus: .*{says}.*; ")
                for line in tried:  # as of any camera that may come yet
                    self.assertRegex(line, f" warning camera1: (backoff|quarantined): .*{says}.*; ")

    def test_files_that_never_end(self):
        pipe = self.path("pipe.mp4")
        subprocess.run(["mkfifo", pipe], check=True)
        for source in (pipe, "/dev/zero", "/dev/null", "/proc/self/mem", "-"):
            with self.subTest(source):
                self.assert_refusal(source)

    def test_headers_of_noise_end_in_a_result_or_in_words(self):
        """Bytes of the first and the last kilobytes, where indexes lie, changed at random: never a crash, never silence."""
        for name in ("h.mp4", "h.mkv", "h.ts", "h.avi", "h.wmv", "h.mpg", "h.flv", "h.ivf"):
            encoder = {"wmv": ("-c:v", "wmv2"), "mpg": ("-c:v", "mpeg2video"), "ivf": ("-c:v", "libvpx")}
            whole = clip(name, *pattern("160x120"), *encoder.get(name[2:], H264)).read_bytes()
            for seed in range(6):
                with self.subTest(f"{name} {seed}"):
                    chance, broken = random.Random(seed), bytearray(whole)
                    for _ in range(3 << seed):
                        near = chance.randrange(min(3000, len(broken)))
                        broken[near if chance.random() < 0.5 else -1 - near] = chance.randrange(256)
                    source = self.file(name, bytes(broken))
                    outcome = lynceus("run", "--source", source, "--model", "none", "--json")
                    self.assertIn(outcome.code, (0, 3, 5), str(outcome))
                    self.assertEqual(outcome.code == 0, outcome.camera["frames_decoded"] > 0, str(outcome))
                    self.assertTrue(outcome.code == 0 or name in outcome.err, str(outcome))
                    self.assert_accounts_close(outcome.camera)


if __name__ == "__main__":
    unittest.main(verbosity=2)
