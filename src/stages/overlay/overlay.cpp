#include "stages/overlay/overlay.h"

#include <array>
#include <cstring>

#include "core/log.h"
#include "kernels/compose.h"
#include "kernels/draw.h"
#include "stages/overlay/draw_list.h"
#include "stages/overlay/font.h"
#include "stages/overlay/glyph_atlas.h"
#include "stages/overlay/style.h"

namespace lyn {
namespace {

/// Commands and coordinates are 16 bits wide.
constexpr int kLargestSide = 16384;

/// A frame's commands on their way: staging memory that must stay as it is until the device has read
/// it, the device memory behind it, and the event that says so.
struct Flight {
  Staging host;
  Buffer device;
  EventRef read;
};

class DrawingOverlay final : public Overlay {
 public:
  DrawingOverlay(Device& device, const OverlayOptions& options, std::unique_ptr<GlyphAtlas> atlas)
      : device_(device),
        layout_(options.layout),
        atlas_(std::move(atlas)),
        list_(options.trails, options.trail_points) {}

  Status reserve() {
    for (Flight& flight : flights_) {
      LYN_TRY(flight.host, Staging::create(device_, DrawList::kFrameBytes));
      LYN_TRY(flight.device, device_.pool().lease(DrawList::kFrameBytes));
    }
    return {};
  }

  Result<Image> draw(Stream& stream, const Image& image, std::span<const OverlayItem> items) override {
    LYN_TRY(Image result, compose(stream, image));
    LYN_CHECK(atlas_->begin_frame(stream, style_for(result.height).text));
    list_.build(result.width, result.height, result.colour, items, *atlas_);
    if (!list_.commands().empty()) LYN_CHECK(paint(stream, result));
    LYN_TRY(result.ready, stream.record());
    flights_[turn_].read = result.ready;
    turn_ = (turn_ + 1) % flights_.size();
    say_what_was_left_out();
    return result;
  }

 private:
  Result<Image> compose(Stream& stream, const Image& image) {
    const int width = composed_width(image);
    const int height = composed_height(image);
    if (width < 2 || height < 2 || width > kLargestSide || height > kLargestSide) {
      return Error{ErrorKind::device,
                   "cannot draw on a picture of " + std::to_string(image.width) + "x" + std::to_string(image.height),
                   "pictures from 2x2 to 16384x16384 are supported"};
    }
    const PixelFormat format{Chroma::yuv420, layout_, 8, false};
    LYN_TRY(Image result, make_image(device_, width, height, format, composed_colour(image)));
    LYN_CHECK(stream.wait(image.ready));
    LYN_TRY(const ComposeArgs args, compose_args(image, result));
    LYN_CHECK(device_.launch(stream, kComposeKernel, args, compose_grid(args)));
    return result;
  }

  Status paint(Stream& stream, const Image& target) {
    LYN_CHECK(atlas_->upload(stream));
    Flight& flight = flights_[turn_];
    if (flight.read) LYN_CHECK(flight.read->wait());
    const auto commands = std::as_bytes(list_.commands());
    const auto payload = std::as_bytes(list_.payload());
    const auto bytes = flight.host.bytes().first(commands.size() + payload.size());
    std::memcpy(bytes.data(), commands.data(), commands.size());
    if (!payload.empty()) std::memcpy(bytes.data() + commands.size(), payload.data(), payload.size());
    LYN_CHECK(device_.copy_in(stream, Reason::overlay, flight.device.address(), bytes));
    DrawArgs args = draw_args(target);
    args.command_count = static_cast<int>(list_.commands().size());
    args.commands = flight.device.address().as<const DrawCommand>();
    args.payload =
        flight.device.address().offset_bytes(static_cast<std::ptrdiff_t>(commands.size())).as<const std::uint32_t>();
    args.shapes = atlas_->shapes();
    args.atlas = atlas_->alphas();
    const draw::Rect blocks = list_.blocks();
    args.block_x = blocks.x0;
    args.block_y = blocks.y0;
    args.blocks_x = blocks.x1 - blocks.x0;
    args.blocks_y = blocks.y1 - blocks.y0;
    return device_.launch(stream, kDrawKernel, args, draw_grid(args));
  }

  void say_what_was_left_out() {
    if (list_.left_out() == reported_ || !crowded_.allow()) return;
    log::warning("overlay: too many objects for one picture: " + std::to_string(list_.left_out() - reported_) +
                 " boxes, labels, masks, skeletons or trails were not drawn; raise detector.score or turn trails off");
    reported_ = list_.left_out();
  }

  Device& device_;
  Layout layout_;
  std::unique_ptr<GlyphAtlas> atlas_;
  DrawList list_;
  std::array<Flight, 4> flights_;  // so that the host is never more than four frames ahead, and seldom waits
  std::size_t turn_ = 0;
  std::uint64_t reported_ = 0;
  log::RateLimit crowded_{std::chrono::seconds(10)};
};

}  // namespace

Result<std::unique_ptr<Overlay>> Overlay::create(Device& device, OverlayOptions options) {
  LYN_TRY(std::unique_ptr<Font> font, Font::open(options.font));
  LYN_TRY(std::unique_ptr<GlyphAtlas> atlas, GlyphAtlas::create(device, std::move(font)));
  auto overlay = std::make_unique<DrawingOverlay>(device, options, std::move(atlas));
  LYN_CHECK(overlay->reserve());
  return std::unique_ptr<Overlay>(std::move(overlay));
}

}  // namespace lyn
