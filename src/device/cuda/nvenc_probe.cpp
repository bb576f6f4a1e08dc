#include "device/cuda/nvenc_probe.h"

#include "device/cuda/shared_library.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#include <ffnvcodec/nvEncodeAPI.h>
#pragma GCC diagnostic pop

namespace lyn::cuda {
namespace {

std::string words_of(NVENCSTATUS status) {
  switch (status) {
    case NV_ENC_SUCCESS:
      return "available";
    case NV_ENC_ERR_NO_ENCODE_DEVICE:
    case NV_ENC_ERR_UNSUPPORTED_DEVICE:
      return "this GPU has no encoder";
    case NV_ENC_ERR_INVALID_VERSION:
      return "the driver is too old for NVENC API " + std::to_string(NVENCAPI_MAJOR_VERSION) + "." +
             std::to_string(NVENCAPI_MINOR_VERSION);
    case NV_ENC_ERR_OUT_OF_MEMORY:
      return "no session is free: the driver's limit of encode sessions is reached, or memory is";
    default:
      return "NVENC answers error " + std::to_string(static_cast<int>(status));
  }
}

}  // namespace

NvencAnswer ask_nvenc(const Context& context) {
  static const SharedLibrary library("libnvidia-encode.so.1");
  if (!library.found()) return {false, "libnvidia-encode.so.1 is not here"};
  NVENCSTATUS (*create_instance)(NV_ENCODE_API_FUNCTION_LIST*) = nullptr;
  if (!library.load(create_instance, "NvEncodeAPICreateInstance")) return {false, "libnvidia-encode.so.1 is too old"};
  NV_ENCODE_API_FUNCTION_LIST functions{};
  functions.version = NV_ENCODE_API_FUNCTION_LIST_VER;
  if (const NVENCSTATUS status = create_instance(&functions); status != NV_ENC_SUCCESS) {
    return {false, words_of(status)};
  }
  NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS session{};
  session.version = NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS_VER;
  session.deviceType = NV_ENC_DEVICE_TYPE_CUDA;
  session.device = context.handle();
  session.apiVersion = NVENCAPI_VERSION;
  void* encoder = nullptr;
  const NVENCSTATUS status = functions.nvEncOpenEncodeSessionEx(&session, &encoder);
  if (encoder != nullptr) functions.nvEncDestroyEncoder(encoder);  // also after a refusal, as the API asks
  return {status == NV_ENC_SUCCESS, words_of(status)};
}

}  // namespace lyn::cuda
