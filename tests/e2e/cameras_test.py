#!/usr/bin/python3
"""RTSP cameras through the whole program: their codecs, and whom a secure connection trusts."""
import json
import subprocess
import unittest

from lynceus import ROOT, LynceusTest, lynceus, records

PYTHON = "/usr/bin/python3"


class Camera:
    """tests/media/rtsp_server.py as long as the `with` lasts; gives its address."""

    def __init__(self, *arguments):
        self.scheme = "rtsps" if "--tls" in arguments else "rtsp"
        self.process = subprocess.Popen([PYTHON, ROOT / "tests/media/rtsp_server.py", "--size", "160x120", *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return f"{self.scheme}://127.0.0.1:{int(self.process.stdout.readline())}/main"

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class CameraTest(LynceusTest):
    def run_camera(self, url, env=None, **keys):
        """A run with this camera alone: its outcome, and the lines that were written of its frames."""
        lines = self.path("lines.jsonl")
        lines.unlink(missing_ok=True)
        camera = {"id": "door", "source": url, **keys}
        config = {"version": 1, "detector": {"model": "none"}, "outputs": {"detections": str(lines)}, "cameras": [camera]}
        outcome = lynceus("run", self.file("config.yaml", json.dumps(config)), "--seconds", "3", "--json", env=env)
        return outcome, records(lines) if lines.exists() else []


class Codecs(CameraTest):
    def test_each_codec_gives_frames_with_rising_times(self):
        for codec in ("h264", "h265", "jpeg"):
            with self.subTest(codec), Camera("--codec", codec) as url:
                outcome, lines = self.run_camera(url)
                self.assertEqual(0, outcome.code, str(outcome))
                self.assertGreater(len(lines), 25, str(outcome))
                times = [line["pts"] for line in lines]
                self.assertEqual(sorted(set(times)), times)
                self.assertEqual(0, outcome.camera["damaged"])
                self.assert_accounts_close(outcome.camera)


class Trust(CameraTest):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = self.path("certificate.pem"), self.path("key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=camera",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-out", self.certificate, "-keyout", self.key],
                       check=True, capture_output=True)
        shown = subprocess.run(["openssl", "x509", "-in", self.certificate, "-noout", "-fingerprint", "-sha256"],
                               check=True, capture_output=True).stdout.decode()
        self.fingerprint = shown.strip().split("=", 1)[1]

    def camera(self):
        return Camera("--tls", str(self.certificate), str(self.key))

    def assert_frames(self, outcome, lines):
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertGreater(len(lines), 25, str(outcome))

    def assert_refused(self, outcome, lines, *words):
        self.assertNotIn("running", outcome.camera["state"])
        self.assertEqual([], lines)
        for word in words:
            self.assertIn(word, outcome.err)

    def test_a_certificate_of_nobody_is_refused_unless_told_otherwise(self):
        with self.camera() as url:
            self.assert_refused(*self.run_camera(url), "certificate is not trusted", "tls: insecure")
            self.assert_frames(*self.run_camera(url, tls="insecure"))

    def test_a_certificate_that_the_system_trusts_is_taken(self):
        with self.camera() as url:
            self.assert_frames(*self.run_camera(url, env={"SSL_CERT_FILE": str(self.certificate)}))
            other = url.replace("127.0.0.1", "localhost")
            self.assert_refused(*self.run_camera(other, env={"SSL_CERT_FILE": str(self.certificate)}), "not trusted")

    def test_the_pinned_certificate_is_taken_and_no_other(self):
        plain = self.fingerprint.replace(":", "").lower()
        with self.camera() as url:
            for pin in (self.fingerprint, plain):
                self.assert_frames(*self.run_camera(url, tls=f"pin:{pin}"))
            wrong = ("0" if plain[0] != "0" else "1") + plain[1:]
            self.assert_refused(*self.run_camera(url, tls=f"pin:{wrong}"), "not the pinned one", plain)

    def test_a_policy_that_is_none_is_refused(self):
        outcome, _ = self.run_camera("rtsps://127.0.0.1:9/main", tls="maybe")
        self.assertEqual(2, outcome.code, str(outcome))
        self.assertIn("cameras[0].tls", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
