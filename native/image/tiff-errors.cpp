#include "tiff-errors.h"

#include <tiffio.h>

#include <cstdarg>
#include <mutex>

namespace image {
namespace {

thread_local int errors = 0;

void countError(thandle_t, const char*, const char*, va_list) { errors++; }

}  // namespace

TiffErrors::TiffErrors() : before_(errors) {
  // libtiff has two error handlers for the whole process. OpenCV sets the other one.
  static std::once_flag isSet;
  std::call_once(isSet, [] { TIFFSetErrorHandlerExt(countError); });
}

int TiffErrors::count() const { return errors - before_; }

}  // namespace image
