"""Models that take a stated time on the machine at hand, whatever that is."""
from lynceus import CARS, lynceus, start_of
from tiny_models import Output, write_card, write_onnx

SIDE = 256
MIDDLE = SIDE * SIDE // 2
ONE_CORE = ("taskset", "-c", "0")


def _write(folder, sines):
    """It sees one person in every picture."""
    row = [128.0, 128.0, 60.0, 120.0, 0.9]
    onnx = write_onnx(folder / f"slow{sines}.onnx", SIDE, [Output("output0", [5, 1], row, [0.0] * 5, MIDDLE)], sines=sines)
    return write_card(folder / f"slow{sines}.yaml", onnx, "yolov8", ["person"], SIDE)


def _milliseconds(card, before):
    done = lynceus("run", "--source", start_of(CARS, 10), "--model", card, "--set", "detector.threads=1", "--set",
                   "detector.batch.size=1", "--json", before=before)
    assert done.code == 0, str(done)
    return next(stage for stage in done.summary["stages"] if stage["name"] == "infer")["p50_ms"]


def slow_model(folder, milliseconds, before=()):
    """The card of a model that takes about that long for a frame on one thread."""
    few = 40
    each = _milliseconds(_write(folder, few), before) / few
    return _write(folder, max(1, round(milliseconds / each)))
