#pragma once

namespace image {

/** Counts the images that libde265 decodes in this thread, from the construction on, from damaged data. */
class HevcErrors {
 public:
  HevcErrors();
  int count() const;

 private:
  int before_;
};

}  // namespace image
