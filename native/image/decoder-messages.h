#pragma once

namespace image {

/** While it lives, what this thread writes to `std::cerr` is dropped. OpenCV tells of a fault by its result, too. */
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
};

}  // namespace image
