#!/usr/bin/env python3
"""The loop that people write in Python: OpenCV decodes, PyTorch infers in fp16, OpenCV draws and makes JPEGs.

    handwritten_loop.py CLIP CAMERAS SECONDS

One thread a camera at 25 frames/s. The network is torchvision's MobileNetV3 at 416x416 with random
weights: about the size of YOLOX-nano, which no package brings for PyTorch. Prints one JSON line.
"""
import json
import resource
import sys
import threading
import time

import cv2
import numpy
import torch
import torchvision


def camera(clip, network, until, count):
    capture = cv2.VideoCapture(clip)
    due = time.monotonic()
    while time.monotonic() < until:
        good, picture = capture.read()
        if not good:
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            continue
        ratio = 416 / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=ratio, fy=ratio)
        padded = numpy.full((416, 416, 3), 114, numpy.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        tensor = torch.from_numpy(padded).cuda().permute(2, 0, 1)[None].half()
        with torch.no_grad():
            network(tensor).float().cpu()
        cv2.rectangle(picture, (100, 100), (400, 400), (0, 200, 255), 2)
        cv2.imencode(".jpg", picture)
        count.append(1)
        due += 1 / 25
        time.sleep(max(0.0, due - time.monotonic()))


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    clip, cameras, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    network = torchvision.models.mobilenet_v3_large(weights=None).cuda().half().eval()
    network(torch.zeros(1, 3, 416, 416, device="cuda", dtype=torch.half))
    torch.cuda.synchronize()
    begin, spent, count = time.monotonic(), cpu_seconds(), []
    threads = [threading.Thread(target=camera, args=(clip, network, begin + seconds, count)) for _ in range(cameras)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - begin
    print(json.dumps({"loop": "handwritten python", "cameras": cameras, "frames_per_second": round(len(count) / wall, 1),
                      "cores": round((cpu_seconds() - spent) / wall, 3)}))


if __name__ == "__main__":
    main()
