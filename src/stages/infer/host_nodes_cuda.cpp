#include "stages/infer/host_nodes_cuda.h"

#include <vector>

#include "stages/infer/ort.h"

namespace lyn {
namespace {

constexpr std::size_t kNamed = 8;

/// The lines that follow "Node(s) placed on [CPUExecutionProvider]" in ONNX Runtime's verbose log, one
/// node each, up to the heading of the next provider.
std::vector<std::string> nodes_on_cpu(const std::vector<std::string>& lines) {
  std::vector<std::string> nodes;
  bool ours = false;
  for (const std::string& line : lines) {
    if (line.find("placed on [") != std::string::npos) {
      ours = line.find("[CPUExecutionProvider]") != std::string::npos;
      continue;
    }
    const auto begin = line.find_first_not_of(' ');
    const bool is_node = begin != std::string::npos && begin > 0 && line.find('(') != std::string::npos;
    if (ours && !is_node) break;
    if (ours) nodes.push_back(line.substr(begin));
  }
  return nodes;
}

}  // namespace

std::string name_host_nodes(Ort::Env& env, const std::string& onnx, Ort::SessionOptions& options) {
  options.SetLogSeverityLevel(ORT_LOGGING_LEVEL_VERBOSE);
  ort::LogCapture capture;
  const auto loaded = ort::guarded(onnx, "", [&] { return Ort::Session(env, onnx.c_str(), options); });
  const std::vector<std::string> nodes = nodes_on_cpu(capture.lines());
  std::string text;
  for (std::size_t i = 0; i < nodes.size() && i < kNamed; ++i) text += (i > 0 ? ", " : "") + nodes[i];
  if (nodes.size() > kNamed) text += " and " + std::to_string(nodes.size() - kNamed) + " more";
  return text;
}

}  // namespace lyn
