/*
 * Detects JPEG data that ends before its image. libjpeg only warns of it, and makes up the rest, which becomes grey or
 * repeats what precedes it. It would also print the warnings. OpenCV and libtiff call the function at the end of this
 * file before they read a JPEG, and find ours first: see decoder-messages.cpp.
 */
#include "jpeg-errors.h"

#include <dlfcn.h>
#include <stdio.h>
// Needs declarations of stdio.h.
#include <jpeglib.h>
// Needs declarations of jpeglib.h.
#include <jerror.h>

namespace image {
namespace {

thread_local int errors = 0;

constexpr int WARNING = -1;

using Emit = decltype(jpeg_error_mgr::emit_message);

/** libjpeg's own function. */
thread_local Emit emit = nullptr;

/**
 * Whether data may be missing although the marker that ends the image is there. If a single scan has all data,
 * JWRN_HIT_MARKER reports that. Tables of a TIFF have no scan.
 */
bool isCutOff(j_common_ptr jpeg) {
  const auto* image = reinterpret_cast<j_decompress_ptr>(jpeg);
  return image->arith_code || image->progressive_mode || image->comps_in_scan < image->num_components;
}

void countEarlyEnd(j_common_ptr jpeg, int level) {
  const int code = jpeg->err->msg_code;
  if (level == WARNING && (code == JWRN_HIT_MARKER || (code == JWRN_JPEG_EOF && isCutOff(jpeg)))) errors++;
  emit(jpeg, level);
}

void ignoreMessage(j_common_ptr) {}

}  // namespace

JpegErrors::JpegErrors() : before_(errors) {}

int JpegErrors::count() const { return errors - before_; }

}  // namespace image

extern "C" __attribute__((visibility("default"))) jpeg_error_mgr* jpeg_std_error(jpeg_error_mgr* manager) {
  static const auto reset = reinterpret_cast<decltype(&jpeg_std_error)>(dlsym(RTLD_NEXT, "jpeg_std_error"));
  reset(manager);
  image::emit = manager->emit_message;
  manager->emit_message = image::countEarlyEnd;
  manager->output_message = image::ignoreMessage;
  return manager;
}
