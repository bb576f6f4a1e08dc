#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "device/device.h"
#include "device/gauge.h"
#include "device/violation.h"
#include "device/witness.h"
#include "stages/decode/decoder.h"
#include "stages/encode/snapshots.h"
#include "stages/encode/video_writer.h"
#include "stages/infer/session.h"

namespace lyn {

/// The makers of one kind of device. There is no fallback from one backend to another: what cannot
/// run on the named device is refused with a sentence.
struct Backend {
  const char* name;  ///< "cpu", "cuda"
  /// Why this backend cannot be used on this machine; empty when it can.
  std::string (*why_not)();
  Result<std::unique_ptr<Device>> (*open)(int ordinal);
  Result<std::unique_ptr<Decoder>> (*make_decoder)(Device&, const StreamInfo&, const DecoderOptions&);
  Result<std::unique_ptr<InferenceSession>> (*make_session)(Device&, const ModelCard&, const SessionOptions&);
  Result<std::unique_ptr<VideoWriter>> (*make_video_writer)(Device&, const StreamInfo&, const VideoWriterOptions&);
  Result<std::unique_ptr<SnapshotWriter>> (*make_snapshot_writer)(Device&, const SnapshotOptions&);
  /// Opens what watches a device from outside; null where nothing can (on `cpu` the residency trap stands).
  Result<std::unique_ptr<Witness>> (*open_witness)(int ordinal, ViolationLog&);
  /// How many devices of this kind are here, where it can be used.
  int (*count)();
  /// The processors that are nearest to it; empty: all are alike.
  std::vector<int> (*processors_near)(int ordinal);
  /// Opens what tells a device's state; null where there is no more to tell than what we measure.
  Result<std::unique_ptr<DeviceGauge>> (*open_gauge)(int ordinal);
  /// Decoders that are the device's own, and work beside one another; 0: they take the CPU's time, or it is not said.
  int (*decoders)(Device&);
  /// True once the device answered that it will not work again in this process.
  bool (*is_lost)(const Device&);
};

/// A backend and which of its devices: "cpu", "cuda", "cuda:1".
struct DeviceChoice {
  const Backend* backend = nullptr;
  int ordinal = 0;
};

/// Parses a device name. Error `usage` for a name that is none, `device` when it cannot be used here.
Result<DeviceChoice> choose_device(std::string_view name);

/// The same for several devices of one kind: "cuda:0,2", "cuda:all", in the order given.
Result<std::vector<DeviceChoice>> choose_devices(std::string_view names);

}  // namespace lyn
