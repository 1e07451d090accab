// source_dir: the folder of the sources, whose recordings and documents tests read. One source alone knows it, so that
// copies of the tree in other folders share what ccache has of all others.
#pragma once

#include <string>

namespace lgtmwatch {

std::string source_dir();

}  // namespace lgtmwatch
