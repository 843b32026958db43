/*
 * An entry for libFuzzer: a file is decoded as a worker would, by the decoder that the program is built for
 * (FUZZ_OPENCV, FUZZ_HEIF, FUZZ_GIF), to grey and to colour. See native/fuzz/fuzz.ts.
 */
#include <libheif/heif.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <vector>

#include "decode.h"

namespace {

constexpr int64_t kMaxPixels = 2'000'000;  // Larger images only take time.

#if defined(FUZZ_OPENCV)

const char* const kPixelLimit = "2000000";

cv::Mat decode(image::Bytes file, image::PixelForm form) {
  static const bool isLimited = setenv("OPENCV_IO_MAX_IMAGE_PIXELS", kPixelLimit, 1) == 0;
  return isLimited ? image::decodeByOpenCv(file, form) : cv::Mat();
}

#elif defined(FUZZ_HEIF)

/** The size before transformations that libheif reads. The service reads the same size from the header. */
cv::Size readSize(image::Bytes file) {
  cv::Size size;
  heif_context* context = heif_context_alloc();
  heif_image_handle* primary = nullptr;
  if (heif_context_read_from_memory_without_copy(context, file.data, file.size, nullptr).code == heif_error_Ok &&
      heif_context_get_primary_image_handle(context, &primary).code == heif_error_Ok)
    size = {heif_image_handle_get_ispe_width(primary), heif_image_handle_get_ispe_height(primary)};
  if (primary) heif_image_handle_release(primary);
  heif_context_free(context);
  return size;
}

/** The encoding of metadata that libheif inflates, which never ends if the data is cut off. */
constexpr std::string_view kEncoding = "deflate";

/**
 * Removes the marks of compressed metadata, because no file that the service decodes has any
 * (headers/heif-encodings.ts).
 */
std::vector<uint8_t> withoutEncodings(image::Bytes file) {
  std::vector<uint8_t> copy(file.data, file.data + file.size);
  for (auto at = copy.begin();;) {
    at = std::search(at, copy.end(), kEncoding.begin(), kEncoding.end());
    if (at == copy.end()) return copy;
    *at = 0;
  }
}

cv::Mat decode(image::Bytes file, image::PixelForm form) {
  const std::vector<uint8_t> plain = withoutEncodings(file);
  const image::Bytes bytes{plain.data(), plain.size()};
  const cv::Size size = readSize(bytes);
  if (size.empty() || int64_t{size.width} * size.height > kMaxPixels) return {};
  return image::decodeHeif(bytes, form, size);
}

#elif defined(FUZZ_GIF)

cv::Mat decode(image::Bytes file, image::PixelForm form) {
  const cv::Size size = image::readGifSize(file);
  if (size.empty() || int64_t{size.width} * size.height > kMaxPixels) return {};
  return image::decodeGif(file, form, size);
}

#endif

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const image::PixelForm form : {image::PixelForm::Grey, image::PixelForm::Color}) {
    try {
      const cv::Mat image = decode({data, size}, form);
      const int type = form == image::PixelForm::Grey ? CV_8UC1 : CV_8UC3;
      if (!image.empty() && image.type() != type) abort();
    } catch (const std::exception&) {
      // The service turns this error into an answer.
    }
  }
  return 0;
}
