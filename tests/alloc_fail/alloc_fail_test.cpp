#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>

#include "alloc_fail/failing_malloc.h"
#include "config/config.h"
#include "damage/streams.h"
#include "device/cpu/cpu_device.h"
#include "stages/decode/decoder.h"
#include "stages/infer/model_card.h"
#include "stages/ingest/source.h"

// Memory that runs out at any place is an error in words, and what was allocated until then is given back.
namespace lyn {
namespace {

/// How a piece of work ended: its error, or nullopt where all went well.
using Work = std::function<std::optional<Error>()>;

constexpr long kNever = 1L << 40;

long allocations_of(const Work& work) {
  failing::arm(kNever, false);
  const auto error = work();
  const long count = failing::disarm();
  EXPECT_FALSE(error.has_value()) << error->text();
  return count;
}

/// Blocks that a run with a failure at `n` left behind.
long left_behind(const Work& work, long n, bool and_all_after) {
  const long before = failing::live_blocks();
  failing::arm(n, and_all_after);
  work();
  failing::disarm();
  return failing::live_blocks() - before;
}

/// Lets each allocation fail alone, and with all that follow; where there are many, each of the first `all`, and then
/// every `step`th. A run that goes well all the same has lost nothing, which `work` itself checks. Something that is
/// made once for the process may stay: a leak stays again the second time.
void expect_errors(const Work& work, long all, long step) {
  work();  // what is made once for the process
  const long count = allocations_of(work);
  ASSERT_GT(count, 10);
  testing::internal::CaptureStderr();
  for (long n = 1; n <= count; n += n < all ? 1 : step) {
    for (const bool and_all_after : {false, true}) {
      if (left_behind(work, n, and_all_after) == 0) continue;
      EXPECT_EQ(left_behind(work, n, and_all_after), 0) << "leaks when allocation " << n << " fails";
    }
  }
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(allocations_of(work), count) << "a failure left something changed";
}

/// The error; or that what came without one is not whole.
std::optional<Error> judged(const auto& result, const auto& is_whole) {
  if (!result) return result.error();
  EXPECT_TRUE(is_whole(*result));
  return std::nullopt;
}

TEST(AllocFail, in_a_configuration_is_an_error) {
  const std::string path = media::file_of("a.yaml",
                                          "version: 1\n"
                                          "detector: {model: none, classes: [person, car], batch: {size: 4}}\n"
                                          "outputs: {detections: out.jsonl, video: \"out-{camera}.mp4\"}\n"
                                          "cameras:\n"
                                          "  - {id: gate, source: \"rtsp://user:word@10.0.0.7/main\"}\n"
                                          "  - {id: yard, source: clips/yard.mp4, detector: {score: 0.5}}\n");
  const auto whole = [](const Config& config) {
    return config.cameras.size() == 2 && config.cameras[0].detector.classes.size() == 2 &&
           config.cameras[1].detector.score == 0.5 && config.outputs.video.ends_with("out-{camera}.mp4");
  };
  expect_errors([&] { return judged(load_config(path), whole); }, kNever, 1);
}

TEST(AllocFail, in_a_model_card_is_an_error) {
  const std::string path = media::source_folder() + "/models/yolox_nano.yaml";
  const auto whole = [](const ModelCard& card) { return card.labels.size() == 80 && !card.onnx.empty(); };
  expect_errors([&] { return judged(load_model_card(path), whole); }, kNever, 1);
}

std::optional<Error> take_all(Decoder& decoder, int& pictures) {
  for (;;) {
    const auto frame = decoder.receive();
    if (!frame) return frame.error();
    if (!*frame) return std::nullopt;
    ++pictures;
  }
}

std::optional<Error> decode(const std::string& path) {
  const auto device = open_cpu_device();
  if (!device) return device.error();
  const auto source = open_source(path, {});
  if (!source) return source.error();
  const auto decoder = make_software_decoder(**device, (*source)->stream(), {});
  if (!decoder) return decoder.error();
  int pictures = 0;
  for (;;) {
    const auto packet = (*source)->read();
    if (!packet) return packet.error();
    if (!*packet) break;
    if (const Status sent = (*decoder)->send(**packet); !sent) return sent.error();
    if (const auto error = take_all(**decoder, pictures)) return error;
  }
  if (const Status drained = (*decoder)->drain(); !drained) return drained.error();
  if (const auto error = take_all(**decoder, pictures)) return error;
  if (pictures == 24) return std::nullopt;
  return Error{ErrorKind::source, "pictures lost", ""};
}

/// libavcodec 5.1 itself falls over a VP9 decoder that found no memory when it was opened, and over an AV1 parser that
/// found none on its way: AV1 has a test of its own for our part.
std::vector<DamagedStream> streams() {
  auto all = damaged_streams();
  std::erase_if(all, [](const DamagedStream& stream) { return stream.name == "vp9.webm" || stream.name == "av1.mkv"; });
  return all;
}

TEST(AllocFail, in_the_av1_decoder_is_an_error_or_fewer_pictures) {
  const DamagedStream av1 = damaged_streams().at(7);
  ASSERT_EQ(av1.name, "av1.mkv");
  const auto source = open_source(clip_of(av1), {});
  ASSERT_TRUE(source.ok());
  std::vector<Packet> packets;
  for (auto packet = (*source)->read(); packet && *packet; packet = (*source)->read()) packets.push_back(**packet);
  const auto device = open_cpu_device();
  ASSERT_TRUE(device.ok());
  const auto decode_all = [&]() -> std::optional<Error> {
    const auto decoder = make_software_decoder(**device, (*source)->stream(), {});
    if (!decoder) return decoder.error();
    int pictures = 0;
    for (const Packet& packet : packets) {
      if (const Status sent = (*decoder)->send(packet); !sent) return sent.error();
      if (auto error = take_all(**decoder, pictures)) return error;
    }
    if (pictures == 24) return std::nullopt;
    return Error{ErrorKind::source, "pictures lost", ""};
  };
  expect_errors(decode_all, kNever, 1);
  EXPECT_EQ((*device)->pool().stats().used_bytes, 0U);
}

/// LYN_ALLOC_FAIL_STEP=1 lets every single allocation fail, which takes a minute.
long step() {
  const char* asked = std::getenv("LYN_ALLOC_FAIL_STEP");
  return asked == nullptr ? 7 : std::max(1L, std::strtol(asked, nullptr, 10));
}

class AllocFailIn : public testing::TestWithParam<DamagedStream> {};

TEST_P(AllocFailIn, a_stream_is_an_error_or_fewer_pictures) {
  const std::string path = clip_of(GetParam());
  expect_errors([&] { return decode(path); }, 60, step());
}

INSTANTIATE_TEST_SUITE_P(Stream, AllocFailIn, testing::ValuesIn(streams()), name_of_test);

}  // namespace
}  // namespace lyn
