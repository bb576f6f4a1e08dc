#include <cstdio>

#include "app/commands.h"
#include "core/secret.h"
#include "stages/ingest/probe.h"
#include "stages/ingest/webcam_source.h"

namespace lyn {

int probe_command(const ProbeArguments& arguments) {
  if (arguments.source == "v4l2:") {
    std::puts(list_webcams().c_str());
    return 0;
  }
  const auto report_of = probe_source(arguments.source, SourceOptions{});
  if (!report_of) return report(report_of.error());
  std::puts(arguments.json ? report_of->json().c_str() : report_of->text().c_str());
  return 0;
}

}  // namespace lyn
