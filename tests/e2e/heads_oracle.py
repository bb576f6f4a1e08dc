"""Decoders of model outputs once more, in plain Python and written from the exporters' documentation: they
share nothing with the program. Outputs are flat lists of one frame; results are in pixels of the picture."""
import math


class Letterbox:
    """Where a picture lies in a square slot that pads both sides."""

    def __init__(self, side, width, height):
        self.ratio = min(side / width, side / height)
        self.left = (side - int(width * self.ratio)) // 2
        self.top = (side - int(height * self.ratio)) // 2
        self.width, self.height = width, height

    def point(self, x, y):
        return (min(max((x - self.left) / self.ratio, 0), self.width),
                min(max((y - self.top) / self.ratio, 0), self.height))

    def box(self, corners):
        return [*self.point(*corners[:2]), *self.point(*corners[2:])]


def overlap(a, b):
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    both = max(wide, 0) * max(high, 0)
    areas = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b))
    return both / (areas - both) if both else 0


def best_of_each_object(found, limit=0.45):
    """Greedy suppression within a class; `found` is a list of (score, class, corners, anything)."""
    kept = []
    for one in sorted(found, key=lambda f: -f[0]):
        if all(other[1] != one[1] or overlap(other[2], one[2]) <= limit for other in kept):
            kept.append(one)
    return kept


def yolov8_rows(output, channels, classes, anchors, floor=0.1):
    """(score, class, corners in the slot, what comes behind the scores) of each anchor at or above the floor."""
    for anchor in range(anchors):
        column = [output[channel * anchors + anchor] for channel in range(channels)]
        scores = column[4:4 + classes]
        score = max(scores)
        if score >= floor:
            cx, cy, w, h = column[:4]
            yield score, scores.index(score), [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], column[4 + classes:]


def pose(output, box, channels, classes, anchors, keypoints):
    """Detections with their keypoints, highest first."""
    result = []
    for score, class_id, corners, rest in best_of_each_object(yolov8_rows(output, channels, classes, anchors)):
        points = [[*box.point(*rest[3 * k:3 * k + 2]), rest[3 * k + 2]] for k in range(keypoints)]
        result.append({"box": box.box(corners), "class": class_id, "score": score, "keypoints": points})
    return result


def segments(output, prototypes, box, channels, classes, anchors, grid, side):
    """Detections with the cells of their objects, as a set of (column, row) of the whole grid."""
    columns, rows = grid
    count = channels - 4 - classes
    result = []
    for score, class_id, corners, rest in best_of_each_object(yolov8_rows(output, channels, classes, anchors)):
        left, top, right, bottom = (corner * cells / side for corner, cells in
                                    zip(corners, (columns, rows, columns, rows)))
        cells = set()
        for row in range(rows):
            for column in range(columns):
                total = sum(rest[p] * prototypes[(p * rows + row) * columns + column] for p in range(count))
                if 1 / (1 + math.exp(-total)) > 0.5 and left <= column < right and top <= row < bottom:
                    cells.add((column, row))
        result.append({"box": box.box(corners), "class": class_id, "score": score, "cells": cells})
    return result


def run_lengths(text):
    """COCO's text of run lengths as numbers."""
    lengths, at = [], 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            group = ord(text[at]) - 48
            at += 1
            value |= (group & 31) << shift
            shift += 5
            more = group & 32
        if group & 16:
            value -= 1 << shift
        lengths.append(value + lengths[-2] if len(lengths) > 2 else value)
    return lengths


def filled_cells(size, text):
    """(column, row) of each cell that run lengths fill; they go down the columns."""
    cells, at, filled = set(), 0, False
    for length in run_lengths(text):
        if filled:
            cells |= {divmod(i, size[0]) for i in range(at, at + length)}
        at += length
        filled = not filled
    assert at == size[0] * size[1]
    return cells


def classes(logits, top=5):
    """(class, score) of the highest by softmax."""
    powers = [math.exp(value - max(logits)) for value in logits]
    order = sorted(range(len(logits)), key=lambda i: -powers[i])
    return [(i, powers[i] / sum(powers)) for i in order[:top]]
