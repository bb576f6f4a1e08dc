#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/media.h"
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
  double decode = 0;               ///< megapixels a second of decoders that are the device's own
  bool models_share_time = false;  ///< all models run on the one device, and not beside one another
  std::uint64_t memory_bytes = 0;  ///< free for pictures when the run began
};

/// Says before a live camera starts whether there is room for it on a device, by arithmetic: what it needs and what
/// those that were admitted need, against nine tenths of what the device has. Decoding costs what it was measured to
/// cost here, by codec and area; until a camera of that codec ran, a stated prior. Any thread.
class Admission {
 public:
  /// Of each resource, so much may be planned: the rest is for what is not counted.
  static constexpr double kPlanned = 0.9;

  explicit Admission(const DeviceLimits& limits) : limits_(limits) {}

  /// Takes what the camera needs, instead of what it took before, or says why not. `degrade`: takes less, where that is
  /// enough to make room.
  AdmissionAnswer ask(const std::string& camera, const CameraNeed& need, bool degrade);
  /// It has only each n-th of the frames that it wants inferred, from now on.
  void set_factor(const std::string& camera, int factor);
  void leave(const std::string& camera);
  /// Decoding so many pictures of that size took this much of a core.
  void decoded(CodecId codec, double megapixels_each, std::uint64_t pictures, std::chrono::nanoseconds cpu);

  /// A core's time for a megapixel that is assumed where nothing was measured.
  static std::chrono::duration<double> prior(CodecId codec);

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
  [[nodiscard]] static double model_share(const Seat& seat);
  [[nodiscard]] std::string arithmetic(const std::string& camera, const Seat& seat) const;

  const DeviceLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Seat> seats_;
  std::map<CodecId, double> measured_;  ///< seconds of a core for a megapixel
};

}  // namespace lyn
