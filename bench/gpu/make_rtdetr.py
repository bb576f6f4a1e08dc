#!/usr/bin/env python3
"""Writes RT-DETR-R50 at 640x640 with random weights, free batch, in fp32 and fp16, each with its card.

    make_rtdetr.py FOLDER        rtdetr.onnx, rtdetr.yaml, rtdetr_fp16.onnx, rtdetr_fp16.yaml

The network is that of Hugging Face's transformers (Lv et al., "DETRs Beat YOLOs on Real-time Object Detection"). Its
speed does not depend on the weights; what it finds means nothing. Normalisation is set from one picture of noise, so
that values stay within what half precision holds, as they do in a trained network.
Needs Python's torch, transformers, onnx and onnxruntime.
"""
import os
import subprocess
import sys

import torch
from transformers import RTDetrConfig, RTDetrForObjectDetection

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "models")
CARD = """onnx: {name}.onnx
head: rtdetr
labels: {labels}
input:
  width: 640
  height: 640
  order: rgb
  scale: 0.00392156862745098
score: 0.3
"""


class Detector(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        found = self.model(pixel_values=images)
        return found.logits, found.pred_boxes


def normalise_from(model, images):
    def measure(layer, inputs):
        layer.running_mean.copy_(inputs[0].mean((0, 2, 3)))
        layer.running_var.copy_(inputs[0].var((0, 2, 3)))

    hooks = [layer.register_forward_pre_hook(measure) for layer in model.modules() if hasattr(layer, "running_var")]
    with torch.no_grad():
        model(images)
    for hook in hooks:
        hook.remove()


def build():
    torch.manual_seed(1)
    model = Detector(RTDetrForObjectDetection(RTDetrConfig(num_labels=80)).eval())
    normalise_from(model, torch.rand(2, 3, 640, 640))
    return model


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    plain, half = (os.path.join(folder, name + ".onnx") for name in ("rtdetr", "rtdetr_fp16"))
    torch.onnx.export(build(), (torch.rand(2, 3, 640, 640),), plain, dynamo=False, opset_version=17, input_names=["images"],
                      output_names=["logits", "pred_boxes"],
                      dynamic_axes={name: {0: "N"} for name in ("images", "logits", "pred_boxes")})
    subprocess.run([sys.executable, os.path.join(MODELS, "prepare.py"), "--fp16", plain, half], check=True)
    for name in ("rtdetr", "rtdetr_fp16"):
        with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as card:
            card.write(CARD.format(name=name, labels=os.path.join(MODELS, "coco.names")))


if __name__ == "__main__":
    main()
