#pragma once

namespace image {

/**
 * Counts how often libjpeg finds in this thread, from the construction on, that the data of an image ends too early.
 */
class JpegErrors {
 public:
  JpegErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
