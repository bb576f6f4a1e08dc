"""H.264 streams that say another bit depth than they have: ITU-T H.264 7.3.2.1.1, on bits as text."""
import re

SPS = re.compile(rb"(?<=\x00\x00\x01)[\x07\x27\x47\x67].*?(?=\x00\x00\x01|\x00\x00\x00\x01|\Z)", re.S)
FIXED_BITS = 8 + 8 + 8 + 8  # NAL header, profile, constraints, level


def read_ue(bits, at):
    zeros = bits.index("1", at) - at
    end = at + 2 * zeros + 1
    return int(bits[at + zeros:end], 2) - 1, end


def ue(value):
    bits = f"{value + 1:b}"
    return "0" * (len(bits) - 1) + bits


def with_depth(stream, depth):
    """`stream` (Annex B, of a high profile, 4:2:0) with `depth` bits in each of its sequence parameter sets."""
    return SPS.sub(lambda found: _changed(found.group(), depth), stream)


def _changed(unit, depth):
    payload = unit.replace(b"\x00\x00\x03", b"\x00\x00")
    bits = "".join(f"{byte:08b}" for byte in payload)
    _, at = read_ue(bits, FIXED_BITS)  # seq_parameter_set_id
    _, begin = read_ue(bits, at)  # chroma_format_idc
    _, at = read_ue(bits, begin)  # bit_depth_luma_minus8
    _, end = read_ue(bits, at)
    bits = bits[:begin] + 2 * ue(depth - 8) + bits[end:].rstrip("0")  # ends with rbsp_stop_one_bit
    bits += "0" * (-len(bits) % 8)
    made = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    return re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", made)
