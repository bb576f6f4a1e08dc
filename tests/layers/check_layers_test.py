#!/usr/bin/env python3
"""Plants one breach at a time in a small tree and sees that it, and nothing else, is named."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import check_layers

ARCHITECTURE = """# Architecture
## The rooms
| room | what lives there | may use |
|---|---|---|
| `src/core/` | values | nothing of ours |
| `src/device/` | memory | core |
| `src/stages/` | one folder each | core, device |
| `src/engine/` | joins | all of the above |
| `src/server/` | HTTP | engine, core |
| `src/app/` | commands | everything |
| `tests/` | tests | |
## Inside the engine
| folder | what lives there |
|---|---|
| `intake/` | packets |
| `lane/` | one camera |
## Names that few files may use
| name | why | files |
|---|---|---|
| `AVFrame` | why | `src/stages/decode/*` |
| `host_view` | why | `src/device/address.h` |
| `CUDA` | why | `src/device/cuda/*`, `*_cuda.*` |
| `clock` | why | `src/core/clock.cpp` |
"""

SOUND = {
    "src/core/clock.cpp": "auto t = std::chrono::steady_clock::now();\n",
    "src/core/result.h": "// steady_clock::now() and AVFrame, in a comment\n",
    "src/device/address.h": '#include "core/result.h"\nT* host_view() const;\n',
    "src/device/cuda/context.h": "#include <cuda.h>\nCUdeviceptr p; int e = cuInit(0);\n",
    "src/stages/decode/decoder.h": '#include <vector>\n#include "device/address.h"\nAVFrame* frame;\n',
    "src/stages/decode/reader.h": '#include "stages/decode/decoder.h"\nconst char* s = "cuInit(0) AVFrame";\n',
    "src/stages/infer/session_cuda.cpp": "auto e = cudaMalloc(p);\n",
    "src/engine/engine.h": '#include "stages/decode/decoder.h"\nbool is_cuda(); int cut(int); int cues(int);\n',
    "src/app/main.cpp": '#include "core/result.h"\n#include "engine/engine.h"\n',
}


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.write("docs/ARCHITECTURE.md", ARCHITECTURE)
        for name, text in SOUND.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def complaints(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = check_layers.main(self.root)
        lines = printed.getvalue().splitlines()
        self.assertEqual(status, 1 if lines else 0)
        return lines

    def assert_only_complaint(self, start, words):
        lines = self.complaints()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(start), lines)
        self.assertIn(words, lines[0])

    def test_a_sound_tree_passes(self):
        self.assertEqual(self.complaints(), [])

    def test_an_upward_include_is_named_with_its_line(self):
        self.write("src/core/up.h", '#include <vector>\n#include "device/address.h"\n')
        self.assert_only_complaint("src/core/up.h:2:", "core may not include device")

    def test_a_stage_may_not_include_another(self):
        self.write("src/stages/infer/bad.h", '#include "stages/decode/decoder.h"\n')
        self.assert_only_complaint("src/stages/infer/bad.h:1:", "stages/infer may not include stages/decode")

    def test_all_of_the_above_excludes_what_is_below(self):
        self.write("src/server/http.h", '#include "engine/engine.h"\n')
        self.write("src/engine/bad.h", '#include "server/http.h"\n')
        self.assert_only_complaint("src/engine/bad.h:1:", "engine may not include server")

    def test_a_list_allows_only_what_it_names(self):
        self.write("src/server/bad.h", '#include "device/address.h"\n')
        self.assert_only_complaint("src/server/bad.h:1:", "server may not include device")

    def test_an_include_relative_to_its_own_folder_is_refused(self):
        self.write("src/device/near.h", '#include "address.h"\n')
        self.assert_only_complaint("src/device/near.h:1:", "write the path of a file from src/")

    def test_a_room_that_the_table_lacks_is_refused(self):
        self.write("src/attic/old.h", "int x;\n")
        self.assert_only_complaint("src/attic/old.h:1:", 'lies in "attic"')

    def test_a_file_beside_the_stages_is_held_to_their_row(self):
        self.write("src/stages/common.h", '#include "engine/engine.h"\n')
        self.assert_only_complaint("src/stages/common.h:1:", "stages may not include engine")

    def test_a_decoded_frame_is_named_in_the_codec_files_only(self):
        self.write("src/engine/bad.h", "\nAVFrame* frame;\n")
        self.assert_only_complaint("src/engine/bad.h:2:", "AVFrame")

    def test_a_host_view_is_taken_in_the_listed_files_only(self):
        self.write("src/engine/bad.h", "auto* p = address.host_view();\n")
        self.assert_only_complaint("src/engine/bad.h:1:", "host_view")

    def test_cuda_is_named_in_cuda_files_only(self):
        for planted in ("CUdeviceptr p;", "int e = cuMemAlloc(&p);", "cudaFree(p);", "#include <ffnvcodec/x.h>", "CUVIDEOFORMAT f;"):
            self.write("src/engine/bad.h", planted + "\n")
            self.assert_only_complaint("src/engine/bad.h:1:", "CUDA")

    def test_clocks_are_read_in_one_file_only(self):
        for planted in ("std::chrono::system_clock::now();", "steady_clock::now();", "clock_gettime(CLOCK_MONOTONIC, &t);"):
            self.write("src/engine/bad.cpp", planted + "\n")
            self.assert_only_complaint("src/engine/bad.cpp:1:", "clock")

    def test_a_file_of_301_lines_is_too_long_and_one_of_300_is_not(self):
        self.write("tests/long_test.cpp", "\n" * 300)
        self.assertEqual(self.complaints(), [])
        self.write("tests/long_test.cpp", "\n" * 301)
        self.assert_only_complaint("tests/long_test.cpp:301:", "301 lines")

    def test_a_guarded_name_that_the_document_forgot_is_named(self):
        self.write("docs/ARCHITECTURE.md", ARCHITECTURE.replace("| `host_view` | why | `src/device/address.h` |\n", ""))
        self.assertTrue(any('"host_view" is a guarded name' in line for line in self.complaints()))

    def test_the_engine_s_folders_are_a_tower(self):
        self.write("src/engine/intake/inbox.h", "")
        self.write("src/engine/lane/lane.h", '#include "engine/intake/inbox.h"\n')
        self.assertEqual(self.complaints(), [])
        self.write("src/engine/intake/bad.h", '#include "engine/lane/lane.h"\n')
        self.assert_only_complaint("src/engine/intake/bad.h:1:", "engine/intake may not include")
        self.write("src/engine/intake/bad.h", '\n#include "engine/engine.h"\n')
        self.assert_only_complaint("src/engine/intake/bad.h:2:", "above it")

    def test_a_folder_of_the_engine_that_the_table_lacks(self):
        self.write("src/engine/cellar/wine.h", "")
        self.assert_only_complaint("src/engine/cellar/wine.h:1:", "which the table")

    def test_a_document_without_the_table_fails(self):
        self.write("docs/ARCHITECTURE.md", "# Architecture\n")
        self.assertEqual(self.complaints(), ['docs/ARCHITECTURE.md has no section "The rooms"'])


if __name__ == "__main__":
    unittest.main()
