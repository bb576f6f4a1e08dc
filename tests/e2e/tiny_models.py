"""Tiny ONNX graphs for tests, written byte by byte: no package is needed to make them.

Each output of a graph is `scale * pixels + offset`, element by element: the pixels are values of the input
from `first` on, so a test says what the model "finds", and what it finds still depends on the picture.
"""
import struct


def _varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, value):
    value = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _floats(name, values):
    """A tensor [1,n] of floats; field numbers are those of onnx.proto, here and below."""
    return (_number(1, 1) + _number(1, len(values)) + _number(2, 1) + _bytes(8, name) +
            _bytes(9, struct.pack(f"<{len(values)}f", *values)))


def _integers(name, values):
    return _number(1, len(values)) + _number(2, 7) + _bytes(8, name) + _bytes(9, struct.pack(f"<{len(values)}q", *values))


def _node(kind, inputs, output, **attributes):
    """Attributes are integers or lists of them."""
    made = b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(3, output) + _bytes(4, kind)
    for name, value in attributes.items():
        said = b"".join(_number(8, one) for one in value) + _number(20, 7) if isinstance(value, list) else _number(3, value) + _number(20, 2)
        made += _bytes(5, _bytes(1, name) + said)
    return made


def _value(name, dims):
    shape = b"".join(_bytes(1, _bytes(2, dim) if isinstance(dim, str) else _number(1, dim)) for dim in dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, shape)))


class Output:
    """One output of a graph: dims without the batch; scale and offset have an element for each of its elements."""

    def __init__(self, name, dims, offset, scale, first):
        self.name, self.dims, self.offset, self.scale, self.first = name, dims, offset, scale, first
        count = 1
        for dim in dims:
            count *= dim
        assert count == len(offset) == len(scale)

    def of(self, tensor):
        """What the graph answers to an input slot, as a flat list."""
        return [scale * pixel + offset for scale, pixel, offset in
                zip(self.scale, tensor[self.first:self.first + len(self.scale)], self.offset)]


def write_onnx(path, side, outputs, metadata=(), sines=0, dice=False, channels_last=False):
    """A graph of one input `images` [N,3,side,side], or [N,side,side,3] with `channels_last`. `sines`: so many times the sine is taken of the pixels first, which
    takes time and nothing else. `dice`: each element is multiplied by a number from 0 to 1 that is another in each run."""
    planes = "planes" if channels_last else "images"
    nodes, values = [_node("Transpose", ["images"], planes, perm=[0, 3, 1, 2])] if channels_last else [], []
    nodes += [_node("Sin", [f"sine{i}" if i else planes], f"sine{i + 1}") for i in range(sines)]
    nodes.append(_node("Flatten", [f"sine{sines}" if sines else planes], "flat", axis=1))
    for output in outputs:
        name, count = output.name, len(output.scale)
        values += [_integers(f"{name}_from", [output.first]), _integers(f"{name}_to", [output.first + count]),
                   _integers(f"{name}_axes", [1]), _floats(f"{name}_scale", output.scale),
                   _floats(f"{name}_offset", output.offset), _integers(f"{name}_dims", [0, *output.dims])]
        nodes += [_node("Slice", ["flat", f"{name}_from", f"{name}_to", f"{name}_axes"], f"{name}_pixels"),
                  _node("Mul", [f"{name}_pixels", f"{name}_scale"], f"{name}_scaled"),
                  _node("Add", [f"{name}_scaled", f"{name}_offset"], f"{name}_moved"),
                  _node("Reshape", [f"{name}_{'thrown' if dice else 'moved'}", f"{name}_dims"], name)]
        if dice:
            nodes[-1:-1] = [_node("RandomUniformLike", [f"{name}_moved"], f"{name}_dice"),
                            _node("Mul", [f"{name}_moved", f"{name}_dice"], f"{name}_thrown")]
    graph = b"".join(_bytes(1, node) for node in nodes) + _bytes(2, "tiny") + b"".join(_bytes(5, v) for v in values)
    graph += _bytes(11, _value("images", ["N", side, side, 3] if channels_last else ["N", 3, side, side]))
    graph += b"".join(_bytes(12, _value(output.name, ["N", *output.dims])) for output in outputs)
    model = _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))
    model += b"".join(_bytes(14, _bytes(1, key) + _bytes(2, value)) for key, value in metadata)
    path.write_bytes(model)
    return path


def write_card(path, onnx, head, labels, side, more=""):
    path.write_text(f"onnx: {onnx.name}\nhead: {head}\nlabels: [{', '.join(labels)}]\n"
                    f"input: {{width: {side}, height: {side}, scale: 0.00392156862745098, pad: {{side: both, value: 114}}}}\n"
                    f"{more}", encoding="utf-8")
    return path


def slots_in(path, side):
    """The input slots in a dump of `outputs.tensors`, as flat lists of floats."""
    size = 3 * side * side
    data = path.read_bytes()
    for at in range(0, len(data), 4 * size):
        yield struct.unpack_from(f"<{size}f", data, at)
