#include "stages/decode/damage_notes.h"

#include <algorithm>

namespace lyn {

DamageNotes::Note* DamageNotes::find(std::int64_t number) {
  if (number < 0) return nullptr;
  Note& note = notes_[static_cast<std::size_t>(number) % kNotes];
  return note.number == number ? &note : nullptr;
}

std::int64_t DamageNotes::sent(const Packet& packet, bool referenced) {
  const std::int64_t number = next_++;
  if (packet.key) gop_ = number;
  Note& note = notes_[static_cast<std::size_t>(number) % kNotes];
  note.number = number;
  note.gop = gop_;
  note.corrupt = packet.corrupt;
  note.referenced = referenced;
  note.pictures.store(0, std::memory_order_relaxed);
  return number;
}

void DamageNotes::picture_taken(std::int64_t number) {
  if (Note* note = find(number)) note->pictures.fetch_add(1, std::memory_order_relaxed);
}

void DamageNotes::lost(std::int64_t number) {
  if (const Note* note = find(number)) spread(*note);
}

bool DamageNotes::is_damaged(std::int64_t number, bool concealed) {
  const Note* note = find(number);
  if (note == nullptr) return concealed;
  const bool made_up = one_picture_ && note->pictures.load(std::memory_order_relaxed) > 1;
  const bool own = concealed || note->corrupt || made_up;
  if (own) spread(*note);
  return own || (note->gop == damaged_gop_ && number >= damaged_from_);
}

void DamageNotes::spread(const Note& note) {
  if (!note.referenced) return;
  const bool same_gop = note.gop == damaged_gop_;
  damaged_from_ = same_gop ? std::min(damaged_from_, note.number) : note.number;
  damaged_gop_ = note.gop;
}

}  // namespace lyn
