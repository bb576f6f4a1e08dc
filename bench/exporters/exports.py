#!/usr/bin/env python3
"""Models as today's exporters write them, through `lynceus model add` and a run, against the exporter's own code.

    exports.py FOLDER PICTURE.jpg [--program build/release/src/app/lynceus] [--only NAME …] [--out FILE.jsonl]

Weights are random, since none are downloaded; the last layers are stretched, so that some scores are high, as a trained network's are.
Such a network answers the least change of a pixel with other boxes, so the exporter's code is given the very tensor that our run
made of PICTURE (320x320; resizing is tested elsewhere). For each export: what `model add` made of it, how many of the exporter's
boxes (score >= 0.3) we have too, of the same class, with IoU >= 0.95 and a score within 0.01, and how many of ours they have. Needs
Python's torch, torchvision, ultralytics, transformers, onnx and onnxruntime.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import cv2
import numpy
import torch

for folder in ("gpu", "peers"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
from compare_detections import iou  # noqa: E402

os.environ.setdefault("YOLO_AUTOINSTALL", "false")
SIDE = 320
SCORE, NMS = 0.3, 0.45


def stretch(net, last_layers, pixels, deviations, spread=1.5):
    """Scores of a random network all lie at their prior. Has logits spread, so that those more than so many standard deviations above the
    mean come to the least score: a few dozen."""
    seen = {}
    hooks = [layer.register_forward_hook(lambda layer, inputs, output: seen.setdefault(layer, output.detach())) for layer in last_layers]
    with torch.no_grad():
        net(pixels)
    for hook in hooks:
        hook.remove()
    least = float(numpy.log(SCORE / (1 - SCORE)))
    for layer, logits in seen.items():
        gain = spread / max(1e-9, float(logits.std()))
        mean = float((logits - bias_of(layer, logits)).mean()) * gain
        layer.weight.data *= gain
        layer.bias.data.fill_(least - deviations * spread - mean)


def bias_of(layer, logits):
    return layer.bias.view(1, -1, 1, 1) if logits.dim() == 4 else layer.bias


def score_layers(model):
    head = model.model.model[-1]
    if hasattr(head, "linear"):
        return [head.linear], 0, 8
    if hasattr(head, "dec_score_head"):
        return list(head.dec_score_head), 3.0, 1.5
    return [branch[-1] for name in ("cv3", "one2one_cv3") for branch in getattr(head, name, None) or []], 3.4, 1.5


def calibrate(model, pixels):
    """Normalises from one picture, so that values stay what a trained network has."""
    net = model.model.float().train()
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None
    with torch.no_grad():
        for _ in range(2):
            net(pixels.repeat(2, 1, 1, 1))
    net.eval()


def ultralytics_export(folder, name, network, pixels, **options):
    import ultralytics

    torch.manual_seed(1)
    model = ultralytics.RTDETR(network) if network.startswith("rtdetr") else ultralytics.YOLO(network)
    try:
        calibrate(model, pixels)
    except Exception as error:  # a head that needs targets to train
        print(f"{name}: not calibrated: {error}")
        model.model.eval()
    layers, deviations, spread = score_layers(model)
    stretch(model.model, layers, pixels, deviations, spread)
    file = pathlib.Path(model.export(format="onnx", imgsz=SIDE, device="cpu", verbose=False, **options))
    target = folder / f"{name}.onnx"
    file.rename(target)
    return target


def reference(onnx, network, tensor):
    """What the exporter's own code finds: class, score, box, and keypoints or the probabilities of classes."""
    import ultralytics

    task = "pose" if "-pose" in network else "segment" if "-seg" in network else "classify" if "-cls" in network else "detect"
    detr = network.startswith("rtdetr")
    model = ultralytics.RTDETR(str(onnx)) if detr else ultralytics.YOLO(str(onnx), task=task)
    found = model.predict(torch.from_numpy(tensor), conf=SCORE, iou=NMS, imgsz=SIDE, max_det=300, verbose=False, device="cpu")[0]
    if found.probs is not None:
        return [{"class": int(i), "score": float(found.probs.data[i])} for i in found.probs.top5 if found.probs.data[i] >= SCORE]
    rows = []
    for i, (box, score, label) in enumerate(zip(found.boxes.xyxy.tolist(), found.boxes.conf.tolist(), found.boxes.cls.tolist())):
        row = {"box": box, "score": score, "class": int(label)}
        if found.keypoints is not None:
            row["keypoints"] = found.keypoints.xy[i].tolist()
        rows.append(row)
    return rows


def transformers_export(folder, name, which, pixels):
    """As Hugging Face's models leave transformers: logits and boxes, without the picture's size."""
    import transformers

    from make_rtdetr import normalise_from

    torch.manual_seed(1)
    if which == "rtdetr":
        config = transformers.RTDetrConfig(num_labels=80, backbone_config=transformers.RTDetrResNetConfig(layer_type="basic", depths=[2, 2, 2, 2],
                                           hidden_sizes=[64, 128, 256, 512], out_features=["stage2", "stage3", "stage4"]),
                                           encoder_in_channels=[128, 256, 512], decoder_layers=2)
        net = transformers.RTDetrForObjectDetection(config)
    else:
        config = transformers.DFineConfig(num_labels=80, decoder_layers=2)
        net = transformers.DFineForObjectDetection(config)
    net = net.eval()
    normalise_from(net, pixels)
    heads = [m for n, m in net.named_modules() if isinstance(m, torch.nn.Linear) and "class_embed" in n]
    stretch(net, heads, pixels, 3.0)

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, images):
            out = self.net(pixel_values=images)
            return out.logits, out.pred_boxes

    target = folder / f"{name}.onnx"
    torch.onnx.export(Plain(), (torch.rand(1, 3, SIDE, SIDE),), str(target), dynamo=False, opset_version=17,
                      input_names=["pixel_values"], output_names=["logits", "pred_boxes"])
    return target


def transformers_reference(onnx, tensor):
    import onnxruntime

    logits, boxes = onnxruntime.InferenceSession(str(onnx)).run(None, {"pixel_values": tensor})
    scores = 1 / (1 + numpy.exp(-logits[0]))
    order = numpy.argsort(-scores, axis=None)[:300]
    rows = []
    for flat in order:
        query, label = divmod(int(flat), scores.shape[1])
        if scores[query, label] < SCORE:
            continue
        cx, cy, w, h = boxes[0, query] * SIDE
        rows.append({"box": [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], "score": float(scores[query, label]), "class": label})
    return rows


def clipped(box):
    return [min(max(value, 0), SIDE) for value in box]


def share_of(some, others):
    """How many of `some` are in `others`, and the largest difference between their points."""
    hits, points = 0, 0.0
    for one in some:
        alike = [o for o in others if o["class"] == one["class"] and abs(o["score"] - one["score"]) <= 0.01
                 and ("box" not in one or iou(clipped(one["box"]), clipped(o["box"])) >= 0.95)]
        hits += bool(alike)
        if alike and "keypoints" in one and "keypoints" in alike[0]:
            best = max(alike, key=lambda o: iou(one["box"], o["box"]))
            points = max(points, float(numpy.abs(numpy.array(one["keypoints"])[:, :2] - numpy.array(best["keypoints"])[:, :2]).max()))
    return hits, points


def ours(program, card, picture, folder):
    """Our record of the picture, and the tensor that the model saw of it."""
    lines, tensor = folder / "found.jsonl", folder / "tensor.raw"
    for file in (lines, tensor):
        file.unlink(missing_ok=True)
    done = subprocess.run([program, "run", "--device", "cpu", "--source", str(picture), "--model", str(card), "--detections", str(lines),
                           "--set", f"detector.nms={NMS}", "--set", "detector.known_answer=0s", "--set", f"outputs.tensors={tensor}"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, done.stderr.strip().splitlines()[-1]
    record = json.loads(lines.read_text(encoding="utf-8").splitlines()[0])
    pixels = numpy.fromfile(tensor, dtype=numpy.float32)[: 3 * SIDE * SIDE].reshape(1, 3, SIDE, SIDE)
    return record.get("classes") or record["detections"], pixels


FAMILIES = {
    "yolov5nu": ("yolov5n.yaml", {}), "yolov8n": ("yolov8n.yaml", {}), "yolov8n-dynamic": ("yolov8n.yaml", {"dynamic": True}),
    "yolov8n-opset12": ("yolov8n.yaml", {"opset": 12, "simplify": False}), "yolov8n-nms": ("yolov8n.yaml", {"nms": True}),
    "yolov8n-fp16": ("yolov8n.yaml", {"half": True}), "yolov10n-end2end": ("yolov10n.yaml", {"nms": False}),
    "yolo26n-end2end": ("yolo26n.yaml", {"nms": False}), "yolo26n-pose-end2end": ("yolo26n-pose.yaml", {"nms": False}),
    "yolo26n-seg-end2end": ("yolo26n-seg.yaml", {"nms": False}), "yolov9t": ("yolov9t.yaml", {}),
    "yolov10n": ("yolov10n.yaml", {}), "yolo11n": ("yolo11n.yaml", {}), "yolo12n": ("yolo12n.yaml", {}),
    "yolo26n": ("yolo26n.yaml", {}), "yolov8n-pose": ("yolov8n-pose.yaml", {}), "yolo11n-pose": ("yolo11n-pose.yaml", {}),
    "yolo26n-pose": ("yolo26n-pose.yaml", {}), "yolov8n-seg": ("yolov8n-seg.yaml", {}), "yolo11n-seg": ("yolo11n-seg.yaml", {}),
    "yolo26n-seg": ("yolo26n-seg.yaml", {}), "yolov8n-cls": ("yolov8n-cls.yaml", {}), "yolo11n-cls": ("yolo11n-cls.yaml", {}),
    "rtdetr-l": ("rtdetr-l.yaml", {}), "hf-rtdetr": ("rtdetr", None), "hf-dfine": ("dfine", None),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--program", default="build/release/src/app/lynceus")
    parser.add_argument("--only", nargs="+", default=list(FAMILIES))
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(cv2.imread(str(arguments.picture)), cv2.COLOR_BGR2RGB)
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    results = []
    for name in arguments.only:
        network, options = FAMILIES[name]
        row = {"name": name}
        results.append(row)
        try:
            if options is None:
                onnx = transformers_export(arguments.folder, name, network, pixels)
            else:
                onnx = ultralytics_export(arguments.folder, name, network, pixels, **options)
        except Exception as error:  # the exporter's own trouble
            row["exporter"] = f"{type(error).__name__}: {error}"[:300]
            print(json.dumps(row), flush=True)
            continue
        added = subprocess.run([arguments.program, "model", "add", str(onnx), "--force"], capture_output=True, text=True, check=False)
        row["add"] = " | ".join((added.stdout + added.stderr).split("\n"))[:160]
        if added.returncode == 0:
            found, seen = ours(arguments.program, onnx.with_suffix(".yaml"), arguments.picture, arguments.folder)
            if found is None:
                row["run"] = seen
            else:
                expected = transformers_reference(onnx, seen) if options is None else reference(onnx, network, seen)
                row["theirs"], row["ours"] = len(expected), len(found)
                row["theirs_in_ours"], row["points"] = share_of(expected, found)
                row["ours_in_theirs"], _ = share_of(found, expected)
        print(json.dumps(row), flush=True)
    if arguments.out:
        arguments.out.write_text("".join(json.dumps(row) + "\n" for row in results), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
