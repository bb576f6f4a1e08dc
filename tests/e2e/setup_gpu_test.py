#!/usr/bin/python3
"""`./lynceus setup gpu` in a source tree of its own, with wheels of its own on disk: no network."""
import hashlib
import os
import shutil
import subprocess
import unittest
import zipfile

from lynceus import ROOT, LynceusTest, lynceus

WHEEL = "onnxruntime_gpu-1.29.0-cp311-cp311-manylinux_2_28_x86_64.whl"
PROVIDERS = ["libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"]
TENSORRT = "tensorrt_cu13_libs-10.14.1.48-py2.py3-none-manylinux_2_28_x86_64.whl"


def make_wheel(path, files):
    name, version = path.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for file in files:
            wheel.writestr(file, f"these are the bytes of {file}")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n" +
                       f"Tag: {'-'.join(path.stem.split('-')[2:])}\n")
        wheel.writestr(f"{info}/RECORD", "")


class SetupGpu(LynceusTest):
    def setUp(self):
        super().setUp()
        self.tree = self.path("tree")
        shutil.copytree(ROOT / "scripts", self.tree / "scripts")
        shutil.copy(ROOT / "lynceus", self.tree)
        self.core = self.tree / ".deps/onnxruntime"
        self.lib = self.core / "lib"
        self.lib.mkdir(parents=True)
        (self.lib / "libonnxruntime.so.1").write_bytes(b"")
        shutil.copy(ROOT / "scripts/onnxruntime.pins", self.core / ".pins")
        self.wheels, self.bin = self.path("wheels"), self.path("bin")
        self.wheels.mkdir()
        self.bin.mkdir()
        make_wheel(self.wheels / WHEEL, [f"onnxruntime/capi/{file}" for file in PROVIDERS] + ["onnxruntime/other.so"])
        self.pin(self.sha256(WHEEL))

    def sha256(self, wheel):
        return hashlib.sha256((self.wheels / wheel).read_bytes()).hexdigest()

    def pin(self, sha256, pattern="onnxruntime/capi/libonnxruntime_providers_*.so", more=""):
        line = f"provider onnxruntime-gpu 1.29.0 1 {sha256} {pattern}\n"
        (self.tree / "scripts/gpu.pins").write_text("# comment\n" + line + more, encoding="utf-8")

    def setup_gpu(self, *arguments):
        env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull,
               "PATH": f"{self.bin}:{os.environ['PATH']}"}
        done = subprocess.run([self.tree / "lynceus", "setup", "gpu", *arguments], capture_output=True, text=True, env=env,
                              stdin=subprocess.DEVNULL, timeout=120, check=False)
        self.assertEqual("", done.stdout)
        self.assertEqual([], [p.name for p in (self.tree / ".deps").iterdir() if p.name.startswith("gpu.")], "leftovers")
        return done

    def libraries(self):
        return sorted(p.name for p in self.lib.iterdir())

    def test_it_lays_the_providers_beside_the_core(self):
        done = self.setup_gpu()
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(["libonnxruntime.so.1", *PROVIDERS], self.libraries())
        self.assertEqual(f"these are the bytes of onnxruntime/capi/{PROVIDERS[0]}", (self.lib / PROVIDERS[0]).read_text())
        self.assertIn("onnxruntime-gpu 1.29.0", done.stderr)

    def test_a_second_run_fetches_nothing(self):
        self.assertEqual(0, self.setup_gpu().returncode)
        shutil.rmtree(self.wheels)
        done = self.setup_gpu()
        self.assertEqual((0, "setup gpu: provider: there\n"), (done.returncode, done.stderr))

    def test_a_library_that_went_away_is_brought_again(self):
        self.assertEqual(0, self.setup_gpu().returncode)
        (self.lib / PROVIDERS[1]).unlink()
        self.assertEqual(0, self.setup_gpu().returncode)
        self.assertTrue((self.lib / PROVIDERS[1]).exists())

    def test_other_pins_bring_other_libraries(self):
        self.assertEqual(0, self.setup_gpu().returncode)
        make_wheel(self.wheels / WHEEL, ["onnxruntime/capi/libonnxruntime_providers_cuda.so", "onnxruntime/new.so"])
        self.pin(self.sha256(WHEEL), "onnxruntime/new.so")
        self.assertEqual(0, self.setup_gpu().returncode)
        self.assertEqual(["libonnxruntime.so.1", "new.so"], self.libraries())

    def test_a_wheel_with_another_checksum_is_not_used(self):
        self.pin("0" * 64)
        done = self.setup_gpu()
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn(f"{WHEEL} has the checksum {self.sha256(WHEEL)}, scripts/gpu.pins wants {'0' * 64}: not used",
                      done.stderr)
        self.assertEqual(["libonnxruntime.so.1"], self.libraries())

    def test_a_wheel_without_the_pinned_files_is_not_used(self):
        self.pin(self.sha256(WHEEL), "onnxruntime/capi/*.so onnxruntime/gone.so")
        done = self.setup_gpu()
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("holds nothing like onnxruntime/gone.so", done.stderr)
        self.assertEqual(["libonnxruntime.so.1"], self.libraries())

    def test_what_pip_cannot_fetch_is_said(self):
        (self.wheels / WHEEL).unlink()
        done = self.setup_gpu()
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("pip could not fetch onnxruntime-gpu 1.29.0", done.stderr)

    def test_check_brings_nothing(self):
        done = self.setup_gpu("--check")
        self.assertEqual((1, "setup gpu: provider: not there\n"), (done.returncode, done.stderr))
        self.assertEqual(["libonnxruntime.so.1"], self.libraries())
        self.assertEqual(0, self.setup_gpu().returncode)
        self.assertEqual(0, self.setup_gpu("--check").returncode)

    def test_tensorrt_names_its_licence_first_and_takes_this_gpus_resources_alone(self):
        resource = "tensorrt_libs/libnvinfer_builder_resource_sm{}.so.10.14.1"
        make_wheel(self.wheels / TENSORRT, ["tensorrt_libs/libnvinfer.so.10", resource.format(80), resource.format(90)])
        self.pin(self.sha256(WHEEL), more=f"tensorrt tensorrt-cu13-libs 10.14.1.48 3400 {self.sha256(TENSORRT)} "
                 f"tensorrt_libs/libnvinfer.so.10 {resource.format('SM')}\n")
        smi = self.bin / "nvidia-smi"
        smi.write_text("#!/bin/sh\necho 9.0\necho 9.0\n", encoding="utf-8")
        smi.chmod(0o755)
        done = self.setup_gpu("--tensorrt")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertLess(done.stderr.index("licence agreement"), done.stderr.index("tensorrt: lies in"))
        self.assertEqual(["libnvinfer.so.10", "libnvinfer_builder_resource_sm90.so.10.14.1", "libonnxruntime.so.1", *PROVIDERS],
                         self.libraries())

    def test_an_unknown_argument_is_refused(self):
        done = self.setup_gpu("--cudnn")
        self.assertEqual(2, done.returncode)
        self.assertIn('unknown argument "--cudnn"; see ./lynceus setup gpu --help', done.stderr)

    def test_help_says_what_the_options_bring(self):
        done = self.setup_gpu("--help")
        self.assertEqual(0, done.returncode)
        for word in ("--cuda", "--tensorrt", "--check"):
            self.assertIn(word, done.stderr)


class Pins(unittest.TestCase):
    def test_every_pinned_wheel_has_its_checksum_and_files(self):
        lines = [line for line in (ROOT / "scripts/gpu.pins").read_text().splitlines() if not line.startswith("#")]
        self.assertTrue({"provider", "cuda", "tensorrt"} == {line.split()[0] for line in lines})
        for line in lines:
            _, _, _, megabytes, sha256, *patterns = line.split()
            self.assertRegex(sha256, "^[0-9a-f]{64}$", line)
            self.assertTrue(patterns and int(megabytes) > 0, line)

    def test_the_provider_is_of_the_cores_version(self):
        core = (ROOT / "scripts/onnxruntime.pins").read_text().split("ORT_LIBRARY_VERSION=")[1].split()[0]
        self.assertIn(f"\nprovider onnxruntime-gpu {core} ", (ROOT / "scripts/gpu.pins").read_text())


class Program(unittest.TestCase):
    def test_the_program_itself_says_who_sets_up(self):
        outcome = lynceus("setup", "gpu", "--cuda")
        self.assertEqual(2, outcome.code)
        self.assertIn("run ./lynceus setup gpu in the source tree", outcome.err)
        self.assertIn("setup gpu", lynceus("--help").out)

    def test_doctor_names_the_libraries_of_inference_and_what_brings_them(self):
        for name in ("infer on cuda", "CUDA libraries", "TensorRT"):
            self.assertIn(name, lynceus("doctor").out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
