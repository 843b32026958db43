#include "tiff-errors.h"

#include <tiffio.h>

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string_view>

namespace image {
namespace {

thread_local int errors = 0;

void countError(thandle_t, const char*, const char*, va_list) { errors++; }

/**
 * Counts fax data that ends too early: libtiff only warns of it, and makes the rest of the strip white. For JPEGs see
 * jpeg-errors.h.
 */
void countEarlyEnd(thandle_t, const char*, const char* format, va_list arguments) {
  char text[64];
  std::vsnprintf(text, sizeof text, format, arguments);
  if (std::string_view(text).starts_with("Premature EOF")) errors++;
}

}  // namespace

TiffErrors::TiffErrors() : before_(errors) {
  // libtiff has two handlers of each kind for the whole process. OpenCV sets the others.
  static std::once_flag areSet;
  std::call_once(areSet, [] {
    TIFFSetErrorHandlerExt(countError);
    TIFFSetWarningHandlerExt(countEarlyEnd);
  });
}

int TiffErrors::count() const { return errors - before_; }

}  // namespace image
