#!/usr/bin/env python3
"""F1 of two detection files (JSON lines), frame by frame, class by class.

    compare_detections.py OURS.jsonl THEIRS.jsonl [--iou 0.5] [--score 0.3]

Prints one JSON object; matches greedily by falling IoU within a class.
"""
import argparse
import json


def load(path, score):
    frames = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found = record.get("detections", [])
            frames[record["frame"]] = [d for d in found if d["score"] >= score]
    return frames


def iou(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return both / (area(a) + area(b) - both)


def matches(ours, theirs, threshold):
    pairs = sorted(
        (
            (iou(a["box"], b["box"]), i, j)
            for i, a in enumerate(ours)
            for j, b in enumerate(theirs)
            if a["class"] == b["class"]
        ),
        reverse=True,
    )
    used_ours, used_theirs = set(), set()
    for overlap, i, j in pairs:
        if overlap >= threshold and i not in used_ours and j not in used_theirs:
            used_ours.add(i)
            used_theirs.add(j)
    return len(used_ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ours")
    parser.add_argument("theirs")
    parser.add_argument("--iou", type=float, default=0.5)
    parser.add_argument("--score", type=float, default=0.3)
    arguments = parser.parse_args()
    ours = load(arguments.ours, arguments.score)
    theirs = load(arguments.theirs, arguments.score)
    matched = sum(
        matches(ours.get(frame, []), theirs.get(frame, []), arguments.iou)
        for frame in ours.keys() | theirs.keys()
    )
    count_ours = sum(map(len, ours.values()))
    count_theirs = sum(map(len, theirs.values()))
    total = count_ours + count_theirs
    print(json.dumps({
        "frames": len(ours), "frames_theirs": len(theirs), "ours": count_ours, "theirs": count_theirs,
        "matched": matched, "f1": round(2 * matched / total, 4) if total else 1.0,
    }))


if __name__ == "__main__":
    main()
