#!/usr/bin/python3
"""The stream is healthy, the picture is not: frozen, black, covered, moved (FAULTS 28)."""
import re
import unittest

from faults import RATE, SLACK, FaultTest, Server, Watched
from lynceus import BOTTLES, CARS, PERSONS, clip

AFTER = 20  # seconds of a corridor as it is
THEN = 32   # seconds of what is wrong with it; the bound is 30
NOISE = "noise=alls=6:allf=t"
FROM_THEN = f"enable='gte(t,{AFTER})'"
WRONG = {
    "frozen": f"{NOISE},trim=0:{AFTER},tpad=stop_mode=clone:stop_duration={THEN}",
    "black": f"drawbox=c=black:t=fill:{FROM_THEN},{NOISE}",
    "covered": f"drawbox=c=0x706050:t=fill:{FROM_THEN},{NOISE}",
    "moved": f"crop=270:152:x='if(gte(t,{AFTER}),114,0)':y='if(gte(t,{AFTER}),64,0)',scale=384:216,{NOISE}",
    "well": NOISE,
}


def camera_clip(name, filters):
    return clip(f"{name}-camera.mp4", "-stream_loop", "-1", "-i", PERSONS, "-vf", f"fps={RATE},scale=384:216,{filters}", "-t",
                AFTER + THEN, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-g", RATE, "-bf", "0", "-an")


class Conditions(FaultTest):
    def test_28_the_picture_is_frozen_black_covered_or_moved(self):
        cameras = ""
        for name, filters in WRONG.items():
            server = self.kept(Server(camera_clip(name, filters)))
            cameras += f'  - {{id: {name}, source: "rtsp://127.0.0.1:{server.port}/main"}}\n'
        config = self.file("cameras.yaml", "version: 1\ndetector: {model: none}\noutputs: {detections: out.jsonl}\n"
                           f"cameras:\n{cameras}")
        run = self.kept(Watched(config, self.path("out.jsonl")))
        wrong = [name for name in WRONG if name != "well"]
        for name in wrong:
            began = run.wait_for_frames(name, AFTER * RATE)
            line = re.compile(rf" {name}: {name}: ")
            seen = run.wait(f"{name} is seen", lambda: [when for when, text in run.log if line.search(text)])[0] - began
            self.assertGreater(seen, 5, f"{name} needs more than a moment")
            self.assertLess(seen, 30 + SLACK)
            run.wait(f"a record of {name} says so",
                     lambda: [r for r in run.records_of(name) if r.get("conditions") == [name]])
            self.note(28, name, seen, None, ["running"])
        summary, _ = run.end()
        for camera in summary["cameras"]:
            name = camera["name"]
            self.assertEqual([name] if name in wrong else [], camera["conditions"], camera)
            self.assertEqual({name: 1} if name in wrong else {}, camera["condition_counts"], camera)
            self.assertEqual(0, camera["reconnects"], "a condition is no reason to connect anew")
            self.assertEqual(["running"], [state for _, state, _ in run.changes(name)])
            self.assert_accounts_close(camera)
        self.assertLess(0, summary["transfers"]["out"]["scene"])
        self.assertEqual(0, summary["transfers"]["host_pixel_bytes"])

    def test_healthy_views_are_not_suspected(self):
        outcome = self.run_well("--source", CARS, "--source", PERSONS, "--source", BOTTLES, "--model", "none", "--realtime",
                                "--loop", "--seconds", 45, "--json", "--detections", self.path("out.jsonl"))
        for camera in outcome.summary["cameras"]:
            self.assertEqual({}, camera["condition_counts"], camera)
        self.assertNotIn("conditions", self.path("out.jsonl").read_text(encoding="utf-8"))

    def test_what_is_switched_off_is_not_looked_for(self):
        still = clip("still.mp4", "-f", "lavfi", "-i", f"color=black:s=320x240:r={RATE}", "-t", 26, "-pix_fmt", "yuv420p")
        config = self.file("cameras.yaml", f"""version: 1
detector: {{model: none}}
conditions: {{black: false}}
cameras:
  - {{id: some, source: {still}}}
  - {{id: none, source: {still}, conditions: {{frozen: false, covered: false, moved: false}}}}
""")
        some, none = self.run_well(config, "--realtime", "--json").summary["cameras"]
        self.assertEqual({"frozen": 1}, some["condition_counts"])
        self.assertEqual({}, none["condition_counts"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
