#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "device/cuda/context.h"
#include "device/cuda/nvcuvid_api.h"

namespace lyn {

/// What the parser finds, called from inside NvdecParser::parse() on its thread.
class NvdecParserEvents {
 public:
  virtual ~NvdecParserEvents() = default;
  /// A new or changed sequence: the number of decode surfaces to cycle through.
  virtual Result<int> on_sequence(const CUVIDEOFORMAT& format) = 0;
  /// The next picture in decoding order.
  virtual Status on_picture(CUVIDPICPARAMS& picture) = 0;
  /// The next picture in presentation order.
  virtual Status on_shown(const CUVIDPARSERDISPINFO& shown) = 0;
};

/// nvcuvid's bitstream parser with no display delay of its own: pictures are shown as soon as the
/// stream's own reordering allows. Errors of events end parse() and come back from it.
class NvdecParser {
 public:
  static Result<std::unique_ptr<NvdecParser>> create(cuda::ContextRef context, cudaVideoCodec codec,
                                                     std::span<const std::uint8_t> headers, NvdecParserEvents& events);
  ~NvdecParser();
  NvdecParser(const NvdecParser&) = delete;
  NvdecParser& operator=(const NvdecParser&) = delete;

  /// One whole picture: it is decoded at once, inside this call.
  Status parse(std::span<const std::uint8_t> bytes);
  /// No more: every picture still held is shown.
  Status finish();

 private:
  NvdecParser(cuda::ContextRef context, const cuda::NvcuvidApi& api, NvdecParserEvents& events)
      : context_(std::move(context)), api_(api), events_(events) {}
  Status give(CUVIDSOURCEDATAPACKET& packet);
  static int sequence(void* self, CUVIDEOFORMAT* format);
  static int picture(void* self, CUVIDPICPARAMS* picture);
  static int shown(void* self, CUVIDPARSERDISPINFO* shown);

  cuda::ContextRef context_;
  const cuda::NvcuvidApi& api_;
  NvdecParserEvents& events_;
  CUvideoparser handle_ = nullptr;
  CUVIDEOFORMATEX headers_{};
  std::optional<Error> error_;
};

}  // namespace lyn
