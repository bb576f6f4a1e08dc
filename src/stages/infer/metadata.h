#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What exporters write into a graph, in the forms in which they write it.
namespace lyn {

/// The names in Ultralytics' metadata, "{0: 'person', 1: 'bicycle'}", by their numbers. Empty for text of
/// any other form, and where a number is missing.
std::vector<std::string> names_in_metadata(const std::string& text);

/// The two numbers of "[480, 640]", both above 0. Nothing for text that has fewer or more.
std::optional<std::pair<int, int>> two_numbers_in(const std::string& text);

}  // namespace lyn
