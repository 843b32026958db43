#pragma once

#include <string_view>

#include "model.h"

namespace cascade {

/**
 * Reads a boosted Haar cascade in OpenCV's XML format. Throws Refusal, with the reason, if the file is malformed, or if
 * the evaluation could not be proven to equal OpenCV's, integer for integer.
 */
Model loadModel(std::string_view xml);

}  // namespace cascade
