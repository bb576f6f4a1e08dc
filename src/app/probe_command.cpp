#include <cstdio>

#include "app/commands.h"
#include "core/secret.h"
#include "stages/ingest/probe.h"

namespace lyn {

int probe_command(const ProbeArguments& arguments) {
  const auto report_of = probe_source(arguments.source, SourceOptions{});
  if (!report_of) return report(report_of.error());
  std::puts(arguments.json ? report_of->json().c_str() : report_of->text().c_str());
  return 0;
}

}  // namespace lyn
