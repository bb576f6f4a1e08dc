#include "stages/ingest/v4l2_camera.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "stages/ingest/picture_limits.h"

namespace lyn {
namespace {

constexpr unsigned kBuffers = 4;
constexpr int kWidestWanted = 1920;
constexpr int kHighestWanted = 1080;

/// Compressed formats that are decoded here, the dearest first.
constexpr std::array kFormats = {
    std::pair(V4L2_PIX_FMT_MJPEG, CodecId::mjpeg), std::pair(V4L2_PIX_FMT_JPEG, CodecId::mjpeg),
    std::pair(V4L2_PIX_FMT_H264, CodecId::h264), std::pair(V4L2_PIX_FMT_HEVC, CodecId::hevc)};

std::string name_of_format(std::uint32_t format) {
  std::string name;
  for (int shift = 0; shift < 32; shift += 8) {
    const char c = static_cast<char>(format >> shift & 0x7F);
    if (c > ' ') name += c;
  }
  return name;
}

std::string cameras_here() {
  std::string text;
  for (const std::string& name : video_devices()) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no camera is plugged in here, or none was given to this container" : "here are " + text;
}

Error error_of(const std::string& what, const std::string& remedy, SourceFault fault = SourceFault::other) {
  return {ErrorKind::source, what, remedy, fault};
}

}  // namespace

std::vector<std::string> video_devices() {
  std::vector<std::string> names;
  std::error_code failed;
  for (std::filesystem::directory_iterator at("/dev", failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().string();
    if (name.starts_with("/dev/video")) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

Result<std::unique_ptr<V4l2Camera>> V4l2Camera::open(const std::string& path, const V4l2Calls& calls) {
  std::unique_ptr<V4l2Camera> camera(new V4l2Camera(path, calls));
  LYN_CHECK(camera->connect());
  LYN_CHECK(camera->choose_format());
  LYN_CHECK(camera->map_buffers());
  LYN_CHECK(camera->start());
  return camera;
}

Result<V4l2Facts> V4l2Camera::look_at(const std::string& path, const V4l2Calls& calls) {
  V4l2Camera camera(path, calls);
  LYN_CHECK(camera.connect());
  V4l2Facts facts{camera.name_, {}};
  for (const std::uint32_t format : camera.formats()) facts.formats.push_back(name_of_format(format));
  return facts;
}

V4l2Camera::~V4l2Camera() {
  if (streaming_) {
    int kind = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    calls_.control(descriptor_, VIDIOC_STREAMOFF, &kind);
  }
  for (const Buffer& buffer : buffers_) calls_.unmap(buffer.memory, buffer.bytes);
  if (descriptor_ >= 0) calls_.close(descriptor_);
}

Error V4l2Camera::refused(const std::string& what, int code) const {
  switch (code) {
    case ENOENT:
      return error_of((path_.empty() ? "v4l2:" : path_) + ": no such camera", cameras_here(), SourceFault::not_found);
    case EACCES:
    case EPERM:
      return error_of(path_ + ": no permission to use it", "add this user to the group that owns it (video)",
                      SourceFault::unauthorised);
    case EBUSY:
      return error_of(path_ + ": another program uses it", "end that program", SourceFault::busy);
    case ENODEV:
    case ENXIO:
      return error_of(path_ + ": the camera is not there any more", "plug it in again", SourceFault::closed);
    case ENOTTY:
      return error_of(path_ + ": is no camera", cameras_here(), SourceFault::unsupported);
    default:
      return error_of(path_ + ": " + what + ": " + std::strerror(code), "check the camera and its cable");
  }
}

Error V4l2Camera::lost(int code) const {
  return refused("its pictures stopped", code);
}

Status V4l2Camera::connect() {
  descriptor_ = calls_.open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) return refused("it cannot be opened", errno);
  v4l2_capability facts{};
  if (calls_.control(descriptor_, VIDIOC_QUERYCAP, &facts) < 0) return refused("it does not say what it is", errno);
  const std::uint32_t can = (facts.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? facts.device_caps : facts.capabilities;
  if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0 || (can & V4L2_CAP_STREAMING) == 0) {
    return error_of(path_ + ": gives no pictures",
                    "a camera often has a second device for other data: " + cameras_here(), SourceFault::unsupported);
  }
  const auto* card = reinterpret_cast<const char*>(facts.card);
  name_.assign(card, ::strnlen(card, sizeof facts.card));
  return {};
}

std::vector<std::uint32_t> V4l2Camera::formats() const {
  std::vector<std::uint32_t> found;
  v4l2_fmtdesc format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  for (; calls_.control(descriptor_, VIDIOC_ENUM_FMT, &format) == 0 && found.size() < 64; ++format.index) {
    found.push_back(format.pixelformat);
  }
  return found;
}

Status V4l2Camera::choose_format() {
  const auto offered = formats();
  for (const auto& [format, codec] : kFormats) {
    if (std::ranges::find(offered, format) == offered.end()) continue;
    codec_ = codec;
    choose_size(format);
    return set_format(format);
  }
  std::string names;
  for (const std::uint32_t format : offered) names += (names.empty() ? "" : ", ") + name_of_format(format);
  return error_of(path_ + ": gives raw pictures only (" + names + "), which would be pixels on the host",
                  "use a camera that gives MJPEG or H.264", SourceFault::unsupported);
}

/// The largest of its sizes up to Full HD; 0 where it does not list any.
void V4l2Camera::choose_size(std::uint32_t format) {
  v4l2_frmsizeenum size{};
  size.pixel_format = format;
  for (; calls_.control(descriptor_, VIDIOC_ENUM_FRAMESIZES, &size) == 0 && size.index < 1024; ++size.index) {
    const bool one = size.type == V4L2_FRMSIZE_TYPE_DISCRETE;
    const auto width = static_cast<int>(one ? size.discrete.width : size.stepwise.max_width);
    const auto height = static_cast<int>(one ? size.discrete.height : size.stepwise.max_height);
    if (one && (width > kWidestWanted || height > kHighestWanted)) continue;
    if (std::int64_t{width} * height <= std::int64_t{width_} * height_) continue;
    width_ = std::min(width, kWidestWanted);
    height_ = std::min(height, kHighestWanted);
  }
}

Status V4l2Camera::set_format(std::uint32_t format) {
  v4l2_format wanted{};
  wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (calls_.control(descriptor_, VIDIOC_G_FMT, &wanted) < 0) return refused("it does not say what it gives", errno);
  wanted.fmt.pix.pixelformat = format;
  wanted.fmt.pix.field = V4L2_FIELD_ANY;
  if (width_ > 0) wanted.fmt.pix.width = static_cast<std::uint32_t>(width_);
  if (height_ > 0) wanted.fmt.pix.height = static_cast<std::uint32_t>(height_);
  if (calls_.control(descriptor_, VIDIOC_S_FMT, &wanted) < 0) return refused("it cannot be set up", errno);
  if (wanted.fmt.pix.pixelformat != format) {
    return error_of(path_ + ": does not keep to " + name_of_format(format), "use another camera",
                    SourceFault::unsupported);
  }
  width_ = static_cast<int>(std::min<std::uint32_t>(wanted.fmt.pix.width, INT32_MAX));
  height_ = static_cast<int>(std::min<std::uint32_t>(wanted.fmt.pix.height, INT32_MAX));
  if (!is_sane_size(width_, height_)) return refuse_size(path_, width_, height_);
  v4l2_streamparm rate{};
  rate.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (calls_.control(descriptor_, VIDIOC_G_PARM, &rate) == 0 && rate.parm.capture.timeperframe.numerator > 0) {
    rate_ = {rate.parm.capture.timeperframe.denominator, rate.parm.capture.timeperframe.numerator};
  }
  return {};
}

Status V4l2Camera::map_buffers() {
  v4l2_requestbuffers wanted{};
  wanted.count = kBuffers;
  wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  wanted.memory = V4L2_MEMORY_MMAP;
  if (calls_.control(descriptor_, VIDIOC_REQBUFS, &wanted) < 0) return refused("it gives no memory", errno);
  for (unsigned i = 0; i < std::min(wanted.count, 32U); ++i) {
    v4l2_buffer buffer{};
    buffer.index = i;
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    if (calls_.control(descriptor_, VIDIOC_QUERYBUF, &buffer) < 0) return refused("it gives no memory", errno);
    void* memory = calls_.map(buffer.length, descriptor_, static_cast<long>(buffer.m.offset));
    if (memory == MAP_FAILED) return refused("it gives no memory", errno);
    buffers_.push_back({memory, buffer.length});
    if (calls_.control(descriptor_, VIDIOC_QBUF, &buffer) < 0) return refused("it gives no memory", errno);
  }
  return buffers_.empty() ? Status(refused("it gives no memory", ENOMEM)) : Status();
}

Status V4l2Camera::start() {
  int kind = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (calls_.control(descriptor_, VIDIOC_STREAMON, &kind) < 0) return refused("it does not start", errno);
  streaming_ = true;
  return {};
}

Result<std::optional<V4l2Picture>> V4l2Camera::take() {
  v4l2_buffer buffer{};
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  if (calls_.control(descriptor_, VIDIOC_DQBUF, &buffer) < 0) {
    if (errno == EAGAIN) return std::optional<V4l2Picture>{};
    return lost(errno);
  }
  if (buffer.index >= buffers_.size()) return lost(EPROTO);
  const Buffer& from = buffers_[buffer.index];
  V4l2Picture picture;
  picture.index = buffer.index;
  picture.bytes = {static_cast<const std::uint8_t*>(from.memory), std::min<std::size_t>(buffer.bytesused, from.bytes)};
  picture.microseconds = std::int64_t{buffer.timestamp.tv_sec} * 1'000'000 + buffer.timestamp.tv_usec;
  picture.damaged = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
  picture.key = codec_ == CodecId::mjpeg || (buffer.flags & V4L2_BUF_FLAG_KEYFRAME) != 0;
  return std::optional<V4l2Picture>(picture);
}

Status V4l2Camera::give_back(const V4l2Picture& picture) {
  v4l2_buffer buffer{};
  buffer.index = picture.index;
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  return calls_.control(descriptor_, VIDIOC_QBUF, &buffer) < 0 ? Status(lost(errno)) : Status();
}

}  // namespace lyn
