// A model card: read or refused with a place in it, whatever is in the file.
#include "fuzz/fuzz.h"
#include "stages/infer/model_card.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lyn::fuzz::expect;
  static const lyn::fuzz::InputFile file(".yaml");
  file.write(bytes, count);
  const auto card = lyn::load_model_card(file.path());
  if (!card) {
    expect(card.error().kind == lyn::ErrorKind::device, "a bad card is a device error");
    return 0;
  }
  expect(!card->labels.empty() && !card->onnx.empty(), "a card that is read has what is required");
  expect(card->input_width > 0 && card->input_height > 0, "a card that is read has a size");
  for (const float std : card->std) expect(std > 0, "a card that is read can be divided by");
  return 0;
}
