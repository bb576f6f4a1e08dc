#!/usr/bin/python3
"""`lynceus model`: add, test, list, on the model that ships."""
import pathlib
import shutil
import unittest

from lynceus import MODEL, PERSONS, ROOT, LynceusTest, clip, lynceus

ONNX = ROOT / "models/yolox_nano.onnx"


class Model(LynceusTest):
    def given(self, name="net.onnx"):
        return pathlib.Path(shutil.copy(ONNX, self.path(name)))

    def test_add_writes_a_card_that_finds_what_the_shipped_one_finds(self):
        onnx = self.given()
        added = lynceus("model", "add", onnx, "--licence", "Apache-2.0", cwd=ROOT)
        self.assertEqual(0, added.code, str(added))
        self.assertIn("head: yolox", added.out)
        self.assertIn("labels: 80, from person to toothbrush", added.out)
        card = onnx.with_suffix(".yaml")
        theirs = lynceus("model", "test", card, PERSONS, "--out", self.path("a.jpg"))
        ours = lynceus("model", "test", MODEL, PERSONS, "--out", self.path("b.jpg"))
        self.assertEqual(0, theirs.code, str(theirs))
        self.assertEqual(ours.out.splitlines()[:-1], theirs.out.splitlines()[:-1])

    def test_add_refuses_to_write_over_a_card(self):
        onnx = self.given()
        card = onnx.with_suffix(".yaml")
        card.write_text("mine", encoding="utf-8")
        refused = lynceus("model", "add", onnx)
        self.assertEqual(2, refused.code, str(refused))
        self.assertIn("is there already", refused.err)
        self.assertEqual("mine", card.read_text(encoding="utf-8"))
        self.assertEqual(0, lynceus("model", "add", onnx, "--force").code)

    def test_add_takes_labels_and_says_when_they_do_not_fit(self):
        onnx = self.given()
        labels = self.path("own.names")
        labels.write_text("".join(f"thing {i}\n" for i in range(80)), encoding="utf-8")
        self.assertEqual(0, lynceus("model", "add", onnx, "--labels", labels).code)
        self.assertIn('labels: "own.names"', onnx.with_suffix(".yaml").read_text(encoding="utf-8"))
        labels.write_text("one\n", encoding="utf-8")
        refused = lynceus("model", "add", onnx, "--labels", labels, "--force")
        self.assertEqual(5, refused.code, str(refused))
        self.assertIn("1 labels, but outputs", refused.err)

    def test_add_refuses_what_is_no_graph(self):
        path = self.path("no.onnx")
        path.write_text("no", encoding="utf-8")
        refused = lynceus("model", "add", path)
        self.assertEqual(5, refused.code, str(refused))
        self.assertIn("cannot be loaded", refused.err)
        self.assertFalse(path.with_suffix(".yaml").exists())

    def test_build_is_for_gpus(self):
        refused = lynceus("model", "build", MODEL, "--device", "cpu")
        self.assertEqual(2, refused.code, str(refused))
        self.assertIn("model build: nothing is compiled for cpu; name --device cuda", refused.err)
        unknown = lynceus("model", "build", MODEL, "--device", "tpu")
        self.assertEqual(2, unknown.code, str(unknown))
        missing = lynceus("model", "build", self.path("none.yaml"))
        self.assertEqual(5, missing.code, str(missing))

    def test_test_draws_on_a_picture_of_the_clips_size(self):
        picture = self.path("out.jpg")
        done = lynceus("model", "test", MODEL, PERSONS, "--out", picture)
        self.assertEqual(0, done.code, str(done))
        self.assertTrue(picture.read_bytes().startswith(b"\xff\xd8"))
        told = lynceus("model", "test", MODEL, self.path("none.jpg"))
        self.assertEqual(3, told.code, str(told))

    def test_test_takes_png_and_webp_pictures_and_finds_the_same(self):
        found = {}
        for ending, codec in (("png", ("-c:v", "png")), ("webp", ("-c:v", "libwebp", "-lossless", "1"))):
            picture = clip(f"person.{ending}", "-ss", "9", "-i", PERSONS, "-frames:v", "1", "-pix_fmt",
                           "rgb24" if ending == "png" else "bgra", *codec)
            done = lynceus("model", "test", MODEL, picture, "--out", self.path("out.jpg"))
            self.assertEqual(0, done.code, str(done))
            found[ending] = done.out.splitlines()[:-1]
        self.assertTrue(any("person" in line for line in found["png"]), found)
        self.assertEqual(found["png"], found["webp"])

    def test_list_names_every_card(self):
        listed = lynceus("model", "list", cwd=ROOT)
        self.assertEqual(0, listed.code, str(listed))
        line = next(line for line in listed.out.splitlines() if line.startswith("yolox_nano.yaml"))
        for word in ("yolox", "416x416", "80 labels", "Apache-2.0"):
            self.assertIn(word, line)
        self.path("broken.yaml").write_text("head: [", encoding="utf-8")
        broken = lynceus("model", "list", self.path("broken.yaml").parent)
        self.assertIn("not usable", broken.out)
        self.assertEqual(2, lynceus("model", "list", self.path("nowhere")).code)


if __name__ == "__main__":
    unittest.main()
