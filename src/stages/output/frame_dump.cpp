#include "stages/output/frame_dump.h"

#include <utility>
#include <vector>

#include "stages/output/dump_file.h"
#include "stages/output/planar_rows.h"

namespace lyn {
namespace {

/// Staging memory that grows with the largest picture so far.
class Landing {
 public:
  explicit Landing(Device& device) : device_(device) {}
  Result<std::span<std::byte>> room(std::size_t bytes) {
    if (staging_.bytes().size() < bytes) {
      LYN_TRY(staging_, Staging::create(device_, bytes));
    }
    return staging_.bytes().first(bytes);
  }

 private:
  Device& device_;
  Staging staging_;
};

class FileFrameDump : public FrameDump {
 public:
  FileFrameDump(Device& device, DumpFile file) : device_(device), file_(std::move(file)), landing_(device) {}

  Status write(Stream& stream, const Image& image) override {
    LYN_TRY(const std::span<std::byte> room, landing_.room(rawvideo_bytes(image)));
    LYN_CHECK(stream.wait(image.ready));
    std::byte* to = room.data();
    for (int i = 0; i < image.format.planes(); ++i) {
      const Plane& plane = image.planes[static_cast<std::size_t>(i)];
      const CopyShape shape = shape_of(image, i);
      LYN_CHECK(device_.copy_out_rows(stream, Reason::frames, to, plane.data, shape));
      to += shape.row_bytes * shape.rows;
    }
    LYN_CHECK(stream.synchronize());
    make_planar(image, room, spare_);
    return file_.append(room);
  }

 private:
  static CopyShape shape_of(const Image& image, int index) {
    const Plane& plane = image.planes[static_cast<std::size_t>(index)];
    const int samples = index > 0 && image.format.layout == Layout::semi_planar ? 2 : 1;
    const auto row = static_cast<std::size_t>(plane.width * samples * image.format.sample_bytes());
    return {row, static_cast<std::size_t>(plane.height), static_cast<std::size_t>(plane.pitch), row};
  }

  Device& device_;
  DumpFile file_;
  Landing landing_;
  std::vector<std::byte> spare_;
};

class FileTensorDump : public TensorDump {
 public:
  FileTensorDump(Device& device, DumpFile file) : device_(device), file_(std::move(file)), landing_(device) {}

  Status write(Stream& stream, ByteAddress slot, std::size_t bytes) override {
    LYN_TRY(const std::span<std::byte> room, landing_.room(bytes));
    LYN_CHECK(device_.copy_out(stream, Reason::tensors, room, slot));
    LYN_CHECK(stream.synchronize());
    return file_.append(room);
  }

 private:
  Device& device_;
  DumpFile file_;
  Landing landing_;
};

}  // namespace

Result<std::unique_ptr<FrameDump>> FrameDump::create(Device& device, const std::string& path) {
  LYN_TRY(DumpFile file, DumpFile::create(path));
  return std::unique_ptr<FrameDump>(std::make_unique<FileFrameDump>(device, std::move(file)));
}

Result<std::unique_ptr<TensorDump>> TensorDump::create(Device& device, const std::string& path) {
  LYN_TRY(DumpFile file, DumpFile::create(path));
  return std::unique_ptr<TensorDump>(std::make_unique<FileTensorDump>(device, std::move(file)));
}

}  // namespace lyn
