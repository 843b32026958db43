#pragma once

namespace image {

/** Counts what libtiff reports in this thread as an error, or as data that end too early, from its making on. */
class TiffErrors {
 public:
  TiffErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
