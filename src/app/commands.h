#pragma once

#include "app/arguments.h"
#include "core/result.h"

namespace lyn {

/// One function a subcommand; each gives the exit code (DESIGN 6).
int run_command(const RunArguments& arguments);
int demo_command(const DemoArguments& arguments);
int probe_command(const ProbeArguments& arguments);
int doctor_command(const DoctorArguments& arguments);
int config_command(const ConfigArguments& arguments);
int model_command(const ModelArguments& arguments);

/// The exit code of a kind of error.
int exit_code(ErrorKind kind);
/// Prints the error on stderr as `lynceus: what; remedy` and gives its exit code.
int report(const Error& error);

}  // namespace lyn
