#!/usr/bin/python3
"""A camera that will not be played, each with its cause (FAULTS 3, 13, 14)."""
import time
import unittest

from faults import FaultTest, Server
from line import Babbler, Line
from lynceus import CARS, clip, lynceus, start_of
from scripted_camera import ABSURD_SPS, IDR, PPS, SDP, ScriptedCamera
from sps_depth import with_depth

RETRY_AFTER_REFUSAL = 30


class Refused(FaultTest):
    def refused(self, row, case, url, *causes, bound=5):
        """Runs it until the cause is told; gives the moments of that."""
        began = time.monotonic()
        self.run_beside(url)
        when, state, cause = self.watched.wait("a change", lambda: self.watched.changes("sick"))[0]
        self.assertEqual("backoff", state)
        for words in causes:
            self.assertIn(words, cause)
        self.assertLess(when - began, bound + 3)
        self.note(row, case, when - began, None, ["backoff"])
        return when

    def end_refused(self, *causes):
        sick = self.end()
        self.assertEqual("backoff", sick["state"])
        self.assertEqual(0, sick["frames_in"])
        for words in causes:
            self.assertIn(words, sick["cause"])
        return sick

    def test_03_a_wrong_password_is_not_tried_again_for_30_s(self):
        line = self.kept(Line(self.kept(Server("--user", "viewer", "--password", "right")).port))
        self.refused(3, "wrong password", f"rtsp://viewer:hunter2@127.0.0.1:{line.port}/main", "refused user or password")
        tried = line.accepted
        time.sleep(4)
        self.assertEqual(tried, line.accepted, "hammering locks accounts")
        sick = self.end_refused("refused user or password")
        self.assertEqual({"backoff": 1}, sick["states"])
        self.assertNotIn("hunter2", "".join(line for _, line in self.watched.log) + str(sick))

    def test_03_a_stream_that_the_camera_does_not_have(self):
        server = self.kept(Server())
        self.refused(3, "no such stream", f"rtsp://127.0.0.1:{server.port}/other", "no stream of this name")
        time.sleep(2)
        self.assertEqual({"backoff": 1}, self.end_refused("no stream of this name")["states"])

    def test_03_what_answers_is_not_rtsp(self):
        babbler = self.kept(Babbler(b"SSH-2.0-OpenSSH_9.2p1\r\n"))
        self.refused(3, "not RTSP", f"rtsp://127.0.0.1:{babbler.port}/main", "the answer is not RTSP")
        self.watched.close()

    def test_03_no_tls_where_tls_was_asked_for(self):
        server = self.kept(Server())
        self.refused(3, "no TLS", f"rtsps://127.0.0.1:{server.port}/main", "rtsps://127.0.0.1")
        self.watched.close()

    def test_13_an_absurd_size_is_refused_before_memory_is_taken(self):
        camera = self.kept(ScriptedCamera(units=(ABSURD_SPS, PPS, IDR)))
        self.refused(13, "absurd size", f"rtsp://127.0.0.1:{camera.port}/main", "65520x65520", bound=1)
        summary, _ = self.watched.end()
        self.assertLess(summary["memory"]["pool_bytes"], 100e6)

    def test_13_a_description_without_bound(self):
        camera = self.kept(ScriptedCamera(sdp="v=0\r\n" + "a=x:" + "y" * 3_000_000 + "\r\n"))
        self.refused(13, "endless description", f"rtsp://127.0.0.1:{camera.port}/main", "longer than is read", bound=1)
        self.watched.close()

    def test_14_a_description_that_points_to_another_host_is_never_followed(self):
        victim = self.kept(ScriptedCamera())
        sdp = SDP.replace("trackID=1", f"rtsp://localhost:{victim.port}/x")
        camera = self.kept(ScriptedCamera(sdp=sdp))
        self.refused(14, "description points elsewhere", f"rtsp://127.0.0.1:{camera.port}/main", "to another host, localhost",
                     bound=1)
        time.sleep(2)
        self.assertEqual({"backoff": 1}, self.end_refused("to another host")["states"])
        self.assertEqual([], victim.asked)

    def test_14_a_redirect_to_another_host_is_never_followed(self):
        victim = self.kept(ScriptedCamera())
        camera = self.kept(ScriptedCamera(describe=f"302 Moved\r\nLocation: rtsp://localhost:{victim.port}/x"))
        self.refused(14, "redirect elsewhere", f"rtsp://127.0.0.1:{camera.port}/main", "redirects to another host", bound=1)
        self.end_refused("to another host")
        self.assertEqual([], victim.asked)

    def test_18_pictures_that_cannot_be_decoded_are_the_cameras_trouble_alone(self):
        camera = self.kept(Server(deep_clip(), program="replay_cameras.py"))
        began = time.monotonic()
        self.run_beside(f"rtsp://127.0.0.1:{camera.port}/0")
        when, _, cause = self.watched.wait_for_change("sick", "backoff", 0)
        self.assertIn("yuv420p14", cause)
        self.watched.wait_for_frames("well", 10, when)
        sick = self.end()
        self.assertEqual(("backoff", 0), (sick["state"], sick["frames_decoded"]))
        self.note(18, "14 bits", when - began, None, self.states())

    def test_18_on_the_command_line_they_are_refused_at_the_start(self):
        camera = self.kept(Server(deep_clip(), program="replay_cameras.py"))
        outcome = lynceus("run", "--source", f"rtsp://127.0.0.1:{camera.port}/0", "--model", "none")
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertIn("yuv420p14", outcome.err)

    def test_18_a_file_that_cannot_be_decoded_is_refused_and_the_others_run_to_their_end(self):
        config = self.file("files.yaml", "version: 1\ndetector: {model: none}\ncameras:\n"
                           f"  - {{id: deep, source: \"{deep_clip()}\"}}\n  - {{id: cars, source: \"{start_of(CARS, 30)}\"}}\n")
        outcome = lynceus("run", config, "--json")
        self.assertEqual(5, outcome.code, str(outcome))
        self.assertEqual([("failed", 0), ("ended", 30)],
                         [(c["state"], c["frames_processed"]) for c in outcome.summary["cameras"]])


def deep_clip():
    """H.264 that says it has 14 bits, which libavcodec would decode and no picture of ours can hold."""
    source = clip("ten-bits.h264", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1", "-c:v", "libx264",
                  "-pix_fmt", "yuv420p10le", "-bf", "0")
    deep = source.with_name("deep.h264")
    deep.write_bytes(with_depth(source.read_bytes(), 14))
    return deep


if __name__ == "__main__":
    unittest.main(verbosity=2)
