#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "stages/encode/video_writer.h"

namespace lyn::test {

/// The lines that a command prints.
inline std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> lines;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 512> line{};
  while (pipe != nullptr && std::fgets(line.data(), line.size(), pipe) != nullptr) {
    std::string text(line.data());
    while (!text.empty() && (text.back() == '\n' || text.back() == ',')) text.pop_back();
    if (!text.empty()) lines.push_back(text);
  }
  if (pipe != nullptr) ::pclose(pipe);
  return lines;
}

/// A video written by a test in a folder of its own, and what ffprobe says of it.
class VideoFile : public testing::Test {
 protected:
  VideoFile() {
    folder_ = std::filesystem::temp_directory_path() / ("lyn_encode_" + std::to_string(::getpid()) + "_" +
                                                        testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    options_.path = (folder_ / "out.mp4").string();
    stream_.width = 64;
    stream_.height = 48;
    stream_.time_base = {1, 1000};
    stream_.frame_rate = {25, 1};
  }
  ~VideoFile() override { std::filesystem::remove_all(folder_); }

  Result<std::unique_ptr<VideoWriter>> open() { return make_video_writer(*device_, stream_, options_); }

  /// A grey picture with a bright column that moves with `step`.
  Image picture(int step, int width = 64, int height = 48, PixelFormat format = {}, Colour colour = {}) {
    Image image = std::move(*make_image(*device_, width, height, format, colour));
    for (int plane = 0; plane < format.planes(); ++plane) {
      const Plane& at = image.planes[static_cast<std::size_t>(plane)];
      auto* bytes = at.data.as<std::uint8_t>().host_view();
      std::memset(bytes, 128, static_cast<std::size_t>(at.pitch * at.height));
      for (int y = 0; plane == 0 && y < at.height; ++y) bytes[y * at.pitch + step % width] = 255;
    }
    return image;
  }

  /// Writes a picture a time and finishes.
  void write_all(const std::vector<std::int64_t>& ticks) {
    auto writer = open();
    ASSERT_TRUE(writer.ok()) << writer.error().text();
    int step = 0;
    for (const std::int64_t at : ticks) {
      const Status written = (*writer)->write(picture(step++), {at, stream_.time_base});
      ASSERT_TRUE(written.ok()) << written.error().text();
    }
    const Status finished = (*writer)->finish();
    ASSERT_TRUE(finished.ok()) << finished.error().text();
  }

  [[nodiscard]] std::vector<std::string> probe(const std::string& entries) const {
    return lines_of("ffprobe -v error -select_streams v:0 -of csv=p=0 -show_entries " + entries + " " + options_.path +
                    " 2>&1");
  }
  [[nodiscard]] std::vector<std::string> frame_times() const { return probe("frame=best_effort_timestamp_time"); }

  /// The times as ffprobe prints them.
  [[nodiscard]] std::vector<std::string> as_text(const std::vector<std::int64_t>& ticks) const {
    std::vector<std::string> all;
    for (const std::int64_t at : ticks) {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "%f", MediaTime{at, stream_.time_base}.seconds());
      all.emplace_back(text.data());
    }
    return all;
  }

  /// How many boxes of a type lie at the top of the file.
  [[nodiscard]] int boxes(const std::string& type) const {
    const std::vector<char> bytes = contents();
    int count = 0;
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += std::max<std::size_t>(8, word(bytes, at))) {
      count += std::string(&bytes[at + 4], 4) == type;
    }
    return count;
  }

  /// Every picture's duration as the fragments tell it (ISO/IEC 14496-12, `tfhd` and `trun`), in ticks.
  [[nodiscard]] std::vector<std::uint32_t> durations() const {
    const std::vector<char> bytes = contents();
    std::vector<std::uint32_t> all;
    std::uint32_t usual = 0;
    for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
      const std::string type(&bytes[at], 4);
      if (type != "tfhd" && type != "trun") continue;
      const std::uint32_t flags = word(bytes, at + 4);
      if (type == "tfhd") usual = word(bytes, at + 12 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0));
      if (type == "tfhd") continue;
      std::size_t sample = at + 12 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0);
      for (std::uint32_t left = word(bytes, at + 8); left > 0; --left) {
        all.push_back((flags & 0x100) != 0 ? word(bytes, sample) : usual);
        for (const std::uint32_t field : {0x100U, 0x200U, 0x400U, 0x800U}) sample += (flags & field) != 0 ? 4 : 0;
      }
    }
    return all;
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::filesystem::path folder_;
  VideoWriterOptions options_;
  StreamInfo stream_;

 private:
  [[nodiscard]] std::vector<char> contents() const {
    std::ifstream file(options_.path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Four bytes, big-endian.
  static std::uint32_t word(const std::vector<char>& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t byte = 0; byte < 4; ++byte) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + byte));
    return value;
  }
};

/// `count` times, `step` apart.
inline std::vector<std::int64_t> even_times(int count, std::int64_t step, std::int64_t first = 0) {
  std::vector<std::int64_t> times;
  for (int index = 0; index < count; ++index) times.push_back(first + index * step);
  return times;
}

}  // namespace lyn::test
