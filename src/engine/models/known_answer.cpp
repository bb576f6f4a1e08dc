#include "engine/models/known_answer.h"

#include <array>
#include <cstring>
#include <utility>

#include "core/log.h"
#include "device/image.h"
#include "device/scope.h"

namespace lyn {

namespace {

constexpr int kSide = 256;
/// One row of grey, of which each row of the picture is a part: twice as long, so that a part may begin anywhere.
constexpr std::size_t kInk = std::size_t{2} * kSide;

/// Ramps and steps of several lengths.
std::array<std::byte, kInk> ink() {
  std::array<std::byte, kInk> ink;
  for (std::size_t i = 0; i < ink.size(); ++i) {
    ink[i] = static_cast<std::byte>((i / 8 * 37 + i * 3 + (i / 64 % 2) * 96) % 256);
  }
  return ink;
}

/// Arcs, which look like nothing and have edges in all directions.
std::ptrdiff_t begin_of_row(int y) {
  return y * y / 48 % kSide;
}

const char* remedy(const Device& device) {
  return device.is_cuda()
             ? "see `nvidia-smi -q -d ECC,PERFORMANCE,TEMPERATURE` for memory errors, heat and clocks, then "
               "start the program again; if it comes back, take the GPU out of service"
             : "test the machine's memory, and undo overclocking";
}

}  // namespace

KnownAnswer::KnownAnswer(Setup setup) : setup_(std::move(setup)) {}

Status KnownAnswer::lay_out(Stream& stream) {
  Device& device = setup_.device;
  const PixelFormat grey{Chroma::grey, Layout::planar, 8, false};
  LYN_TRY(const Image picture,
          make_image(device, kSide, kSide, grey, Colour{Matrix::bt601, Range::full, Siting::left}));
  LYN_TRY(const Staging host, Staging::create(device, kInk));
  LYN_TRY(const Buffer row, device.pool().lease(kInk));
  const auto bytes = ink();
  std::memcpy(host.bytes().data(), bytes.data(), kInk);
  LYN_CHECK(device.copy_in(stream, Reason::tables, row.address(), host.bytes().first(kInk)));
  const Plane& plane = picture.planes[0];
  for (int y = 0; y < kSide; ++y) {
    LYN_CHECK(device.copy_within(stream, plane.data.offset_bytes(y * plane.pitch),
                                 row.address().offset_bytes(begin_of_row(y)), {kSide, 1, kSide, kSide}));
  }
  LYN_TRY(slot_, device.pool().lease(setup_.input.slot_bytes()));
  Letterbox letterbox(device, setup_.input);
  LYN_CHECK(letterbox.run(stream, picture, slot_.address()));
  return stream.synchronize();  // the picture goes
}

Status KnownAnswer::begin(Stream& stream, InferenceSession& session) {
  const StageScope scope("batcher", "known answer");
  LYN_CHECK(lay_out(stream));
  LYN_CHECK(session.run(stream, slot_.address(), 1));
  LYN_CHECK(read(stream, session, 1));
  right_ = Answer::of(setup_.head->found(0));
  due_ = setup_.clock.now() + setup_.period;
  return {};
}

Status KnownAnswer::put(Stream& stream, ByteAddress slot) {
  const std::size_t bytes = setup_.input.slot_bytes();
  return setup_.device.copy_within(stream, slot, slot_.address(), {bytes, 1, bytes, bytes});
}

Status KnownAnswer::read(Stream& stream, const InferenceSession& session, int slots) {
  setup_.tally.slots += static_cast<std::uint64_t>(slots);
  LYN_CHECK(setup_.head->run(stream, session, slots));
  return setup_.head->finish(stream, slots);
}

void KnownAnswer::judge(Stream& stream, const InferenceSession& session, int index) {
  const StageScope scope("batcher", "known answer");
  const Status status = read(stream, session, index + 1);
  note(status ? difference(right_, setup_.head->found(index)) : status.error().text());
}

void KnownAnswer::ask_alone(Stream& stream, InferenceSession& session) {
  const StageScope scope("batcher", "known answer");
  if (const Status status = session.run(stream, slot_.address(), 1); !status) return note(status.error().text());
  judge(stream, session, 0);
}

void KnownAnswer::note(const std::string& what_is_wrong) {
  due_ = setup_.clock.now() + setup_.period;
  ++setup_.tally.asked;
  const std::string& device = setup_.device.name();
  if (what_is_wrong.empty()) {
    if (std::exchange(in_a_row_, 0) == 0) return;
    --setup_.tally.wrong_now;
    log::info(device + ": the model " + setup_.model + " answers its known picture as when it was loaded again");
    return;
  }
  ++setup_.tally.wrong;
  if (in_a_row_++ == 0) ++setup_.tally.wrong_now;
  const std::string words = device + ": the model " + setup_.model +
                            " answers a known picture otherwise than when it was loaded (" + what_is_wrong + ")";
  if (in_a_row_ < kInARow)
    return log::warning(words + "; it is asked again in " + std::to_string(setup_.period.count() / 1000) + " s");
  if (in_a_row_ > kInARow) return;  // said
  log::error(words + ", " + std::to_string(kInARow) + " times in a row: what cameras there are told may be wrong; " +
             remedy(setup_.device));
}

}  // namespace lyn
