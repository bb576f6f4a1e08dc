#!/usr/bin/python3
"""A camera that will not be played, each with its cause (FAULTS 3, 13, 14)."""
import time
import unittest

from faults import FaultTest, Server
from line import Babbler, Line
from scripted_camera import ABSURD_SPS, IDR, PPS, SDP, ScriptedCamera

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
