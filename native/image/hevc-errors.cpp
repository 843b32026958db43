/*
 * Detects damaged HEVC data, such as data that ends before its image. libde265 only warns of it, and makes up the rest.
 * libheif does not read the warnings. It calls the function at the end of this file for each image, and finds ours
 * first: see decoder-messages.cpp. Where libheif loads its decoder as a plugin, ours is not called.
 */
#include "hevc-errors.h"

#include <dlfcn.h>
#include <libde265/de265.h>

namespace image {
namespace {

thread_local int errors = 0;

/** Whether the data of a slice does not end where its last block does. */
bool isAboutData(de265_error warning) {
  switch (warning) {
    case DE265_WARNING_PREMATURE_END_OF_SLICE_SEGMENT:
    case DE265_WARNING_CTB_OUTSIDE_IMAGE_AREA:
    case DE265_WARNING_EOSS_BIT_NOT_SET:
      return true;
    default:
      return false;
  }
}

}  // namespace

HevcErrors::HevcErrors() : before_(errors) {}

int HevcErrors::count() const { return errors - before_; }

}  // namespace image

extern "C" __attribute__((visibility("default"))) const de265_image* de265_get_next_picture(
    de265_decoder_context* decoder) {
  static const auto getWarning =
      reinterpret_cast<decltype(&de265_get_warning)>(dlsym(RTLD_NEXT, "de265_get_warning"));
  static const auto getPicture =
      reinterpret_cast<decltype(&de265_get_next_picture)>(dlsym(RTLD_NEXT, "de265_get_next_picture"));
  bool isDamaged = false;
  for (de265_error warning; (warning = getWarning(decoder)) != DE265_OK;) isDamaged |= image::isAboutData(warning);
  if (isDamaged) image::errors++;
  return getPicture(decoder);
}
