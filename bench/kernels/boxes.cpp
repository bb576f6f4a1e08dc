#include <random>

#include "bench.h"
#include "kernels/detr_head.h"
#include "kernels/nms.h"
#include "kernels/yolo_heads.h"
#include "kernels/yolox_head.h"

// Heads and NMS on raw outputs of one 640x640 slot with 80 classes; 1 anchor in 100 scores above the floor, as in a
// busy street.
namespace lyn::bench {
namespace {

constexpr int kClasses = 80;
constexpr int kAnchors = 8400;
constexpr int kQueries = 300;
constexpr float kFloor = 0.1F;

/// What NMS reads, in memory that stays for as long as anybody has a share of it.
struct CandidateMemory {
  explicit CandidateMemory(int anchors)
      : keys(blank(static_cast<std::size_t>(anchors) * sizeof(std::uint64_t))),
        boxes(blank(static_cast<std::size_t>(anchors) * sizeof(Box))),
        classes(blank(static_cast<std::size_t>(anchors) * sizeof(std::int32_t))) {
    all.keys = keys.address().as<std::uint64_t>();
    all.boxes = boxes.address().as<Box>();
    all.classes = classes.address().as<std::int32_t>();
    all.anchors = anchors;
  }
  Buffer keys, boxes, classes;
  Candidates all;
};

/// `rows` rows of boxes and scores; where `objectness` >= 0 that column says whether the row is a candidate.
std::vector<float> rows_of(int rows, int columns, int objectness) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> unit(0, 1);
  std::vector<float> values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    float* at = values.data() + row * static_cast<std::size_t>(columns);
    const bool good = random() % 100 == 0;
    for (int c = 0; c < columns; ++c)
      at[c] = c < 2 ? 600 * unit(random) : c < 4 ? 4 * unit(random) : 0.09F * unit(random);
    if (objectness >= 0) at[objectness] = good ? 0.9F : 0.05F;
    if (good) at[columns - 1 - static_cast<int>(random() % kClasses)] = 0.8F;
  }
  return values;
}

template <class Args>
void add_head(const std::string& name, const Kernel& kernel, int anchors, const std::vector<float>& values, Args args,
              void (*point)(Args&, RawOutput)) {
  auto raw = std::make_shared<Buffer>(filled(values));
  auto memory = std::make_shared<CandidateMemory>(anchors);
  point(args, {raw->address().as<const std::uint8_t>(), ElementType::float32});
  args.candidates = memory->all;
  args.floor = kFloor;
  const Kernel* const which = &kernel;
  add(name, values.size() * sizeof(float) + static_cast<std::size_t>(anchors) * sizeof(std::uint64_t), [=]() -> Status {
    (void)raw;
    (void)memory;
    return place().device->launch(*place().stream, *which, args, {static_cast<unsigned>(anchors), 1, 1});
  });
}

void add_yolo_heads() {
  YoloxArgs yolox;
  yolox.width = yolox.height = 640;
  yolox.classes = kClasses;
  add_head<YoloxArgs>("head/yolox", kYoloxHead, kAnchors, rows_of(kAnchors, 5 + kClasses, 4), yolox,
                      [](YoloxArgs& args, RawOutput raw) { args.raw = raw; });
  Yolov5Args yolov5;
  yolov5.classes = kClasses;
  add_head<Yolov5Args>("head/yolov5", kYolov5Head, kAnchors, rows_of(kAnchors, 5 + kClasses, 4), yolov5,
                       [](Yolov5Args& args, RawOutput raw) { args.raw = raw; });
  Yolov8Args yolov8;
  yolov8.channels = 4 + kClasses;
  yolov8.classes = kClasses;
  add_head<Yolov8Args>("head/yolov8", kYolov8Head, kAnchors, rows_of(kAnchors, 4 + kClasses, -1), yolov8,
                       [](Yolov8Args& args, RawOutput raw) { args.raw = raw; });
  EndToEndArgs ends;
  ends.columns = 6;
  ends.classes = kClasses;
  add_head<EndToEndArgs>("head/end-to-end", kEndToEndHead, kQueries, rows_of(kQueries, 6, 4), ends,
                         [](EndToEndArgs& args, RawOutput raw) { args.raw = raw; });
}

void add_detr_head() {
  DetrArgs detr;
  detr.score_stride = detr.box_stride = 4 + kClasses;
  detr.score_offset = 4;
  detr.classes = kClasses;
  detr.width = detr.height = 640;
  const int anchors = kQueries * kClasses;
  add_head<DetrArgs>("head/detr", kDetrHead, anchors, rows_of(kQueries, 4 + kClasses, -1), detr,
                     [](DetrArgs& args, RawOutput raw) { args.scores = args.boxes = raw; });
}

/// Labels, boxes and scores lie in one buffer, one behind the other.
void add_detr_deploy_head() {
  std::vector<float> values(kQueries * 6);
  for (std::size_t i = 0; i < kQueries; ++i) {
    values[i] = static_cast<float>(i % kClasses);
    for (std::size_t c = 0; c < 4; ++c)
      values[kQueries + 4 * i + c] = (c < 2 ? 0.1F : 0.4F) + 0.001F * static_cast<float>(i);
    values[5 * kQueries + i] = i % 100 == 0 ? 0.8F : 0.02F;
  }
  DetrDeployArgs deploy;
  deploy.classes = kClasses;
  deploy.width = deploy.height = 640;
  add_head<DetrDeployArgs>("head/detr-deploy", kDetrDeployHead, kQueries, values, deploy,
                           [](DetrDeployArgs& args, RawOutput raw) {
                             constexpr std::ptrdiff_t kColumn = kQueries * sizeof(float);
                             args.labels = args.boxes = args.scores = raw;
                             args.boxes.values = raw.values.offset_bytes(kColumn);
                             args.scores.values = raw.values.offset_bytes(5 * kColumn);
                           });
}

/// NMS spends its keys, so they are made anew each time: that copy is in the figure, and small beside it.
void add_nms(const std::string& name, int candidates) {
  std::mt19937 random(2);
  std::vector<std::uint64_t> keys(kAnchors);
  std::vector<Box> boxes(kAnchors);
  std::vector<std::int32_t> classes(kAnchors);
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(kAnchors); ++i) {
    const auto x = static_cast<float>(random() % 600), y = static_cast<float>(random() % 600);
    boxes[i] = {x, y, x + 40, y + 60};
    classes[i] = static_cast<std::int32_t>(random() % 3);
    const bool good = static_cast<int>(random() % static_cast<unsigned>(kAnchors)) < candidates;
    keys[i] = good ? candidate_key(0.1F + static_cast<float>(random() % 800) / 1000, i) : 0;
  }
  auto memory = std::make_shared<CandidateMemory>(kAnchors);
  memory->boxes = filled(boxes);
  memory->classes = filled(classes);
  memory->all.boxes = memory->boxes.address().as<Box>();
  memory->all.classes = memory->classes.address().as<std::int32_t>();
  auto fresh = std::make_shared<Buffer>(filled(keys));
  auto results = std::make_shared<Buffer>(blank(sizeof(SlotBoxes)));
  auto more = std::make_shared<Buffer>(blank(sizeof(MoreBoxes)));
  NmsArgs args;
  args.candidates = memory->all;
  args.results = results->address().as<SlotBoxes>();
  args.more = more->address().as<MoreBoxes>();
  const std::size_t bytes = keys.size() * sizeof(std::uint64_t);
  add(name, 2 * bytes, [=]() -> Status {
    Device& device = *place().device;
    LYN_CHECK(device.copy_within(*place().stream, memory->keys.address(), fresh->address(), {bytes, 1, bytes, bytes}));
    return device.launch(*place().stream, kNms, args, nms_grid(1));
  });
}

}  // namespace

void add_box_kernels() {
  add_yolo_heads();
  add_detr_head();
  add_detr_deploy_head();
  add_nms("nms/80-candidates", 80);
  add_nms("nms/1000-candidates", 1000);
}

}  // namespace lyn::bench
