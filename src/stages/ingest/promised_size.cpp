#include "stages/ingest/promised_size.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace lyn {
namespace {

using Size = std::optional<std::uint64_t>;
constexpr std::uint64_t kNever = INT64_MAX;  ///< no file is so long: the header is damaged

constexpr int kMostParts = 1'000'000;  ///< that are jumped over, one by one: a day of one-second fragments tenfold

/// A file whose bytes are fetched from any place, a few at a time.
class Bytes {
 public:
  Bytes(std::istream& file, std::uint64_t size) : file_(file), size_(size) {}

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// `count` bytes (at most 64) at `at`; fewer at the end of the file.
  std::string_view at(std::uint64_t at, std::size_t count) {
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(at));
    file_.read(bytes_.data(), static_cast<std::streamsize>(std::min(count, bytes_.size())));
    return {bytes_.data(), static_cast<std::size_t>(std::max<std::streamsize>(file_.gcount(), 0))};
  }
  Size number(std::uint64_t place, std::size_t count, bool little) {
    const std::string_view bytes = at(place, count);
    if (bytes.size() < count) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8 | static_cast<unsigned char>(bytes[little ? count - 1 - i : i]);
    }
    return value;
  }

 private:
  std::istream& file_;
  std::uint64_t size_;
  std::array<char, 64> bytes_{};
};

/// Where the last of a row of parts ends. `end_of` gives the end of the part at a place, nullopt if it has none.
template <class EndOf>
Size end_of_parts(const Bytes& bytes, std::uint64_t at, EndOf&& end_of) {
  for (int parts = 0; at < bytes.size(); ++parts) {
    const Size end = end_of(at);
    if (!end || *end <= at || *end > kNever || parts == kMostParts) return std::nullopt;
    at = *end;
  }
  return at;
}

/// ISO/IEC 14496-12, 4.2. A size of 0 reaches to the end of the file, whatever that is.
Size end_of_boxes(Bytes& bytes) {
  return end_of_parts(bytes, 0, [&](std::uint64_t at) -> Size {
    const Size size = bytes.number(at, 4, false);
    if (!size) return at + 8;  // not even the header is whole
    if (*size != 1) return *size < 8 ? Size() : at + *size;
    const Size large = bytes.number(at + 8, 8, false);
    return large && *large >= 16 ? at + *large : Size();
  });
}

struct Element {
  std::uint64_t id = 0;
  std::uint64_t body = 0;
  Size end;  ///< nullopt: the size is not known
};

/// EBML (RFC 8794, 4 and 5): an identifier and a size, each as long as its first bits say.
std::optional<Element> element_at(Bytes& bytes, std::uint64_t at) {
  const auto length_of = [&](std::uint64_t place) -> std::size_t {
    const Size first = bytes.number(place, 1, false);
    if (!first || *first == 0) return 0;
    std::size_t length = 1;
    while ((*first & (0x80U >> (length - 1))) == 0) ++length;
    return length;
  };
  const std::size_t id_length = length_of(at);
  if (id_length == 0 || id_length > 4) return std::nullopt;
  const std::size_t size_length = length_of(at + id_length);
  const Size id = bytes.number(at, id_length, false);
  const Size coded = size_length == 0 ? Size() : bytes.number(at + id_length, size_length, false);
  if (!id || !coded) return std::nullopt;
  const std::uint64_t mask = (std::uint64_t{1} << (7 * size_length)) - 1;
  Element element{*id, at + id_length + size_length, std::nullopt};
  if ((*coded & mask) != mask && (*coded & mask) < kNever) element.end = element.body + (*coded & mask);
  return element;
}

Size end_of_segment(Bytes& bytes) {
  constexpr std::uint64_t kSegment = 0x18538067;
  const auto header = element_at(bytes, 0);
  if (!header || !header->end) return std::nullopt;
  const auto segment = element_at(bytes, *header->end);
  if (!segment || segment->id != kSegment) return std::nullopt;
  if (segment->end) return segment->end;
  return end_of_parts(bytes, segment->body, [&](std::uint64_t at) -> Size {
    const auto part = element_at(bytes, at);
    return part ? part->end : Size();
  });
}

/// Several RIFF chunks follow one another in large files (OpenDML 1.02); 0: never finished.
Size end_of_chunks(Bytes& bytes) {
  return end_of_parts(bytes, 0, [&](std::uint64_t at) -> Size {
    const Size size = bytes.number(at + 4, 4, true);
    return size && *size > 0 ? at + 8 + *size + (*size & 1) : Size();
  });
}

constexpr std::string_view kAsfHeader("\x30\x26\xB2\x75\x8E\x66\xCF\x11", 8);

/// ASF specification 3.1 and 3.2: the file properties are an object in the header.
Size asf_size(Bytes& bytes) {
  constexpr std::string_view kFileProperties("\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11", 8);
  const Size header = bytes.number(16, 8, true);
  for (std::uint64_t at = 30; header && at < *header;) {
    if (bytes.at(at, 8) == kFileProperties) return bytes.number(at + 40, 8, true);
    const Size size = bytes.number(at + 16, 8, true);
    if (!size || *size < 24 || *size > kNever) break;
    at += *size;
  }
  return std::nullopt;
}

Size end_of_frames(Bytes& bytes) {
  constexpr std::uint64_t kFrameHeader = 12;
  const Size header = bytes.number(6, 2, true);
  if (!header) return std::nullopt;
  return end_of_parts(bytes, *header, [&](std::uint64_t at) -> Size {
    const Size size = bytes.number(at, 4, true);
    return at + kFrameHeader + size.value_or(0);
  });
}

/// ISO/IEC 13818-1: packets of 188 bytes, or 192 with an arrival time in front of each (Blu-ray, AVCHD).
Size end_of_packets(Bytes& bytes, std::uint64_t packet) {
  return (bytes.size() + packet - 1) / packet * packet;
}

bool has_sync(Bytes& bytes, std::uint64_t first, std::uint64_t packet) {
  constexpr std::uint64_t kSync = 0x47;
  return bytes.number(first, 1, false) == kSync && bytes.number(first + packet, 1, false) == kSync;
}

}  // namespace

Size promised_size(std::istream& file, std::uint64_t size) {
  Bytes bytes(file, size);
  std::array<char, 12> start{};
  const std::string_view seen = bytes.at(0, start.size());
  if (seen.size() < start.size()) return std::nullopt;
  std::ranges::copy(seen, start.begin());
  const std::string_view head(start.data(), start.size());
  const std::string_view box = head.substr(4, 4);
  if (box == "ftyp" || box == "moov" || box == "mdat" || box == "wide" || box == "styp") return end_of_boxes(bytes);
  if (head.starts_with("\x1A\x45\xDF\xA3")) return end_of_segment(bytes);
  if (head.starts_with("RIFF")) return end_of_chunks(bytes);
  if (head.starts_with(kAsfHeader)) return asf_size(bytes);
  if (head.starts_with("DKIF")) return end_of_frames(bytes);
  if (has_sync(bytes, 0, 188)) return end_of_packets(bytes, 188);
  if (has_sync(bytes, 4, 192)) return end_of_packets(bytes, 192);
  return std::nullopt;
}

}  // namespace lyn
