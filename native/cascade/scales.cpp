#include "scales.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace cascade {
namespace {

// OpenCV's cvRound: to nearest, ties to even. It rounds a float if it gets a float.
int round(double value) { return static_cast<int>(std::lrint(value)); }
int round(float value) { return static_cast<int>(std::lrintf(value)); }

Size windowAt(Size window, double factor) { return {round(window.width * factor), round(window.height * factor)}; }
Size windowAt(Size window, float factor) { return {round(window.width * factor), round(window.height * factor)}; }

bool exceeds(Size a, Size b) { return a.width > b.width || a.height > b.height; }

/** Computed in 32 bits that wrap around, like OpenCV's, so that the choice is the same for any size. */
int32_t squaredDistance(Size a, Size b) {
  const uint32_t x = static_cast<uint32_t>(a.width) - static_cast<uint32_t>(b.width);
  const uint32_t y = static_cast<uint32_t>(a.height) - static_cast<uint32_t>(b.height);
  return static_cast<int32_t>(x * x + y * y);
}

/** The factors, as OpenCV keeps them: powers computed in double, stored as float. */
std::vector<float> listFactors(Size image, Size window, const ScaleOptions& options) {
  // Larger sizes do not fit into an integer (and OpenCV would never end); no image has such a side.
  const double maxFactor = 0x1p31 / std::max(window.width, window.height) - 1;
  std::vector<float> all;
  for (double factor = 1; factor < maxFactor && !exceeds(windowAt(window, factor), image);
       factor *= options.scaleFactor)
    all.push_back(static_cast<float>(factor));

  const bool isBounded = options.maxSize.width != 0 && options.maxSize.height != 0;
  const Size maxSize = isBounded ? options.maxSize : image;
  std::vector<float> wanted;
  for (const float factor : all) {
    const Size size = windowAt(window, factor);
    if (exceeds(size, maxSize)) break;
    if (!exceeds(options.minSize, size)) wanted.push_back(factor);
  }
  // If the limits leave no scale, OpenCV uses the one nearest to the minimum, even if it is outside of them.
  if (wanted.empty() && !all.empty())
    wanted.push_back(*std::min_element(all.begin(), all.end(), [&](float a, float b) {
      return squaredDistance(options.minSize, windowAt(window, a)) <
             squaredDistance(options.minSize, windowAt(window, b));
    }));
  return wanted;
}

}  // namespace

std::vector<Scale> listScales(Size image, Size window, const ScaleOptions& options) {
  std::vector<Scale> scales;
  int stripes = 0;
  for (const float factor : listFactors(image, window, options)) {
    Scale scale{};
    scale.factor = factor;
    scale.width = round(static_cast<float>(image.width) / factor);
    scale.height = round(static_cast<float>(image.height) / factor);
    scale.step = factor >= 2 ? 1 : 2;
    const int width = std::max(scale.width + 1 - window.width, 0);
    const int height = std::max(scale.height + 1 - window.height, 0);
    /*
     * OpenCV divides the rows among threads in stripes. There is one stripe per 32 columns of the first scale. All have
     * the same height, rounded up from a number of steps that was rounded down, which may drop the last row.
     */
    if (scales.empty()) stripes = std::max((width + 31) / 32, 1);
    const int stripe = std::max((height / scale.step + stripes - 1) / stripes, 1) * scale.step;
    const int visited = std::min(stripes * stripe, height);
    scale.columns = (width + scale.step - 1) / scale.step;
    scale.rows = (visited + scale.step - 1) / scale.step;
    scales.push_back(scale);
  }
  return scales;
}

}  // namespace cascade
