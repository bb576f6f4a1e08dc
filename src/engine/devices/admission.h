#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/media.h"
#include "engine/devices/placement.h"
#include "engine/run/room_check.h"

namespace lyn {

/// What a live camera asks for, as its stream and its detector say.
struct CameraNeed {
  CodecId codec = CodecId::unknown;
  double megapixels = 0;                       ///< of a picture
  double rate = 0;                             ///< pictures a second
  double inferred = 0;                         ///< of these, those that go to the model
  double least = 0;                            ///< of these, those without which it is not worth starting
  std::string model;                           ///< which; cameras of one name share its time; empty: none
  std::chrono::duration<double> model_time{};  ///< of one frame, alone on its device
  double model_cores = 0;                      ///< that the model keeps busy meanwhile
  std::uint64_t memory_bytes = 0;              ///< of its pictures
};

/// What a device has for cameras. What is 0 is not judged.
struct DeviceLimits {
  double cores = 0;                ///< where decoding and models take those of the host
  double decoders = 0;             ///< that are the device's own
  bool models_share_time = false;  ///< all models run on the one device, and not beside one another
  std::uint64_t memory_bytes = 0;  ///< free for pictures when the run began
};

/// What becomes of a camera that there is no room for: nothing, less than it wants, or it comes all the same.
enum class IfFull { refuse, degrade, admit };

/// Says before a live camera starts whether there is room for it on a device, by arithmetic: what it needs and what
/// those that were admitted need, against nine tenths of what the device has. Decoding costs what it was measured to
/// cost here, by codec and area, and a stated prior until then. Any thread.
class Admission {
 public:
  /// Of each resource, so much may be planned: the rest is for what is not counted.
  static constexpr double kPlanned = 0.9;

  explicit Admission(const DeviceLimits& limits) : limits_(limits) {}

  /// Takes what the camera needs, instead of what it took before, or says why not.
  AdmissionAnswer ask(const std::string& camera, const CameraNeed& need, IfFull if_full);
  /// It has only each n-th of the frames that it wants inferred, from now on.
  void set_factor(const std::string& camera, int factor);
  void leave(const std::string& camera);
  /// So many pictures of that size were decoded; `cpu`: what it took of a core, 0 where that is not known.
  void decoded(CodecId codec, double megapixels_each, std::uint64_t pictures, std::chrono::nanoseconds cpu);
  /// The device's own decoders worked for this share of the last `seconds`, for all that was decoded() since it was
  /// last told.
  void decoders_busy(double share, double seconds);

  /// What a camera takes of the device, and what all that have a seat do, in shares of what it has. What the device
  /// does not limit is 0.
  [[nodiscard]] DeviceLoad cost_of(const CameraNeed& need) const;
  [[nodiscard]] DeviceLoad load() const;

  /// A core's time for a megapixel that is assumed where nothing was measured.
  static std::chrono::duration<double> prior(CodecId codec);
  /// The same of a decoder of the device's own.
  static std::chrono::duration<double> decoder_prior(CodecId codec);

 private:
  struct Seat {
    CameraNeed need;
    int factor = 1;
  };
  /// One thing that there may be too little of.
  struct Item {
    std::string name;
    const char* unit = "";
    double needed = 0;
    double taken = 0;
    double limit = 0;
    [[nodiscard]] bool fits() const { return needed + taken <= kPlanned * limit * (1 + 1e-9); }
  };
  [[nodiscard]] std::vector<Item> weigh(const std::string& camera, const Seat& seat) const;
  [[nodiscard]] double decode_cores(const CameraNeed& need) const;
  [[nodiscard]] double decoders_for(const CameraNeed& need) const;
  [[nodiscard]] DeviceLoad share_of(const Seat& seat) const;
  [[nodiscard]] static double model_share(const Seat& seat);
  [[nodiscard]] std::string arithmetic(const std::string& camera, const Seat& seat) const;

  const DeviceLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Seat> seats_;
  std::map<CodecId, double> measured_;  ///< seconds of a core for a megapixel
  double decoder_seconds_ = 0;          ///< that the prior gives to what was decoded since decoders_busy()
  std::optional<double> slower_;        ///< the device's decoders than their prior, so many times
};

}  // namespace lyn
