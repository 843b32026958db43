#pragma once

namespace image {

/** Counts the errors that libtiff reports in this thread, from its making on. */
class TiffErrors {
 public:
  TiffErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
