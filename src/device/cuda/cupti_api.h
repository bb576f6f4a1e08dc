#pragma once

#include <string>

#include "core/result.h"
#include "device/cuda/cupti_types.h"

namespace lyn::cupti {

/// CUPTI's functions that we call: X(member, exported symbol, parameters).
#define LYN_CUPTI_FUNCTIONS(X)                                                                                       \
  X(version, "cuptiGetVersion", (std::uint32_t * version))                                                           \
  X(result_text, "cuptiGetResultString", (Code code, const char** text))                                             \
  X(subscribe, "cuptiSubscribe", (Subscriber * subscriber, Callback callback, void* user))                           \
  X(unsubscribe, "cuptiUnsubscribe", (Subscriber subscriber))                                                        \
  X(enable_callback, "cuptiEnableCallback", (std::uint32_t on, Subscriber subscriber, int domain, std::uint32_t id)) \
  X(callback_name, "cuptiGetCallbackName", (int domain, std::uint32_t id, const char** name))                        \
  X(register_buffers, "cuptiActivityRegisterCallbacks", (BufferRequested requested, BufferCompleted completed))      \
  X(enable_activity, "cuptiActivityEnable", (int kind))                                                              \
  X(disable_activity, "cuptiActivityDisable", (int kind))                                                            \
  X(flush, "cuptiActivityFlushAll", (std::uint32_t flags))                                                           \
  X(flush_period, "cuptiActivityFlushPeriod", (std::uint32_t milliseconds))                                          \
  X(next_record, "cuptiActivityGetNextRecord", (std::uint8_t * buffer, std::size_t valid, void** record))            \
  X(dropped, "cuptiActivityGetNumDroppedRecords", (void* context, std::uint32_t stream, std::size_t* dropped))       \
  X(timestamp, "cuptiGetTimestamp", (std::uint64_t * nanoseconds))

/// libcupti.so.13 or .12, loaded at run time, once for the process; never unloaded.
struct CuptiApi {
#define LYN_MEMBER(member, symbol, parameters) Code(*member) parameters = nullptr;
  LYN_CUPTI_FUNCTIONS(LYN_MEMBER)
#undef LYN_MEMBER
  std::string file;  ///< where it was found
  std::string version_text() const;
};

/// Looks where the loader looks, then where CUDA toolkits and Python's nvidia packages put it; the
/// driver's own generation first. Error (kind `device`): it is nowhere, with the remedy.
const Result<const CuptiApi*>& cupti_api();

/// "CUPTI_ERROR_NOT_INITIALIZED" for a result that is no success.
std::string describe(const CuptiApi& api, Code code);

}  // namespace lyn::cupti
