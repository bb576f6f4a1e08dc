"""The program itself on a stand-in for GPUs (README.md): what a user with a GPU sees, and what one sees who loses it."""
import os
import pathlib
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import lynceus as e2e  # noqa: E402

CLIP_FRAMES = 40


class OnTheStandIn(e2e.LynceusTest):
    def run_on(self, device, *arguments, cusim=""):
        return e2e.lynceus("run", "--device", device, "--model", "motion", "--set", "outputs.frame_hash=true", "--json",
                           *arguments, env={"CUSIM": cusim})

    def sources(self):
        return [f"--source={name}={e2e.start_of(sample, CLIP_FRAMES)}"
                for name, sample in (("cars", e2e.CARS), ("bottles", e2e.BOTTLES), ("persons", e2e.PERSONS))]

    def lines_on(self, device, cusim=""):
        found = self.path("found.jsonl")
        found.unlink(missing_ok=True)
        outcome = self.run_on(device, *self.sources(), "--detections", found, cusim=cusim)
        self.assertEqual(0, outcome.code, str(outcome))
        for camera in outcome.summary["cameras"]:
            self.assert_accounts_close(camera)
        return sorted(found.read_text().splitlines())

    def test_doctor_names_the_gpus(self):
        outcome = e2e.lynceus("doctor", env={"CUSIM": "devices=2"})
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertRegex(outcome.out, r"ok +device cuda +usable")
        self.assertRegex(outcome.out, r"ok +cuda:1 +cusim")
        self.assertRegex(outcome.out, r"cuda:1 decode +h264 8-bit")

    def test_model_build_says_what_tensorrt_lacks(self):
        refused = e2e.lynceus("model", "build", e2e.MODEL, "--state-dir", self.path("state"))
        self.assertEqual(5, refused.code, str(refused))
        self.assertIn("run ./lynceus setup gpu", refused.err)  # which libraries lack is the machine's matter

    def test_doctor_tells_of_clocks_that_are_held_down(self):
        self.assertRegex(e2e.lynceus("doctor").out, r"ok +cuda:0 clocks +not held down")
        held = e2e.lynceus("doctor", env={"CUSIM": "throttle=72"})
        self.assertRegex(held.out, r"cuda:0 clocks +held down: heat\n")
        self.assertIn("see to its cooling and power", held.out)

    def test_a_run_tells_of_clocks_that_are_held_down(self):
        paced = ["--realtime", "--loop", "--seconds", "7", self.sources()[0]]
        outcome = self.run_on("cuda", *paced, cusim="throttle=64")
        self.assertEqual(0, outcome.code, str(outcome))
        throttling = outcome.summary["throttling"]
        self.assertEqual("throttled", throttling["state"])
        self.assertIn(throttling["seconds"]["heat"], range(5, 9))
        self.assertEqual(1, outcome.err.count("cuda:0: its clocks are held down (heat)"), str(outcome))
        well = self.run_on("cuda", "--realtime", "--loop", "--seconds", "1", self.sources()[0])
        self.assertEqual({"state": "no", "seconds": {}}, well.summary["throttling"])

    def test_a_camera_goes_where_there_is_room_for_it(self):
        large = e2e.clip("large.mp4", "-f", "lavfi", "-i", "testsrc2=s=1920x1088:r=5:d=4", "-c:v", "libx264", "-bf", "0",
                         "-pix_fmt", "yuv420p")
        small = e2e.start_of(e2e.CARS, CLIP_FRAMES)
        outcome = self.run_on("cuda:all", "--realtime", "--loop", "--seconds", "4", f"--source=a={large}",
                              f"--source=b={small}", f"--source=c={large}", cusim="devices=2,memory_mb=64")
        self.assertEqual(0, outcome.code, str(outcome))
        device_of = {camera["name"]: camera["device"] for camera in outcome.summary["cameras"]}
        self.assertEqual("cuda:1", device_of["b"])
        self.assertEqual({"cuda:0", "cuda:1"}, {device_of["a"], device_of["c"]}, "both were seated on cuda:0")
        self.assertEqual(1, outcome.err.count("; cuda:1 has room: it runs there"), str(outcome))
        self.assertNotIn("gone", outcome.summary)

    def test_the_search_path_of_libraries_brings_it_to_any_program(self):
        with mock.patch.object(e2e, "PROGRAM", os.environ["LYNCEUS_PLAIN"]):
            outcome = e2e.lynceus("doctor", env={"LD_LIBRARY_PATH": os.environ["CUSIM_LIBRARIES"]})
        self.assertRegex(outcome.out, r"ok +libcuda.so.1")
        self.assertRegex(outcome.out, r"cuda:0 +cusim")

    def test_records_are_the_same_on_cpu_and_on_one_and_two_gpus(self):
        on_cpu = self.lines_on("cpu")
        self.assertEqual(3 * CLIP_FRAMES, len(on_cpu))
        self.assertEqual(on_cpu, self.lines_on("cuda"))
        self.assertEqual(on_cpu, self.lines_on("cuda:all", cusim="devices=2"))

    def test_jpegs_and_mjpeg_leave_the_gpu_as_files_and_nothing_else_does(self):
        source = e2e.start_of(e2e.CARS, CLIP_FRAMES)
        video, shots = self.path("out.mkv"), self.path("shots")
        outcome = self.run_on("cuda", "--source", source, "--out", video, "--set", "outputs.codec=mjpeg", "--set",
                              f"outputs.snapshots.dir={shots}", "--set", "outputs.snapshots.when=time", "--set",
                              "outputs.snapshots.every=500ms")
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertEqual(e2e.ffprobe_times(source), e2e.ffprobe_times(video))
        self.assertEqual("mjpeg,768,432,yuvj420p", e2e.ffprobe_stream(video, "codec_name,pix_fmt,width,height"))
        self.assertGreater(e2e.luma_psnr(source, video), 20)  # what is drawn differs
        pictures = sorted(shots.iterdir())
        self.assertEqual(outcome.camera["snapshots"], len(pictures))
        self.assertGreaterEqual(len(pictures), 2)
        for picture in pictures:
            self.assertEqual("mjpeg,768,432", e2e.ffprobe_stream(picture, "codec_name,width,height"))
        self.assertEqual(0, outcome.summary["transfers"]["host_pixel_bytes"])
        self.assertGreater(outcome.summary["transfers"]["out"]["video"], 100_000)
        self.assertEqual(0, outcome.summary["memory"]["allocations_after_warmup"])

    def test_a_snapshot_late_in_a_run_takes_no_memory_anew(self):
        shots = self.path("shots")
        outcome = self.run_on("cuda", "--source", e2e.start_of(e2e.CARS, 80), "--set", f"outputs.snapshots.dir={shots}",
                              "--set", "outputs.snapshots.when=track")
        self.assertEqual(0, outcome.code, str(outcome))
        first = sorted(shots.iterdir())[0]
        self.assertGreater(int(first.stem.rpartition("-")[2]), 32, "the run was warm")
        self.assertEqual(0, outcome.summary["memory"]["allocations_after_warmup"])

    def test_h264_is_refused_where_the_gpu_has_no_encoder(self):
        outcome = self.run_on("cuda", "--source", e2e.start_of(e2e.CARS, 5), "--out", self.path("out.mp4"))
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("outputs.codec: cuda:0 does not encode h264", outcome.err)
        self.assertIn("set outputs.codec: mjpeg, or copy", outcome.err)

    def test_a_lost_gpu_ends_a_run_over_files_with_5_and_its_cause(self):
        outcome = self.run_on("cuda", self.sources()[0], cusim="fail=214:cuvidMapVideoFrame64@9")
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("CUDA_ERROR_ECC_UNCORRECTABLE", outcome.err)
        self.assert_accounts_close(outcome.camera)

    def test_want_of_memory_is_said_with_a_remedy(self):
        outcome = self.run_on("cuda", self.sources()[0], cusim="memory_mb=8")
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("CUDA_ERROR_OUT_OF_MEMORY", outcome.err)
        self.assertIn("lower the number of cameras", outcome.err)

    def test_a_gpu_that_is_not_here_is_refused(self):
        outcome = self.run_on("cuda:2", self.sources()[0], cusim="devices=2")
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("cuda:2 is not here: this machine shows 2 GPUs", outcome.err)


if __name__ == "__main__":
    unittest.main()
