#include <cstdio>
#include <filesystem>

#include "app/model_actions.h"
#include "device/cpu/cpu_device.h"
#include "engine/lane/results.h"
#include "engine/models/models.h"
#include "engine/outputs/overlay_items.h"
#include "stages/decode/decoder.h"
#include "stages/encode/picture_file.h"
#include "stages/infer/head.h"
#include "stages/ingest/source.h"
#include "stages/overlay/overlay.h"
#include "stages/preprocess/letterbox.h"

namespace lyn {

namespace {

/// The first picture of a file, whatever it is.
Result<Frame> first_frame(Device& device, const std::string& path) {
  LYN_TRY(const auto source, open_source(path, {}));
  LYN_TRY(const auto decoder, make_software_decoder(device, source->stream(), {}));
  for (bool drained = false;;) {
    LYN_TRY(auto frame, decoder->receive());
    if (frame) return std::move(*frame);
    if (drained) break;
    LYN_TRY(const auto packet, source->read());
    drained = !packet;
    LYN_CHECK(packet ? decoder->send(*packet) : decoder->drain());
  }
  return Error{ErrorKind::source, path + ": not one picture could be decoded", "check that it opens elsewhere"};
}

/// Everything that runs on one device for one picture.
class Trial {
 public:
  static Result<Trial> open(const std::string& card_path) {
    Trial trial;
    LYN_TRY(trial.card_, load_model_card(card_path));
    LYN_TRY(trial.device_, open_cpu_device());
    LYN_TRY(trial.stream_, trial.device_->open_stream());
    LYN_TRY(trial.session_, make_cpu_session(*trial.device_, trial.card_, {0, 1}));
    LYN_TRY(trial.head_, make_head(*trial.device_, trial.card_, *trial.session_, {0.1F, trial.card_.nms}));
    return trial;
  }

  /// What scores at least `score`, in pixels of the picture.
  Result<Results> look(const Image& image, double score) {
    DetectorConfig detector;
    detector.score = score;
    LYN_TRY(Results results, Results::create(detector, {.kind = "none"}, card_.labels));
    const InputSpec spec = input_spec(card_, session_->input().type);
    Letterbox letterbox(*device_, spec);
    LYN_TRY(const Buffer slot, device_->pool().lease(spec.slot_bytes()));
    LYN_TRY(const LetterboxGeometry geometry, letterbox.run(*stream_, image, slot.address()));
    LYN_CHECK(session_->prepare(*stream_));
    LYN_CHECK(session_->run(*stream_, slot.address(), 1));
    LYN_CHECK(head_->run(*stream_, *session_, 1));
    LYN_CHECK(head_->finish(*stream_, 1));
    results.update(head_->found(0), geometry, 0);
    return results;
  }

  Status draw(const Image& image, const Findings& found, const std::string& path) {
    LYN_TRY(const auto overlay, Overlay::create(*device_, OverlayOptions{}));
    OverlayItems items;
    LYN_TRY(const Image drawn, overlay->draw(*stream_, image, items.build(image, found, {}, card_.labels)));
    LYN_CHECK(stream_->synchronize());
    return write_jpeg(*device_, drawn, path);
  }

  [[nodiscard]] const std::string& label(int class_id) const {
    return card_.labels[static_cast<std::size_t>(class_id)];
  }
  [[nodiscard]] Device& device() const { return *device_; }

 private:
  // In this order: memory of the device goes before the device.
  std::unique_ptr<Device> device_;
  std::unique_ptr<Stream> stream_;
  ModelCard card_;
  std::unique_ptr<InferenceSession> session_;
  std::unique_ptr<Head> head_;
};

void print_keypoints(std::span<const Keypoint> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::printf("  keypoint %-5zu %.4f  %.1f %.1f\n", i, static_cast<double>(points[i].score),
                static_cast<double>(points[i].x), static_cast<double>(points[i].y));
  }
}

}  // namespace

Status test_model(const ModelArguments& arguments) {
  LYN_TRY(Trial trial, Trial::open(arguments.path));
  LYN_TRY(const Frame frame, first_frame(trial.device(), arguments.image));
  LYN_TRY(const Results results, trial.look(frame.image, arguments.score));
  const Findings found = results.found();
  const std::string path = arguments.out.empty()
                               ? std::filesystem::path(arguments.image).stem().string() + ".detections.jpg"
                               : arguments.out;
  LYN_CHECK(trial.draw(frame.image, found, path));
  for (std::size_t i = 0; i < found.boxes.size(); ++i) {
    const Detection& detection = found.boxes[i];
    const Box& box = detection.box;
    std::printf("%-16s %.4f  %.1f %.1f %.1f %.1f\n", trial.label(detection.class_id).c_str(),
                static_cast<double>(detection.score), static_cast<double>(box.x1), static_cast<double>(box.y1),
                static_cast<double>(box.x2), static_cast<double>(box.y2));
    print_keypoints(found.keypoints_of(i));
  }
  for (const ClassScore& one : found.classes) {
    std::printf("%-16s %.4f\n", trial.label(one.class_id).c_str(), static_cast<double>(one.score));
  }
  std::printf("%zu found, drawn in %s\n", found.boxes.size() + found.classes.size(), path.c_str());
  return {};
}

}  // namespace lyn
