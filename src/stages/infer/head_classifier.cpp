#include "stages/infer/head_classifier.h"

#include <algorithm>
#include <vector>

#include "kernels/classify.h"
#include "stages/infer/head_checks.h"

namespace lyn {
namespace {

class ClassifierHead final : public Head {
 public:
  ClassifierHead(Device& device, int classes, bool logits) : device_(device), classes_(classes), logits_(logits) {}

  Status lease(int slots) {
    const std::size_t bytes = static_cast<std::size_t>(slots) * sizeof(TopClasses);
    LYN_TRY(results_, device_.pool().lease(bytes));
    LYN_TRY(staging_, Staging::create(device_, bytes));
    return {};
  }

  Status run(Stream& stream, const InferenceSession& session, int batch) override {
    const auto slots = static_cast<unsigned>(batch);
    const ClassifyArgs args{raw_output(session, 0), results_.address().as<TopClasses>(), classes_, logits_};
    LYN_CHECK(device_.launch(stream, kClassify, args, {unsigned{kClassLanes}, slots, 1}));
    return device_.copy_out(stream, Reason::classes, staging_.bytes().first(slots * sizeof(TopClasses)),
                            results_.address());
  }

  Status finish(Stream& stream, int /*batch*/) override { return stream.synchronize(); }

  Findings found(int index) const override {
    const TopClasses& top = reinterpret_cast<const TopClasses*>(staging_.bytes().data())[index];
    return {.classified = true, .classes = {top.classes, static_cast<std::size_t>(top.count)}};
  }

 private:
  Device& device_;
  int classes_;
  bool logits_;
  Buffer results_;
  Staging staging_;
};

}  // namespace

Result<std::unique_ptr<Head>> make_classifier_head(Device& device, const ModelCard& card,
                                                   const InferenceSession& session, const HeadOptions& /*options*/) {
  LYN_CHECK(check_output_count(card, session, 1));
  const TensorShape& output = session.outputs()[0];
  const auto& dims = output.dims;
  const bool flat = dims.size() >= 2 && std::all_of(dims.begin() + 2, dims.end(), [](auto dim) { return dim == 1; });
  if (!flat) {
    return misfit(card, "head " + card.head, shape_of(output) + " is not [N,classes]", "name another head");
  }
  if (dims[1] != static_cast<std::int64_t>(card.labels.size())) return label_misfit(card, output, dims[1]);
  auto head = std::make_unique<ClassifierHead>(device, static_cast<int>(dims[1]), card.scores == ScoreKind::logits);
  LYN_CHECK(head->lease(session.max_batch()));
  return std::unique_ptr<Head>(std::move(head));
}

}  // namespace lyn
