#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "device/device.h"
#include "device/image.h"

namespace lyn {

struct SnapshotOptions {
  std::string folder;
  std::string camera;
  int quality = 85;  ///< 1 to 100
};

/// Single pictures as JPEG files: FOLDER/CAMERA-FRAME.jpg, the frame's number in eight digits. Each is put in
/// place whole. One thread at a time.
class SnapshotWriter {
 public:
  virtual ~SnapshotWriter() = default;
  /// Takes ahead what pictures like this one need, and writes nothing. Error kind `device`.
  virtual Status prepare(const Image& image) = 0;
  /// What Overlay::draw gives. Error kind `output` names the file and the cause.
  virtual Status write(const Image& image, std::uint64_t frame) = 0;
};

/// With the device's own encoder (picture_encoder.h). Makes the folder where it is not there. Errors: `device` where
/// the device has none, `output` for a folder that cannot be made or written to.
Result<std::unique_ptr<SnapshotWriter>> make_snapshot_writer(Device& device, const SnapshotOptions& options);

}  // namespace lyn
