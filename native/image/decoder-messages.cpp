/*
 * Keeps OpenCV, libpng and dav1d from printing (libjpeg: jpeg-errors.cpp), libpng from reading texts, and dav1d from
 * starting threads. The libraries write a line to standard error for each fault of a file, without its name, whatever
 * OpenCV's log level is, so anybody could fill the log. libpng inflates each text to up to a thousand times its size,
 * and keeps a thousand unused texts. dav1d would start a thread for each core, with memory for each, although the
 * threads of the pool share the cores. OpenCV and libheif call the functions at the end of this file: they find ours
 * first, because they are loaded as libraries of this addon. The decoded pixels, and what counts as an error, stay the
 * same. If OpenCV or libheif contains its own copies of the libraries, ours are not called.
 */
#include "decoder-messages.h"

#include <dav1d/dav1d.h>
#include <dlfcn.h>
#include <png.h>

#include <cerrno>
#include <iostream>
#include <mutex>
#include <streambuf>

namespace image {
namespace {

thread_local bool isQuiet = false;

/** Passes on the output of threads that are not quiet. */
class LoudOnly : public std::streambuf {
 public:
  explicit LoudOnly(std::streambuf* next) : next_(next) {}

 protected:
  int_type overflow(int_type character) override {
    return isQuiet ? traits_type::not_eof(character) : next_->sputc(traits_type::to_char_type(character));
  }
  std::streamsize xsputn(const char* text, std::streamsize length) override {
    return isQuiet ? length : next_->sputn(text, length);
  }
  int sync() override { return isQuiet ? 0 : next_->pubsync(); }

 private:
  std::streambuf* next_;
};

}  // namespace

QuietErrors::QuietErrors() {
  // Never removed, because other threads may be writing.
  static std::once_flag isSet;
  std::call_once(isSet, [] { std::cerr.rdbuf(new LoudOnly(std::cerr.rdbuf())); });
  isQuiet = true;
}

QuietErrors::~QuietErrors() { isQuiet = false; }

}  // namespace image

namespace {

/** The library's function, which ours replaces. */
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/** Returns to where OpenCV expects errors, as libpng does by itself after printing. */
[[noreturn]] void leave(png_structp png, png_const_charp) { png_longjmp(png, 1); }

void ignoreWarning(png_structp, png_const_charp) {}

/** The value with which libpng keeps no texts at all. */
constexpr png_uint_32 NO_TEXTS = 1;

}  // namespace

extern "C" __attribute__((visibility("default"))) png_structp png_create_read_struct(
    png_const_charp version, png_voidp context, png_error_ptr onError, png_error_ptr onWarning) {
  static const auto create = next<decltype(png_create_read_struct)>("png_create_read_struct");
  const png_structp png = create(version, context, onError ? onError : leave, onWarning ? onWarning : ignoreWarning);
  if (png) png_set_chunk_cache_max(png, NO_TEXTS);
  return png;
}

extern "C" __attribute__((visibility("default"))) void dav1d_default_settings(Dav1dSettings* settings) {
  static const auto reset = next<decltype(dav1d_default_settings)>("dav1d_default_settings");
  reset(settings);
  settings->logger.callback = nullptr;
  settings->n_threads = 1;
}

extern "C" __attribute__((visibility("default"))) int dav1d_send_data(Dav1dContext* context, Dav1dData* data) {
  static const auto send = next<decltype(dav1d_send_data)>("dav1d_send_data");
  // dav1d has no setting that prevents its line about an image without data.
  if (data->data && data->sz == 0) return DAV1D_ERR(EINVAL);
  return send(context, data);
}
