#include <webp/decode.h>

#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <string_view>

#include "decode.h"
#include "decoder-messages.h"
#include "jpeg-errors.h"
#include "tiff-errors.h"

namespace image {
namespace {

bool has(Bytes file, size_t offset, std::string_view text) {
  return file.size >= offset + text.size() && std::memcmp(file.data + offset, text.data(), text.size()) == 0;
}

/** Number of bytes that OpenCV shows to libwebp to find out whether a file is a WebP. */
constexpr size_t WEBP_HEADER_BYTES = 32;

bool isWebp(Bytes file) {
  WebPBitstreamFeatures features;
  return file.size >= WEBP_HEADER_BYTES && WebPGetFeatures(file.data, WEBP_HEADER_BYTES, &features) == VP8_STATUS_OK;
}

/**
 * Whether OpenCV gives the file to one of the decoders that we want. It has others for all remaining files: the one for
 * DICOM ends the process with an assertion on damaged files, and GDAL opens files of a hundred formats, some of which
 * name other files to read.
 */
bool isExpected(Bytes file) {
  using namespace std::string_view_literals;
  for (const auto signature : {"\xff\xd8\xff"sv, "\x89PNG\r\n\x1a\n"sv, "BM"sv, "II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
    if (has(file, 0, signature)) return true;
  return isWebp(file);
}

}  // namespace

cv::Mat decodeByOpenCv(Bytes file, PixelForm form) {
  if (!isExpected(file)) throw DecodeError("the file is of another format");
  const cv::Mat encoded(1, static_cast<int>(file.size), CV_8UC1, const_cast<uint8_t*>(file.data));
  const int flags = form == PixelForm::Grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
  const QuietErrors quiet;
  const TiffErrors tiffErrors;
  const JpegErrors jpegErrors;
  const cv::Mat image = cv::imdecode(encoded, flags | cv::IMREAD_IGNORE_ORIENTATION);
  if (image.empty()) throw DecodeError("the file is damaged or truncated");
  // OpenCV continues after a strip that cannot be decoded, and leaves it black.
  if (tiffErrors.count() > 0) throw DecodeError("a part of the image data is damaged");
  if (jpegErrors.count() > 0) throw DecodeError("a part of the image data is missing");
  return image;
}

}  // namespace image
