#pragma once

namespace image {

/** Counts what libtiff reports in this thread, from the construction on, as an error or as data that ends too early. */
class TiffErrors {
 public:
  TiffErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
