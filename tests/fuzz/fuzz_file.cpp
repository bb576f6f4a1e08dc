// A file named as a source: opened and read, or refused with a reason; never another file or the network opened.
#include "fuzz/fuzz.h"
#include "stages/decode/nal_scan.h"
#include "stages/ingest/file_check.h"
#include "stages/ingest/source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lyn;
  constexpr int kMostPackets = 200;
  static const fuzz::InputFile file(".mp4");
  file.write(bytes, count);
  (void)explain_not_a_video(file.path(), "input.mp4", "");
  auto source = open_source(file.path(), {});
  if (!source) {
    fuzz::expect(source.error().kind == ErrorKind::source, "a file that is no video is a source error");
    return 0;
  }
  const NalScan scan((*source)->stream());
  for (int pass = 0; pass < 2; ++pass) {
    for (int i = 0; i < kMostPackets; ++i) {
      const auto packet = (*source)->read();
      if (!packet || !*packet) break;
      (void)scan.may_be_referenced((*packet)->bytes);
      const std::uint8_t behind = *((*packet)->bytes.data() + (*packet)->bytes.size() + 63);
      fuzz::expect(behind == 0, "64 zero bytes follow a packet");
    }
    if (!(*source)->rewind()) break;
  }
  return 0;
}
