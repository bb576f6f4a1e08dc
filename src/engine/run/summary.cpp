#include "engine/run/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/version.h"
#include "engine/run/witness_words.h"

namespace lyn {

namespace {

using Json = nlohmann::ordered_json;

/// Rounded to thousandths: finer digits of times and ratios are noise.
double rounded(double value) {
  return std::round(value * 1000.0) / 1000.0;
}

Json camera_json(const CameraSummary& camera) {
  Json json{{"name", camera.name},
            {"state", camera.state},
            {"states", camera.states},
            {"frames_in", camera.frames_in},
            {"frames_decoded", camera.frames_decoded},
            {"frames_processed", camera.frames_processed},
            {"dropped", camera.dropped},
            {"skipped", camera.skipped},
            {"damaged", camera.damaged},
            {"reconnects", camera.reconnects},
            {"video_dropped", camera.video_dropped},
            {"snapshots", camera.snapshots},
            {"conditions", camera.conditions},
            {"condition_counts", camera.condition_counts},
            {"latency_ms",
             {{"p50", rounded(camera.latency_p50_ms)},
              {"p95", rounded(camera.latency_p95_ms)},
              {"p99", rounded(camera.latency_p99_ms)}}}};
  if (camera.record) {
    json["record"] = {{"state", camera.record->state},           {"states", camera.record->states},
                      {"frames_in", camera.record->frames_in},   {"dropped", camera.record->dropped},
                      {"reconnects", camera.record->reconnects}, {"video_dropped", camera.record->video_dropped}};
    if (!camera.record->placed_by.empty()) json["record"]["placed_by"] = camera.record->placed_by;
    if (!camera.record->cause.empty()) json["record"]["cause"] = camera.record->cause;
  }
  if (!camera.device.empty()) json["device"] = camera.device;
  if (!camera.cause.empty()) json["cause"] = camera.cause;
  for (const auto& [name, output] : camera.outputs) {
    const char* state = output.cause.empty() ? "writing" : "paused";
    json["outputs"][name] = {{"state", state}, {"pauses", output.pauses}, {"left_out", output.left_out}};
    if (!output.cause.empty()) json["outputs"][name]["cause"] = output.cause;
  }
  return json;
}

void record_text(std::back_insert_iterator<std::string> line, const CameraSummary& record) {
  fmt::format_to(line, "  record: {}, {} packets in", record.state, record.frames_in);
  if (record.reconnects > 0) fmt::format_to(line, ", reconnected {} times", record.reconnects);
  for (const auto& [reason, count] : record.dropped) fmt::format_to(line, ", dropped {} ({})", count, reason);
  if (record.video_dropped > 0) fmt::format_to(line, ", {} left out", record.video_dropped);
  fmt::format_to(line, "{}{}\n", record.cause.empty() ? "" : "; ", record.cause);
}

Json answers_json(const KnownAnswers& answers) {
  return {{"state", answers.wrong_now ? "wrong" : "right"}, {"asked", answers.asked}, {"wrong", answers.wrong}};
}

Json throttling_json(const Throttling& throttling) {
  const char* state = !throttling.told ? "unknown" : throttling.now ? "throttled" : "no";
  return {{"state", state}, {"seconds", throttling.seconds}};
}

Json device_json(const DeviceSummary& device, const std::vector<CameraSummary>& cameras) {
  const auto here = std::ranges::count_if(cameras, [&](const auto& camera) { return camera.device == device.name; });
  return {{"name", device.name},
          {"cameras", here},
          {"lost", device.lost},
          {"host_pixel_bytes", device.host_pixel_bytes},
          {"known_answers", answers_json(device.known_answers)},
          {"throttling", throttling_json(device.throttling)},
          {"memory",
           {{"pool_bytes", device.memory.reserved_bytes},
            {"allocations_after_warmup", device.memory.allocations_after_warmup}}}};
}

Json stage_json(const StageSummary& stage) {
  return {{"name", stage.name},
          {"count", stage.count},
          {"cpu_ms", rounded(stage.cpu_ms)},
          {"p50_ms", rounded(stage.p50_ms)},
          {"p95_ms", rounded(stage.p95_ms)},
          {"p99_ms", rounded(stage.p99_ms)}};
}

}  // namespace

std::uint64_t RunSummary::frames_decoded() const {
  std::uint64_t frames = 0;
  for (const auto* some : {&cameras, &gone}) {
    for (const CameraSummary& camera : *some) frames += camera.frames_decoded;
  }
  return frames;
}

void KnownAnswers::add(const KnownAnswers& more) {
  asked += more.asked;
  wrong += more.wrong;
  wrong_now = wrong_now || more.wrong_now;
}

void Throttling::add(const Throttling& more) {
  told = told || more.told;
  now = now || more.now;
  for (const auto& [reason, count] : more.seconds) seconds[reason] += count;
}

void RunSummary::add_device(Device& from, DeviceSummary one) {
  const TransferLedger& ledger = from.ledger();
  one.name = from.name();
  one.host_pixel_bytes = ledger.host_pixel_bytes();
  one.memory = from.pool().stats();
  known_answers.add(one.known_answers);
  throttling.add(one.throttling);
  memory.add(one.memory);
  devices.push_back(std::move(one));
  for (unsigned i = 0; i < static_cast<unsigned>(Reason::count_); ++i) {
    const auto reason = static_cast<Reason>(i);
    const std::uint64_t bytes = ledger.bytes(reason);
    if (bytes == 0) continue;
    const ReasonRule& rule = rule_of(reason);
    (rule.inward ? transfers_in : transfers_out)[rule.name] += bytes;
  }
  host_pixel_bytes += ledger.host_pixel_bytes();
}

std::string RunSummary::json() const {
  Json json{{"version", kVersion},
            {"device", device},
            {"residency", residency},
            {"seconds", rounded(seconds)},
            {"cpu_seconds", rounded(cpu_seconds)},
            {"cpu_cores", seconds > 0 ? rounded(cpu_seconds / seconds) : 0.0},
            {"cameras", Json::array()},
            {"transfers", {{"in", transfers_in}, {"out", transfers_out}, {"host_pixel_bytes", host_pixel_bytes}}},
            {"memory",
             {{"pool_bytes", memory.reserved_bytes},
              {"allocations_after_warmup", memory.allocations_after_warmup},
              {"reuse", rounded(memory.reuse())}}},
            {"known_answers", answers_json(known_answers)},
            {"throttling", throttling_json(throttling)},
            {"stages", Json::array()},
            {"violations", violations}};
  for (const CameraSummary& camera : cameras) json["cameras"].push_back(camera_json(camera));
  for (const CameraSummary& camera : gone) json["gone"].push_back(camera_json(camera));
  if (devices.size() > 1) {
    for (const DeviceSummary& one : devices) json["devices"].push_back(device_json(one, cameras));
  }
  for (const StageSummary& stage : stages) json["stages"].push_back(stage_json(stage));
  if (witnessed) json["witnesses"] = witness_json(witness);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string RunSummary::text() const {
  std::string out;
  auto line = std::back_inserter(out);
  for (const CameraSummary& camera : cameras) {
    fmt::format_to(line, "{}: {}, {} frames in, {} decoded, {} processed, latency p50 {:.1f} ms, p95 {:.1f} ms\n",
                   camera.name, camera.state, camera.frames_in, camera.frames_decoded, camera.frames_processed,
                   camera.latency_p50_ms, camera.latency_p95_ms);
    if (!camera.cause.empty()) fmt::format_to(line, "  {}\n", camera.cause);
    for (const std::string& condition : camera.conditions) fmt::format_to(line, "  picture: {}\n", condition);
    if (camera.reconnects > 0) fmt::format_to(line, "  reconnected {} times\n", camera.reconnects);
    for (const auto& [reason, count] : camera.dropped) fmt::format_to(line, "  dropped {} ({})\n", count, reason);
    for (const auto& [reason, count] : camera.skipped) fmt::format_to(line, "  skipped {} ({})\n", count, reason);
    if (camera.record) record_text(line, *camera.record);
    for (const auto& [name, output] : camera.outputs) {
      fmt::format_to(line, "  {} paused {} times: {} frames are not in it{}{}\n", name, output.pauses, output.left_out,
                     output.cause.empty() ? "" : "; ", output.cause);
    }
  }
  for (const StageSummary& stage : stages) {
    fmt::format_to(line, "  {:<10} {:>8} times, CPU {:.2f} ms, p50 {:.2f} ms, p95 {:.2f} ms\n", stage.name, stage.count,
                   stage.cpu_ms, stage.p50_ms, stage.p95_ms);
  }
  fmt::format_to(line, "{:.1f} s on {}, {:.2f} cores; pixels on the host: {} bytes ({} proof), {} violations\n",
                 seconds, device, seconds > 0 ? cpu_seconds / seconds : 0.0, host_pixel_bytes, residency, violations);
  for (const DeviceSummary& one : devices) {
    if (one.known_answers.wrong > 0) {
      fmt::format_to(line, "  {}: {} of {} known answers were wrong{}\n", one.name, one.known_answers.wrong,
                     one.known_answers.asked, one.known_answers.wrong_now ? ", the latest too" : "");
    }
    for (const auto& [reason, count] : one.throttling.seconds) {
      fmt::format_to(line, "  {}: its clocks were held down for {} s ({}){}\n", one.name, count, reason,
                     one.throttling.now ? ", still" : "");
    }
    if (devices.size() == 1) break;
    const auto here = std::ranges::count_if(cameras, [&](const auto& camera) { return camera.device == one.name; });
    fmt::format_to(line, "  {}: {} cameras, {} MiB in its pool{}\n", one.name, here, one.memory.reserved_bytes >> 20U,
                   one.lost ? ", lost" : "");
  }
  if (witnessed) out += witness_text(witness);
  return out;
}

}  // namespace lyn
