#!/usr/bin/env python3
"""Prepares an exported ONNX detector for a GPU, and says what it did.

    prepare.py [--dynamic-batch] [--fp16 [--keep-fp32 OP ...]] IN.onnx OUT.onnx

--dynamic-batch  frees the batch of an export that fixed it to 1, which it often does in three places: the graph's inputs
                 and outputs, the shapes noted for inner values, and the targets of Reshape. The first two are freed; the
                 third copies the batch of what comes in (a target of 0 means that). Weights stay as they are, bit for bit.
--fp16           folds constants in full precision, then stores weights and computes in half precision. Inputs and outputs
                 stay float32. Operators that ONNX Runtime's CUDA provider has in float32 only stay so, as do those named
                 after --keep-fp32.

The result is refused unless the ONNX checker accepts it with inferred shapes. Needs Python's packages onnx and, for
--fp16, onnxruntime; only who prepares models runs it.
"""
import argparse
import collections
import os
import tempfile

import numpy
import onnx
from onnx import numpy_helper

# Kernels that the CUDA provider registers for float32 alone (ONNX Runtime 1.29, docs/OperatorKernels.md).
FLOAT32_ONLY = ("GridSample", "RoiAlign")


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


def make_dynamic(model):
    free_batch(model.graph.input)
    free_batch(model.graph.output)
    del model.graph.value_info[:]
    changed = copy_batch_in_reshapes(model.graph)
    print(f"batch freed in {len(model.graph.input)} inputs, {len(model.graph.output)} outputs, {changed} reshapes")
    return model


def fold_constants(model):
    """What does not depend on the input is computed now, in full precision: grids and anchors above all."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = os.path.join(folder, "folded.onnx")
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        folded = onnx.load(options.optimized_model_filepath)
    print(f"constants folded: {len(model.graph.node)} -> {len(folded.graph.node)} nodes")
    return folded


def bytes_of_weights(model):
    return sum(len(initializer.raw_data) for initializer in model.graph.initializer)


def make_half(model, keep):
    from onnxruntime.transformers import float16, onnx_model

    blocked = [*float16.DEFAULT_OP_BLOCK_LIST, *FLOAT32_ONLY, *keep]
    before = bytes_of_weights(model)
    model = fold_constants(model)
    model = float16.convert_float_to_float16(model, keep_io_types=True, op_block_list=blocked)
    onnx_model.OnnxModel(model).topological_sort()
    kept = collections.Counter(node.op_type for node in model.graph.node if node.op_type in blocked)
    casts = sum(node.op_type == "Cast" for node in model.graph.node)
    print(f"fp16: weights {before >> 20} -> {bytes_of_weights(model) >> 20} MiB, {casts} casts; in fp32: "
          + (", ".join(f"{count} {name}" for name, count in sorted(kept.items())) or "nothing"))
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dynamic-batch", action="store_true")
    parser.add_argument("--fp16", action="store_true")
    parser.add_argument("--keep-fp32", nargs="+", default=[], metavar="OP")
    parser.add_argument("source")
    parser.add_argument("result")
    arguments = parser.parse_args()
    if not (arguments.dynamic_batch or arguments.fp16):
        parser.error("nothing to do: name --dynamic-batch, --fp16 or both")
    model = onnx.load(arguments.source)
    if arguments.dynamic_batch:
        model = make_dynamic(model)
    if arguments.fp16:
        model = make_half(model, arguments.keep_fp32)
    onnx.checker.check_model(onnx.shape_inference.infer_shapes(model, strict_mode=True), full_check=True)
    onnx.save(model, arguments.result)
    print(f"{arguments.result}: written")


if __name__ == "__main__":
    main()
