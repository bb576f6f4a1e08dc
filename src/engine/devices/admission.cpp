#include "engine/devices/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/run/shed_steps.h"

namespace lyn {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;
/// Weight of what was measured last in the running mean.
constexpr double kNewest = 0.1;
/// A decoder that has little to do is clocked down, and what it takes then says nothing of what it can.
constexpr double kBusyEnough = 0.5;

}  // namespace

/// Of FFmpeg's decoders, busy pictures, on a core of an EPYC: 1080p H.264 takes 8.3 ms.
std::chrono::duration<double> Admission::prior(CodecId codec) {
  const bool costly = codec == CodecId::hevc || codec == CodecId::av1;
  return std::chrono::duration<double, std::milli>(costly ? 5 : 4);
}

/// Of one of an H100's seven: 726 pictures of 1080p H.264 a second, 1,206 of HEVC (bench/results/h200/nvdec).
std::chrono::duration<double> Admission::decoder_prior(CodecId codec) {
  return std::chrono::duration<double, std::milli>(codec == CodecId::hevc ? 0.40 : 0.66);
}

AdmissionAnswer Admission::ask(const std::string& camera, const CameraNeed& need, IfFull if_full) {
  const auto fits = [this, &camera](const Seat& seat) {
    return std::ranges::all_of(weigh(camera, seat), [](const Item& item) { return item.fits(); });
  };
  std::lock_guard lock(mutex_);
  Seat seat{need, 1};
  if (if_full == IfFull::admit || fits(seat)) {
    seats_[camera] = seat;
    return {};
  }
  const std::string words = arithmetic(camera, seat);
  while (if_full == IfFull::degrade && need.inferred > 0) {
    seat.factor = shed_step_above(seat.factor);
    if (need.inferred / seat.factor < need.least) break;
    if (!fits(seat)) continue;
    seats_[camera] = seat;
    return {true, seat.factor, words};
  }
  seats_.erase(camera);
  return {false, 1, words};
}

void Admission::set_factor(const std::string& camera, int factor) {
  std::lock_guard lock(mutex_);
  if (const auto found = seats_.find(camera); found != seats_.end()) found->second.factor = factor;
}

void Admission::leave(const std::string& camera) {
  std::lock_guard lock(mutex_);
  seats_.erase(camera);
}

void Admission::decoded(CodecId codec, double megapixels_each, std::uint64_t pictures, std::chrono::nanoseconds cpu) {
  const double megapixels = megapixels_each * static_cast<double>(pictures);
  if (megapixels <= 0) return;
  std::lock_guard lock(mutex_);
  decoder_seconds_ += megapixels * decoder_prior(codec).count();
  if (cpu.count() <= 0) return;
  const double now = std::chrono::duration<double>(cpu).count() / megapixels;
  const auto [place, first] = measured_.emplace(codec, now);
  if (!first) place->second += kNewest * (now - place->second);
}

double Admission::decode_cores(const CameraNeed& need) const {
  const auto found = measured_.find(need.codec);
  const double each = found == measured_.end() ? prior(need.codec).count() : found->second;
  return need.megapixels * need.rate * each;
}

/// Others may use them too: what they take makes ours dearer.
void Admission::decoders_busy(double share, double seconds) {
  std::lock_guard lock(mutex_);
  const double expected = std::exchange(decoder_seconds_, 0);
  if (share < kBusyEnough || expected <= 0) return;
  const double now = share * limits_.decoders * seconds / expected;
  slower_ = slower_ ? *slower_ + kNewest * (now - *slower_) : now;
}

double Admission::decoders_for(const CameraNeed& need) const {
  return need.megapixels * need.rate * decoder_prior(need.codec).count() * slower_.value_or(1);
}

DeviceLoad Admission::share_of(const Seat& seat) const {
  DeviceLoad load;
  if (limits_.decoders > 0) load.decode = decoders_for(seat.need) / limits_.decoders;
  if (limits_.cores > 0) load.decode = decode_cores(seat.need) / limits_.cores;
  load.model = model_share(seat);
  load.memory_bytes = seat.need.memory_bytes;
  return load;
}

DeviceLoad Admission::cost_of(const CameraNeed& need) const {
  std::lock_guard lock(mutex_);
  return share_of({need, 1});
}

DeviceLoad Admission::load() const {
  std::lock_guard lock(mutex_);
  DeviceLoad all;
  for (const auto& [id, seat] : seats_) all += share_of(seat);
  return all;
}

double Admission::model_share(const Seat& seat) {
  return seat.need.inferred / seat.factor * seat.need.model_time.count();
}

std::vector<Admission::Item> Admission::weigh(const std::string& camera, const Seat& seat) const {
  Item cores{"cores", "", 0, 0, limits_.cores};
  Item decoders{"decoders", "", 0, 0, limits_.decoders};
  Item model{"model", " of its time", 0, 0, seat.need.model.empty() ? 0.0 : 1.0};
  Item memory{"memory", " MiB", 0, 0, static_cast<double>(limits_.memory_bytes) / kMebibyte};
  const auto add = [&](const Seat& one, double Item::*sum) {
    cores.*sum += decode_cores(one.need) + model_share(one) * one.need.model_cores;
    decoders.*sum += decoders_for(one.need);
    if (limits_.models_share_time || one.need.model == seat.need.model) model.*sum += model_share(one);
    memory.*sum += static_cast<double>(one.need.memory_bytes) / kMebibyte;
  };
  add(seat, &Item::needed);
  for (const auto& [id, other] : seats_) {
    if (id != camera) add(other, &Item::taken);
  }
  std::vector<Item> items{cores, decoders, model, memory};
  std::erase_if(items, [](const Item& item) { return item.limit <= 0; });
  return items;
}

std::string Admission::arithmetic(const std::string& camera, const Seat& seat) const {
  const CameraNeed& need = seat.need;
  std::string text = "there is not enough room for it:";
  auto to = std::back_inserter(text);
  for (const Item& item : weigh(camera, seat)) {
    if (item.fits()) continue;
    fmt::format_to(to, " {}: it needs {:.2f}{}, {:.2f} are taken, {:.2f} of {:.2f} can be planned;", item.name,
                   item.needed, item.unit, item.taken, kPlanned * item.limit, item.limit);
  }
  fmt::format_to(to, " decoding {:.2f} megapixels x {:g} a second", need.megapixels, need.rate);
  const double each = 1000 / std::max(1e-9, need.megapixels * need.rate);
  if (limits_.cores > 0) {
    fmt::format_to(to, " x {:.1f} ms ({}) = {:.2f} cores", decode_cores(need) * each,
                   measured_.contains(need.codec) ? "measured" : "assumed", decode_cores(need));
  } else if (limits_.decoders > 0) {
    fmt::format_to(to, " x {:.2f} ms ({}) = {:.2f} of {:g} decoders", decoders_for(need) * each,
                   slower_ ? "measured" : "assumed", decoders_for(need), limits_.decoders);
  }
  if (!need.model.empty()) {
    fmt::format_to(to, ", the model {:g} a second x {:.1f} ms", need.inferred, need.model_time.count() * 1000);
    if (limits_.cores > 0)
      fmt::format_to(to, " x {:g} cores = {:.2f} cores", need.model_cores, model_share(seat) * need.model_cores);
  }
  return text;
}

}  // namespace lyn
