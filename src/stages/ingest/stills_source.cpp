#include "stages/ingest/stills_source.h"

#include <glob.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "core/log.h"
#include "core/out_of_memory.h"
#include "stages/ingest/demuxer.h"
#include "stages/ingest/stream_info.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPadding = AV_INPUT_BUFFER_PADDING_SIZE;
constexpr std::uintmax_t kLargestFile = 256ULL << 20;
constexpr std::int64_t kTicks = 90'000;  ///< a second

bool is_picture_name(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".webp";
}

/// What a picture's first bytes say that it is.
CodecId kind_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8")) return CodecId::mjpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return CodecId::png;
  const bool webp = bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
  return webp ? CodecId::webp : CodecId::unknown;
}

std::vector<std::string> matches_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> names;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return names;
}

std::vector<std::string> names_of(const SourceUri& uri) {
  std::error_code failed;
  std::vector<std::string> names;
  if (fs::is_directory(uri.target, failed)) {
    for (fs::directory_iterator at(uri.target, failed), end; !failed && at != end; at.increment(failed)) {
      names.push_back(at->path().string());
    }
  } else {
    names = matches_of(uri.target);
  }
  std::erase_if(names, [](const std::string& name) {
    std::error_code ignored;
    return !is_picture_name(name) || !fs::is_regular_file(name, ignored);
  });
  std::ranges::sort(names);
  return names;
}

/// Bytes with the zeros behind them that a Packet promises; null for what is no picture of that kind.
std::shared_ptr<std::vector<std::uint8_t>> bytes_of(const std::string& name, CodecId kind) {
  std::error_code failed;
  const auto size = fs::file_size(name, failed);
  std::ifstream file(name, std::ios::binary);
  if (failed || !file || size < 4 || size > kLargestFile) return nullptr;
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(size) + kPadding);
  file.read(reinterpret_cast<char*>(bytes->data()), static_cast<std::streamsize>(size));
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), static_cast<std::size_t>(size));
  return file.good() && kind_of(text) == kind ? bytes : nullptr;
}

class StillsSource final : public Source {
 public:
  StillsSource(SourceUri uri, SourceOptions options, std::vector<std::string> names)
      : uri_(std::move(uri)), options_(std::move(options)), names_(std::move(names)) {}

  /// What the first picture is says what the stream is.
  Status open() {
    Watch watch(options_.stop);
    LYN_TRY(const Demuxer first,
            Demuxer::open({SourceUri::Kind::file, names_.front(), names_.front()}, options_, watch));
    stream_ = describe_stream(first.video());
    const bool picture =
        stream_.codec == CodecId::mjpeg || stream_.codec == CodecId::png || stream_.codec == CodecId::webp;
    if (!picture || !bytes_of(names_.front(), stream_.codec)) {
      return Error{ErrorKind::source, names_.front() + ": is named like a picture and is none",
                   "give JPEG, PNG or WebP pictures"};
    }
    ticks_ = std::max<std::int64_t>(std::llround(static_cast<double>(kTicks) / options_.still_rate), 1);
    stream_.time_base = {1, kTicks};
    stream_.frame_rate = {kTicks, ticks_};
    stream_.duration_ticks = ticks_ * static_cast<std::int64_t>(names_.size());
    return {};
  }

  const StreamInfo& stream() const override { return stream_; }
  const std::string& container() const override { return container_; }
  bool live() const override { return false; }
  void interrupt() override { interrupted_.store(true, std::memory_order_relaxed); }

  Result<std::optional<Packet>> read() override {
    return or_out_of_memory(ErrorKind::source, [&] { return next_picture(); });
  }

  Status rewind() override {
    next_ = 0;
    return {};
  }

 private:
  Result<std::optional<Packet>> next_picture() {
    for (; next_ < names_.size(); ++next_) {
      if (interrupted_.load(std::memory_order_relaxed) || options_.stop.stop_requested()) {
        return Error{ErrorKind::cancelled, "reading was ended", ""};
      }
      if (auto bytes = bytes_of(names_[next_], stream_.codec))
        return std::optional<Packet>(packet_of(std::move(bytes)));
      log::warning(names_[next_] + ": is gone, or no picture of the kind of the first one; passed over");
    }
    return std::optional<Packet>{};
  }

  Packet packet_of(std::shared_ptr<std::vector<std::uint8_t>> bytes) {
    Packet packet;
    packet.bytes = {bytes->data(), bytes->size() - kPadding};
    packet.owner = std::move(bytes);
    packet.pts = packet.dts = ticks_ * static_cast<std::int64_t>(next_++);
    packet.duration = ticks_;
    packet.key = true;
    return packet;
  }

  SourceUri uri_;
  SourceOptions options_;
  std::vector<std::string> names_;
  std::size_t next_ = 0;
  std::int64_t ticks_ = 1;  ///< of one picture
  StreamInfo stream_;
  std::string container_ = "stills";
  std::atomic<bool> interrupted_{false};
};

}  // namespace

Result<std::unique_ptr<Source>> open_stills(const SourceUri& uri, const SourceOptions& options) {
  auto names = names_of(uri);
  if (names.empty()) {
    std::error_code ignored;
    const bool folder = fs::is_directory(uri.target, ignored);
    return Error{ErrorKind::source, uri.shown + (folder ? ": is a directory without pictures" : ": matches no picture"),
                 "name a video file, or a folder of .jpg, .png or .webp files"};
  }
  auto source = std::make_unique<StillsSource>(uri, options, std::move(names));
  LYN_CHECK(source->open());
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace lyn
