#include <csignal>
#include <variant>

#include "app/arguments.h"
#include "app/commands.h"
#include "core/log.h"
#include "device/cpu/cpu_device.h"

namespace {

struct Dispatch {
  int operator()(const lyn::Answered& answered) const { return answered.code; }
  int operator()(const lyn::RunArguments& arguments) const { return lyn::run_command(arguments); }
  int operator()(const lyn::DemoArguments& arguments) const { return lyn::demo_command(arguments); }
  int operator()(const lyn::ProbeArguments& arguments) const { return lyn::probe_command(arguments); }
  int operator()(const lyn::DoctorArguments& arguments) const { return lyn::doctor_command(arguments); }
  int operator()(const lyn::ConfigArguments& arguments) const { return lyn::config_command(arguments); }
  int operator()(const lyn::ModelArguments& arguments) const { return lyn::model_command(arguments); }
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of that output, not our end
  const lyn::Arguments arguments = lyn::parse_arguments(argc, argv);
  lyn::hide_secrets_in(argc, argv);
  lyn::install_residency_trap();
  const int code = std::visit(Dispatch(), arguments);
  lyn::log::stop();
  return code;
}
