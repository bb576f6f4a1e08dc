#!/usr/bin/env python3
"""Makes a copy of an ONNX detector with a free batch dimension.

    make_dynamic_batch.py yolox_nano.onnx yolox_nano_dynamic.onnx

Exports often fix the batch to 1 in three places: the graph's inputs and outputs, the shapes noted
for inner values, and the targets of Reshape. This frees the first two and lets the third copy the
batch of what comes in (a target of 0 means that). Weights stay as they are, bit for bit. The result
is refused unless the ONNX checker accepts it with inferred shapes.

Needs Python's onnx package; only who changes models runs it.
"""
import sys

import numpy
import onnx
from onnx import numpy_helper


def free_batch(values):
    for value in values:
        dims = value.type.tensor_type.shape.dim
        if len(dims) > 0:
            dims[0].Clear()
            dims[0].dim_param = "N"


def copy_batch_in_reshapes(graph):
    """Sets the first target of every Reshape that keeps a batch of 1 to 0; returns how many."""
    targets = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    changed = 0
    for initializer in graph.initializer:
        if initializer.name not in targets:
            continue
        target = numpy_helper.to_array(initializer).copy()
        if target.size > 1 and target[0] == 1:
            target[0] = 0
            initializer.CopyFrom(numpy_helper.from_array(target.astype(numpy.int64), initializer.name))
            changed += 1
    return changed


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model = onnx.load(sys.argv[1])
    free_batch(model.graph.input)
    free_batch(model.graph.output)
    del model.graph.value_info[:]
    changed = copy_batch_in_reshapes(model.graph)
    onnx.checker.check_model(onnx.shape_inference.infer_shapes(model, strict_mode=True), full_check=True)
    onnx.save(model, sys.argv[2])
    print(f"{sys.argv[2]}: batch freed in {len(model.graph.input)} inputs, {len(model.graph.output)} outputs, {changed} reshapes")


if __name__ == "__main__":
    main()
