// The structures of DLPack 1.0 (https://dmlc.github.io/dlpack/latest/c_api.html): facts of an ABI by which
// libraries hand tensors to each other without a copy. The guard has the name that DLPack's own header
// uses, so that a program may include either or both; DLPack's must be 1.0 or newer.
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#include <stdint.h>

#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 0

/// Bits of DLManagedTensorVersioned::flags.
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)

extern "C" {

struct DLPackVersion {
  uint32_t major;
  uint32_t minor;
};

/// Where the elements are; the device types that Lynceus gives, and page-locked host memory.
enum DLDeviceType : int32_t { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3 };

struct DLDevice {
  DLDeviceType device_type;
  int32_t device_id;  ///< 0 for kDLCPU
};

enum DLDataTypeCode { kDLInt = 0U, kDLUInt = 1U, kDLFloat = 2U };

struct DLDataType {
  uint8_t code;    ///< a DLDataTypeCode
  uint8_t bits;    ///< of one element
  uint16_t lanes;  ///< 1: no vectors
};

/// A tensor that does not own its memory. Element [i, j] lies `i * strides[0] + j * strides[1]`
/// elements behind `data` + `byte_offset`.
struct DLTensor {
  void* data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t* shape;
  int64_t* strides;
  uint64_t byte_offset;
};

/// A tensor that is handed over: whoever has it calls `deleter(self)` once, when it needs it no more.
struct DLManagedTensorVersioned {
  DLPackVersion version;
  void* manager_ctx;
  void (*deleter)(DLManagedTensorVersioned* self);
  uint64_t flags;
  DLTensor dl_tensor;
};

/// The same before DLPack 1.0, for consumers that know no other.
struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};

}  // extern "C"

#endif  // DLPACK_DLPACK_H_
