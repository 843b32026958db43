#pragma once

namespace image {

/** Counts, from its making on, how often libjpeg finds in this thread that the data of an image end too early. */
class JpegErrors {
 public:
  JpegErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
