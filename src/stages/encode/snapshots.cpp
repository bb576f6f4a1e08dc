#include "stages/encode/snapshots.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "core/write_error.h"
#include "stages/encode/jpeg_encoder.h"
#include "stages/encode/picture_file.h"

namespace lyn {
namespace {

class JpegSnapshotWriter final : public SnapshotWriter {
 public:
  JpegSnapshotWriter(SnapshotOptions options, std::unique_ptr<JpegEncoder> encoder)
      : options_(std::move(options)), encoder_(std::move(encoder)) {}

  Status prepare(const Image& image) override {
    LYN_TRY(const auto bytes, encoder_->encode(image));
    static_cast<void>(bytes);
    return {};
  }

  Status write(const Image& image, std::uint64_t frame) override {
    LYN_TRY(const auto bytes, encoder_->encode(image));
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "-%08llu.jpg", static_cast<unsigned long long>(frame));
    return put_file(bytes, options_.folder + "/" + options_.camera + number.data());
  }

 private:
  SnapshotOptions options_;
  std::unique_ptr<JpegEncoder> encoder_;
};

}  // namespace

Result<std::unique_ptr<SnapshotWriter>> make_snapshot_writer(Device& device, const SnapshotOptions& options) {
  LYN_TRY(auto encoder, JpegEncoder::create(device, options.quality));
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  if (failed) return cannot_write(options.folder, failed.value(), "snapshots to ");
  if (::access(options.folder.c_str(), W_OK | X_OK) != 0) return cannot_write(options.folder, errno, "snapshots to ");
  return std::unique_ptr<SnapshotWriter>(std::make_unique<JpegSnapshotWriter>(options, std::move(encoder)));
}

}  // namespace lyn
