#include "stages/encode/picture_file.h"

#include <cerrno>
#include <cstdio>

#include "core/write_error.h"
#include "stages/encode/jpeg_encoder.h"
#include "stages/encode/output_file.h"

namespace lyn {
namespace {

constexpr int kQuality = 90;

Status write_whole(std::span<const std::byte> bytes, const std::string& path) {
  LYN_TRY(OutputFile file, OutputFile::create(path));
  LYN_CHECK(file.write(bytes));
  return file.close();
}

}  // namespace

Status put_file(std::span<const std::byte> bytes, const std::string& path) {
  const std::string half = path + ".part";
  Status written = write_whole(bytes, half);
  if (written && std::rename(half.c_str(), path.c_str()) != 0) written = cannot_write(path, errno, "the picture ");
  if (!written) std::remove(half.c_str());
  return written;
}

Status write_jpeg(Device& device, const Image& image, const std::string& path) {
  LYN_TRY(const auto encoder, JpegEncoder::create(device, kQuality));
  LYN_TRY(const auto bytes, encoder->encode(image));
  return put_file(bytes, path);
}

}  // namespace lyn
