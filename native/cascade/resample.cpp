#include "resample.h"

#include <cmath>

namespace cascade {

/*
 * OpenCV computes these positions in software floating point, so that they are the same on every machine. That is IEEE
 * double arithmetic, so this code gives the same results as long as no operations are fused (-ffp-contract=off).
 */
void ResampleAxis::compute(int sourceSize, int size) {
  source.resize(size);
  weights.resize(2 * static_cast<size_t>(size));
  const double step = 1.0 / (static_cast<double>(size) / sourceSize);
  for (int i = 0; i < size; i++) {
    const double position = step * (i + 0.5) - 0.5;
    const int whole = static_cast<int>(std::floor(position));
    int first = whole, second = 0;
    if (whole < 0) {
      first = 0;
    } else if (whole >= sourceSize - 1) {
      first = sourceSize - 2;
      second = 256;
    } else {
      second = static_cast<int>(std::lrint((position - whole) * 256));
    }
    source[i] = first;
    weights[2 * i] = static_cast<uint16_t>(256 - second);
    weights[2 * i + 1] = static_cast<uint16_t>(second);
  }
}

}  // namespace cascade
