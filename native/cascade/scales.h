#pragma once

#include <vector>

#include "rectangle.h"

namespace cascade {

/** One size of the image, and the windows that are evaluated in it. */
struct Scale {
  float factor;          // the image is shrunk by this
  int width, height;     // of the shrunk image, pixels
  int step;              // pixels between windows, both ways: 2 below factor 2, else 1
  int columns, rows;     // windows
};

struct ScaleOptions {
  double scaleFactor;  // > 1
  Size minSize;        // of a window in the image; 0 x 0: no limit
  Size maxSize;        // a side of 0: no limit
};

/** The scales that OpenCV uses, in its order. `window` is the cascade's window. */
std::vector<Scale> listScales(Size image, Size window, const ScaleOptions& options);

}  // namespace cascade
