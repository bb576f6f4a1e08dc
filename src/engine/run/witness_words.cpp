#include "engine/run/witness_words.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace lyn {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kOff = "off: run with --strict, or set witnesses: on";

double mega(std::uint64_t bytes, double seconds) {
  return seconds > 0 ? std::round(static_cast<double>(bytes) / seconds / 1e3) / 1e3 : 0;
}

Json count_json(const CopyCount& count) {
  return {{"copies", count.copies}, {"bytes", count.bytes}};
}

Json taken_json(const CopyCount& count) {
  return {{"calls", count.copies}, {"bytes", count.bytes}};
}

Json seen_json(const SeenCopy& seen) {
  return {{"way", seen.out ? "out" : "in"},
          {"bytes", seen.bytes},
          {"copies", seen.copies},
          {"by", seen.function},
          {"from", seen.from},
          {"to", seen.to},
          {"graph", seen.in_graph}};
}

Json caller_json(const CallerReport& caller) {
  Json json{{"out", count_json(caller.out)},
            {"in", count_json(caller.in)},
            {"out_after_warmup", count_json(caller.out_after_warmup)},
            {"in_after_warmup", count_json(caller.in_after_warmup)},
            {"in_graphs", caller.in_graphs},
            {"host_memory", taken_json(caller.host_memory)},
            {"device_memory_after_warmup", taken_json(caller.device_memory)},
            {"default_stream_launches", caller.default_stream},
            {"seen", Json::array()}};
  for (const SeenCopy& seen : caller.seen) json["seen"].push_back(seen_json(seen));
  return json;
}

Json library_json(const WitnessReport& report) {
  if (!report.absent.empty()) return "absent: " + report.absent;
  Json json{{"version", report.version}, {"agrees", report.disagreements.empty()},
            {"warm", report.warm},       {"records", report.records},
            {"dropped", report.dropped}, {"ledger", {{"out", report.ledger_out}, {"in", report.ledger_in}}},
            {"callers", Json::object()}, {"disagreements", report.disagreements}};
  for (const auto& [name, caller] : report.callers) json["callers"][name] = caller_json(caller);
  return json;
}

Json link_json(const LinkReport& link) {
  if (!link.absent.empty()) return "absent: " + link.absent;
  return {{"out_bytes", link.out_bytes},
          {"in_bytes", link.in_bytes},
          {"seconds", std::round(link.seconds * 1e3) / 1e3},
          {"out_mb_s", mega(link.out_bytes, link.seconds)},
          {"in_mb_s", mega(link.in_bytes, link.seconds)}};
}

}  // namespace

nlohmann::ordered_json witness_json(const std::optional<WitnessReport>& report) {
  if (!report) return {{"cupti", kOff}, {"pcie", kOff}};
  return {{report->name, library_json(*report)}, {"pcie", link_json(report->link)}};
}

std::string witness_text(const std::optional<WitnessReport>& report) {
  if (!report) return fmt::format("witnesses: {}\n", kOff);
  std::string out;
  auto line = std::back_inserter(out);
  if (!report->absent.empty()) {
    fmt::format_to(line, "witness {}: absent: {}\n", report->name, report->absent);
  } else {
    fmt::format_to(line, "witness {} {}: {} the ledger ({} bytes out, {} in but the bitstream), {} records\n",
                   report->name, report->version, report->disagreements.empty() ? "agrees with" : "DISAGREES with",
                   report->ledger_out, report->ledger_in, report->records);
  }
  for (const std::string& sentence : report->disagreements) fmt::format_to(line, "  {}\n", sentence);
  const LinkReport& link = report->link;
  if (!link.absent.empty()) {
    fmt::format_to(line, "witness pcie: absent: {}\n", link.absent);
  } else {
    fmt::format_to(line, "witness pcie: {:.3f} MB/s out, {:.3f} in (the whole GPU)\n",
                   mega(link.out_bytes, link.seconds), mega(link.in_bytes, link.seconds));
  }
  return out;
}

}  // namespace lyn
