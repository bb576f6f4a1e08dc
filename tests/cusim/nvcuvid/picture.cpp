#include "cusim/nvcuvid/picture.h"

#include <map>
#include <mutex>

namespace cusim {
namespace {

struct Names {
  std::mutex mutex;
  unsigned next = 0;
  std::map<unsigned, std::weak_ptr<Picture>> pictures;
};
Names& names() {
  static auto* names = new Names;
  return *names;
}

constexpr std::size_t kRemembered = 512;

}  // namespace

void name_picture(CUVIDPICPARAMS& parameters, const std::shared_ptr<Picture>& picture) {
  const std::lock_guard lock(names().mutex);
  parameters.Reserved[0] = ++names().next;
  names().pictures[names().next] = picture;
  if (names().pictures.size() > kRemembered) names().pictures.erase(names().pictures.begin());
}

std::shared_ptr<Picture> picture_of(const CUVIDPICPARAMS& parameters) {
  const std::lock_guard lock(names().mutex);
  const auto found = names().pictures.find(parameters.Reserved[0]);
  return found == names().pictures.end() ? nullptr : found->second.lock();
}

}  // namespace cusim
