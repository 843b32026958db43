#pragma once

#include <cstdint>
#include <vector>

namespace cascade {

/**
 * Resampling along one axis: pixel i of the shrunk image mixes the source pixels `source[i]` and `source[i] + 1`, with
 * weights in 1/256 that add up to 256.
 */
struct ResampleAxis {
  std::vector<int32_t> source;
  std::vector<uint16_t> weights;  // two per pixel

  /** Follows OpenCV's INTER_LINEAR_EXACT. Needs sourceSize >= 2. */
  void compute(int sourceSize, int size);
};

}  // namespace cascade
