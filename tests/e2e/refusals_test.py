#!/usr/bin/python3
"""What cannot work: the right exit code, one line with cause and remedy, nothing half-written."""
import os
import pathlib
import shutil
import unittest

from lynceus import BOTTLES, CARS, MODEL, ROOT, LynceusTest, clip, lynceus, start_of

USAGE, SOURCE, DEVICE, OUTPUT = 2, 3, 5, 6


class RefusalTest(LynceusTest):
    def assert_one_line(self, outcome, code, *words):
        """Cause and remedy; what was expected instead is remedy enough."""
        self.assertEqual(code, outcome.code, str(outcome))
        lines = outcome.err.strip().splitlines()
        self.assertEqual(1, len(lines), outcome.err)
        for word in words:
            self.assertIn(word, lines[0])
        self.assertRegex(lines[0], "; |expected", "cause, then remedy")


class Sources(RefusalTest):
    def assert_refused(self, source, *words, before=()):
        lines, video = self.path("out.jsonl"), self.path("out.mp4")
        outcome = lynceus("run", "--source", source, "--model", "none", "--detections", lines, "--out", video, "--json",
                          before=before)
        self.assert_one_line(outcome, SOURCE, *words)
        self.assertEqual("failed", outcome.camera["state"])
        self.assertFalse(lines.exists() or video.exists(), "something was written though nothing was read")

    def test_a_file_that_is_not_there_is_refused(self):
        self.assert_refused(self.path("missing.mp4"), "missing.mp4", "no such file")

    def test_an_empty_file_is_refused(self):
        self.assert_refused(self.file("empty.mp4", ""), "empty")

    def test_a_truncated_mp4_without_its_index_is_refused(self):
        indexed_last = clip("late-index.mp4", "-i", CARS, "-c", "copy", "-frames:v", 100, "-movflags", "0")
        self.assert_refused(self.file("cut.mp4", indexed_last.read_bytes()[:60000]), "cut.mp4")

    def test_a_file_with_audio_only_is_refused(self):
        self.assert_refused(clip("audio.mp4", "-f", "lavfi", "-i", "sine=d=1"), "audio only")

    def test_a_text_named_mp4_is_refused(self):
        self.assert_refused(self.file("text.mp4", "Dear reader,\nthis is no video.\n"), "text")

    def test_noise_is_refused(self):
        state, noise = 1, bytearray()
        for _ in range(100_000):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            noise.append(state >> 16 & 0xFF)
        self.assert_refused(self.file("noise.mp4", bytes(noise)), "noise.mp4")

    def test_a_folder_is_refused(self):
        self.path("folder.mp4").mkdir()
        self.assert_refused(self.path("folder.mp4"), "directory")

    def test_a_file_that_may_not_be_read_is_refused(self):
        source = self.file("secret.mp4", CARS.read_bytes()[:1000])
        source.chmod(0)
        before = ()
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                self.skipTest("root reads everything, and setpriv is not here")
            self.folder.chmod(0o777)
            before = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            if lynceus("--version", before=before).code != 0:
                self.skipTest("nobody cannot run the program where it lies")
        self.assert_refused(source, "secret.mp4", before=before)

    def test_a_source_without_a_name_is_refused(self):
        self.assert_refused("", "no name")

    def test_protocols_that_reach_further_are_refused(self):
        for source in ("http://127.0.0.1:9/a.mp4", "https://127.0.0.1:9/a.mp4", f"concat:{CARS}", f"subfile,,:{CARS}",
                       f"crypto:{CARS}", f"file:{CARS}|x", "data:video/mp4;base64,AAAA", "tcp://127.0.0.1:9"):
            with self.subTest(source):
                self.assert_refused(source)

    def test_a_playlist_named_mp4_opens_nothing(self):
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{CARS}\n#EXT-X-ENDLIST\n"
        for name, text in {"hls.mp4": hls, "concat.mp4": f"ffconcat version 1.0\nfile '{CARS}'\n"}.items():
            with self.subTest(name):
                self.assert_refused(self.file(name, text), "playlist")

    def test_of_several_sources_those_that_can_be_read_are(self):
        outcome = self.run_well("--source", start_of(CARS, 30), "--source", self.path("missing.mp4"), "--model", "none",
                                "--json")
        states = {camera["name"]: camera["state"] for camera in outcome.summary["cameras"]}
        self.assertEqual({"car-detection-30": "ended", "missing": "failed"}, states)
        self.assertEqual(30, outcome.camera["frames_processed"])
        self.assertIn("no such file", outcome.err)


class Models(RefusalTest):
    def assert_refused(self, model, *words):
        video = self.path("out.mp4")
        outcome = lynceus("run", "--source", start_of(CARS, 30), "--model", model, "--out", video)
        self.assert_one_line(outcome, DEVICE, *words)
        self.assertFalse(video.exists())

    def card(self, **changed):
        """A copy of the real card with other files beside it."""
        shutil.copy(ROOT / "models/coco.names", self.folder)
        text = pathlib.Path(MODEL).read_text(encoding="utf-8")
        return self.file("card.yaml", text.replace("onnx: yolox_nano.onnx", f"onnx: {changed['onnx']}"))

    def test_a_card_that_is_not_there_is_refused(self):
        self.assert_refused(self.path("missing.yaml"), "missing.yaml", "No such file")

    def test_a_card_whose_model_is_missing_is_refused(self):
        self.assert_refused(self.card(onnx="gone.onnx"), "gone.onnx")

    def test_a_damaged_model_is_refused(self):
        damaged = bytearray((ROOT / "models/yolox_nano.onnx").read_bytes())
        damaged[1000:1064] = bytes(64)
        self.file("damaged.onnx", bytes(damaged))
        self.assert_refused(self.card(onnx="damaged.onnx"), "damaged.onnx")

    def test_a_model_cut_short_is_refused(self):
        self.file("cut.onnx", (ROOT / "models/yolox_nano.onnx").read_bytes()[:100_000])
        self.assert_refused(self.card(onnx="cut.onnx"), "cut.onnx")

    def test_tensorrt_on_the_cpu_is_refused(self):
        outcome = lynceus("run", "--source", start_of(CARS, 30), "--set", "detector.engine=tensorrt")
        self.assert_one_line(outcome, DEVICE, "detector.engine tensorrt does not run on cpu", "--device cuda")

    def test_an_onnx_file_instead_of_its_card_is_refused(self):
        self.assert_refused(ROOT / "models/yolox_nano.onnx", "yolox_nano.onnx")


class Configurations(RefusalTest):
    def assert_refused(self, text, place, *words):
        config = self.file("cameras.yaml", text)
        outcome = lynceus("run", config)
        self.assert_one_line(outcome, USAGE, *words)
        self.assertIn(f"{config}:{place}: ", outcome.err)
        self.assertEqual(USAGE, lynceus("config", "check", config).code)

    def test_an_unknown_key_is_refused_with_its_place_and_the_nearest_key(self):
        self.assert_refused("version: 1\ncameras:\n  - id: gate\n    source: a\n    sorce: b\n", "5:5", "cameras[0].sorce: unknown key",
                            'nearest is "source"')

    def test_a_duplicate_key_is_refused_with_its_place(self):
        self.assert_refused("version: 1\ndevice: cpu\ndevice: cpu\n", "3:1", "device", "duplicate")

    def test_a_wrong_type_is_refused_with_its_place(self):
        self.assert_refused("version: 1\ndetector: {score: high}\n", "2:19", "detector.score", "number")

    def test_an_impossible_value_is_refused_with_its_place(self):
        self.assert_refused("version: 1\ndetector: {score: 1.5}\n", "2:19", "detector.score")

    def test_a_configuration_that_is_not_there_is_refused(self):
        self.assert_one_line(lynceus("run", self.path("gone.yaml")), USAGE, "gone.yaml", "No such file")


class Outputs(RefusalTest):
    def assert_refused(self, *arguments):
        outcome = lynceus("run", "--source", start_of(CARS, 30), "--model", "none", *arguments)
        self.assert_one_line(outcome, OUTPUT, str(arguments[-1]))

    def test_a_video_in_a_missing_folder_is_refused(self):
        self.assert_refused("--out", self.path("gone/out.mp4"))

    def test_detections_in_a_missing_folder_are_refused(self):
        self.assert_refused("--detections", self.path("gone/out.jsonl"))

    def test_tracks_in_a_missing_folder_are_refused(self):
        self.assert_refused("--mot", self.path("gone/out.txt"))

    def test_a_summary_in_a_missing_folder_is_refused(self):
        self.assert_refused("--summary", self.path("gone/summary.json"))

    def test_a_full_disk_ends_the_run_with_6(self):
        for flag in ("--detections", "--out"):
            with self.subTest(flag):
                self.assert_refused(flag, "/dev/full")

    def test_a_full_disk_for_tracks_ends_the_run_with_6(self):
        outcome = lynceus("run", "--source", start_of(BOTTLES, 60), "--model", MODEL, "--mot", "/dev/full")
        self.assert_one_line(outcome, OUTPUT, "/dev/full")

    def test_the_accounts_close_when_the_disk_is_full(self):
        outcome = lynceus("run", "--source", start_of(CARS, 30), "--model", "none", "--json", "--out", "/dev/full")
        self.assertEqual(OUTPUT, outcome.code)
        self.assert_accounts_close(outcome.camera)


class Arguments(RefusalTest):
    def assert_refused(self, code, *arguments, words=()):
        self.assert_one_line(lynceus("run", "--source", start_of(CARS, 30), *arguments), code, *words)

    def test_an_unknown_device_is_refused(self):
        self.assert_refused(USAGE, "--device", "gpu", words=['"gpu"', "cuda"])

    @unittest.skipIf(list(pathlib.Path("/dev").glob("nvidia[0-9]*")), "there is a GPU here")
    def test_cuda_where_there_is_none_is_refused_and_cpu_is_not_taken_instead(self):
        self.assert_refused(DEVICE, "--device", "cuda", words=["cuda", "--device cpu"])

    def test_an_unknown_class_is_refused(self):
        self.assert_refused(USAGE, "--set", "detector.classes=[unicorn]", words=["unicorn"])

    def test_mistakes_in_set_are_refused(self):
        for assignment, words in {"detector.scor=0.3": ["detector.scor", "score"], "detector.score=abc": ["number"],
                                  "detector": ["--set"], "=1": ["--set"], "detector.score=7": ["detector.score"],
                                  "a.b=1": ["a", "detector"]}.items():
            with self.subTest(assignment):
                self.assert_refused(USAGE, "--set", assignment, words=words)

    def test_an_unknown_flag_is_refused(self):
        self.assert_refused(USAGE, "--nonsense", words=["--nonsense", "run --help"])

    def test_seconds_that_are_none_are_refused_briefly(self):
        for seconds in ("-1", "0", "soon"):
            with self.subTest(seconds):
                outcome = lynceus("run", "--source", start_of(CARS, 30), "--seconds", seconds)
                self.assert_one_line(outcome, USAGE, "--seconds")
                self.assertLess(len(outcome.err), 200)

    def test_one_video_path_for_two_cameras_is_refused(self):
        self.assert_refused(USAGE, "--source", start_of(CARS, 30), "--model", "none", "--out", self.path("one.mp4"),
                            words=["{camera}"])
        self.assertFalse(self.path("one.mp4").exists())

    def test_run_with_nothing_explains_itself(self):
        outcome = lynceus("run")
        self.assertEqual(USAGE, outcome.code)
        for word in ("--source", "cameras.yaml", "lynceus demo"):
            self.assertIn(word, outcome.err)

    def test_the_program_without_arguments_lists_its_commands(self):
        outcome = lynceus()
        self.assertEqual(USAGE, outcome.code)
        for command in ("run", "demo", "probe", "doctor", "config"):
            self.assertIn(command, outcome.out + outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
