#pragma once

namespace image {

/**
 * While an instance exists, output of this thread to `std::cerr` is dropped. OpenCV also reports faults by its result.
 */
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
};

}  // namespace image
