#pragma once

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "stages/ingest/v4l2_calls.h"

namespace lyn::test {

/// The kernel's part of Video4Linux as far as it is used, with a camera of one's own behind it. One at a time.
class FakeCamera {
 public:
  struct Size {
    unsigned width, height;
  };
  FakeCamera() { current_ = this; }
  ~FakeCamera() { current_ = nullptr; }
  FakeCamera(const FakeCamera&) = delete;
  FakeCamera& operator=(const FakeCamera&) = delete;

  std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  std::vector<std::uint32_t> formats{V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};
  std::vector<Size> sizes{{640, 480}, {1280, 720}, {3840, 2160}};
  std::deque<std::string> pictures;    ///< what it will give, one a wait
  std::map<unsigned long, int> fails;  ///< errno of these requests; 0 stands for open()
  std::uint32_t flags = 0;             ///< of each buffer
  int end = EAGAIN;                    ///< what there is once all pictures are given: EAGAIN waits for ever
  v4l2_pix_format chosen{};
  int opened = 0, mapped = 0, queued = 0;  ///< what is held of it now

  static const V4l2Calls& calls() {
    static const V4l2Calls calls{&open, &close, &control, &map, &unmap, &wait};
    return calls;
  }

 private:
  static constexpr unsigned kBytes = 1U << 20;

  static int fail(int code) {
    errno = code;
    return -1;
  }
  static int open(const char*, int) {
    if (current_->fails.contains(0)) return fail(current_->fails[0]);
    ++current_->opened;
    return 1000;
  }
  static int close(int) { return --current_->opened; }
  static void* map(std::size_t bytes, int, long offset) {
    auto& memory = current_->memory_[static_cast<std::size_t>(offset)];
    memory.resize(bytes);
    ++current_->mapped;
    return memory.data();
  }
  static int unmap(void*, std::size_t) { return --current_->mapped; }
  /// Waits for `wake` alone, when there is no picture.
  static int wait(int, int wake, int milliseconds, short* events) {
    *events = POLLIN;
    if (!current_->pictures.empty() || current_->end != EAGAIN) return 1;
    pollfd one{wake, POLLIN, 0};
    *events = 0;
    return ::poll(&one, 1, milliseconds);
  }
  static int control(int, unsigned long request, void* argument) {
    if (const auto at = current_->fails.find(request); at != current_->fails.end()) return fail(at->second);
    return current_->answer(request, argument);
  }

  int answer(unsigned long request, void* argument) {
    switch (request) {
      case VIDIOC_QUERYCAP:
        static_cast<v4l2_capability*>(argument)->capabilities = capabilities;
        std::memcpy(static_cast<v4l2_capability*>(argument)->card, "HD Camera", 10);
        return 0;
      case VIDIOC_ENUM_FMT: {
        auto& format = *static_cast<v4l2_fmtdesc*>(argument);
        if (format.index >= formats.size()) return fail(EINVAL);
        format.pixelformat = formats[format.index];
        return 0;
      }
      case VIDIOC_ENUM_FRAMESIZES: {
        auto& size = *static_cast<v4l2_frmsizeenum*>(argument);
        if (size.index >= sizes.size()) return fail(EINVAL);
        size.type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size.discrete = {sizes[size.index].width, sizes[size.index].height};
        return 0;
      }
      case VIDIOC_S_FMT:
        chosen = static_cast<v4l2_format*>(argument)->fmt.pix;
        return 0;
      case VIDIOC_G_PARM:
        static_cast<v4l2_streamparm*>(argument)->parm.capture.timeperframe = {1, 30};
        return 0;
      case VIDIOC_QUERYBUF: {
        auto& buffer = *static_cast<v4l2_buffer*>(argument);
        buffer.length = kBytes;
        buffer.m.offset = buffer.index;
        return 0;
      }
      case VIDIOC_QBUF:
        waiting_.push_back(static_cast<v4l2_buffer*>(argument)->index);
        ++queued;
        return 0;
      case VIDIOC_DQBUF:
        return give(*static_cast<v4l2_buffer*>(argument));
      default:
        return 0;
    }
  }

  int give(v4l2_buffer& buffer) {
    if (pictures.empty()) return fail(end);
    buffer.index = waiting_.front();
    waiting_.pop_front();
    --queued;
    const std::string& picture = pictures.front();
    std::memcpy(memory_[buffer.index].data(), picture.data(), picture.size());
    buffer.bytesused = static_cast<std::uint32_t>(picture.size());
    buffer.flags = flags;
    buffer.timestamp = {500, given_++ * 33'333};
    pictures.pop_front();
    return 0;
  }

  static inline FakeCamera* current_ = nullptr;
  std::map<std::size_t, std::vector<char>> memory_;
  std::deque<unsigned> waiting_;
  long given_ = 0;
};

}  // namespace lyn::test
