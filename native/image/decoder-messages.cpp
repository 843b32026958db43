/*
 * Keeps libpng and libjpeg from printing, and libpng from reading texts. Both write a line to the standard error for each
 * fault of a file, without its name, and OpenCV leaves that as it is: anybody could fill the log. libpng inflates each
 * text to as much as a thousand times its size, and keeps a thousand of them, which nobody reads. OpenCV calls these two
 * functions before it reads a file, and finds ours first, because it is loaded as a library of this addon. What is
 * decoded, and what counts as an error in it, stays the same. Where OpenCV has its own copies of the libraries inside,
 * they are not called.
 */
#include <dlfcn.h>
#include <stdio.h>
// Needs what stdio.h declares.
#include <jpeglib.h>
#include <png.h>

namespace {

/** The function that ours stands before. */
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/** Goes back to where OpenCV expects errors, as libpng does by itself after printing. */
[[noreturn]] void leave(png_structp png, png_const_charp) { png_longjmp(png, 1); }

void ignoreWarning(png_structp, png_const_charp) {}

void ignoreMessage(j_common_ptr) {}

/** libpng's own number for none. */
constexpr png_uint_32 NO_TEXTS = 1;

}  // namespace

extern "C" __attribute__((visibility("default"))) png_structp png_create_read_struct(
    png_const_charp version, png_voidp context, png_error_ptr onError, png_error_ptr onWarning) {
  static const auto create = next<decltype(png_create_read_struct)>("png_create_read_struct");
  const png_structp png = create(version, context, onError ? onError : leave, onWarning ? onWarning : ignoreWarning);
  if (png) png_set_chunk_cache_max(png, NO_TEXTS);
  return png;
}

extern "C" __attribute__((visibility("default"))) jpeg_error_mgr* jpeg_std_error(jpeg_error_mgr* errors) {
  static const auto reset = next<decltype(jpeg_std_error)>("jpeg_std_error");
  reset(errors)->output_message = ignoreMessage;
  return errors;
}
