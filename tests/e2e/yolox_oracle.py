#!/usr/bin/env python3
"""YOLOX once more, written from its paper's demo code and sharing nothing with Lynceus: makes golden/.

    python3 -m venv oracle && oracle/bin/pip install numpy onnxruntime opencv-python-headless
    oracle/bin/python3 tests/e2e/yolox_oracle.py [NAME...]

Decodes the first FRAMES pictures of each sample (cars come late in theirs: all of it) and of the clips of
derived_clips.py with the ffmpeg command, converts them to BGR as swscale does it most exactly, and writes
the boxes >= SCORE after NMS as JSON lines. Needed only to remake the golden files (all, or those named);
the tests read what is committed.
"""
import json
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import onnxruntime

import derived_clips

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
FRAMES = {"car-detection": 377, "bottle-detection": 150, "one-by-one-person-detection": 150}
SIDE = 416
SCORE = 0.3
NMS_IOU = 0.45


def size_of(path):
    asked = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0"]
    width, height = subprocess.run([*asked, str(path)], capture_output=True, text=True, check=True).stdout.strip().split(",")
    return int(width), int(height)


def pictures(path, size, matrix, frames):
    width, height = size
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", f"scale=in_color_matrix={matrix}", "-sws_flags",
               "bicubic+accurate_rnd+full_chroma_int", "-frames:v", str(frames), "-vsync", "0", "-pix_fmt", "bgr24",
               "-f", "rawvideo", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
        while len(data := ffmpeg.stdout.read(width * height * 3)) == width * height * 3:
            yield np.frombuffer(data, np.uint8).reshape(height, width, 3)


def letterbox(picture):
    height, width = picture.shape[:2]
    ratio = min(SIDE / width, SIDE / height)
    size = int(width * ratio), int(height * ratio)
    padded = np.full((SIDE, SIDE, 3), 114, np.uint8)
    padded[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return padded.transpose(2, 0, 1)[None].astype(np.float32), ratio


def anchors():
    grids, strides = [], []
    for stride in (8, 16, 32):
        cells = SIDE // stride
        y, x = np.meshgrid(np.arange(cells), np.arange(cells), indexing="ij")
        grids.append(np.stack([x, y], -1).reshape(-1, 2))
        strides.append(np.full((cells * cells, 1), stride))
    return np.concatenate(grids), np.concatenate(strides)


def keep_best(boxes, scores):
    order, kept = scores.argsort()[::-1], []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        both = np.maximum(0, high - low).prod(1)
        order = rest[both / (area[best] + area[rest] - both) <= NMS_IOU]
    return kept


def detections(output, ratio, width, height, grid, stride):
    centre = (output[:, :2] + grid) * stride
    extent = np.exp(output[:, 2:4]) * stride
    boxes = np.concatenate([centre - extent / 2, centre + extent / 2], 1) / ratio
    classes = output[:, 5:].argmax(1)
    scores = output[:, 4] * output[:, 5:].max(1)
    found = []
    for label in np.unique(classes[scores >= SCORE]):
        mine = np.where((classes == label) & (scores >= SCORE))[0]
        for best in mine[keep_best(boxes[mine], scores[mine])]:
            box = np.clip(boxes[best], 0, [width, height, width, height])
            found.append({"box": [round(float(v), 1) for v in box], "class": int(label), "score": round(float(scores[best]), 3)})
    return sorted(found, key=lambda d: -d["score"])


def clips():
    """Each clip's name in golden/, and its pictures."""
    for path in sorted((ROOT / "samples").glob("*.mp4")):
        yield path.stem, lambda path=path: pictures(path, size_of(path), "bt601", FRAMES[path.stem])
    for name, make in derived_clips.DERIVED.items():
        yield f"derived-{name}", lambda make=make: pictures(*make(), derived_clips.FRAMES)


def main():
    GOLDEN.mkdir(exist_ok=True)
    session = onnxruntime.InferenceSession(str(ROOT / "models" / "yolox_nano.onnx"))
    grid, stride = anchors()
    for name, its_pictures in clips():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        with open(GOLDEN / f"{name}.jsonl", "w", encoding="utf-8") as golden:
            for frame, picture in enumerate(its_pictures()):
                tensor, ratio = letterbox(picture)
                output = session.run(None, {"images": tensor})[0][0].astype(np.float64)
                height, width = picture.shape[:2]
                found = detections(output, ratio, width, height, grid, stride)
                golden.write(json.dumps({"frame": frame, "detections": found}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
