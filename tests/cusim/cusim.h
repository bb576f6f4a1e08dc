#pragma once

/// What a test asks of the stand-in, beside the environment variable CUSIM (README.md). Programs that link it call
/// these; for the others the environment and the exit code are enough.
extern "C" {

/// Forgets everything and begins anew with settings as CUSIM has them. Nothing of the API may be in use.
void cusim_begin(const char* settings);
/// What was done wrong so far and what was not given back, a line each; empty: all is well. Valid until the
/// thread's next call.
const char* cusim_report();
/// How often each function was called: "cuMemCreate 12", a line each; and "(failed) 1" once a call failed that was to.
const char* cusim_calls();
}
