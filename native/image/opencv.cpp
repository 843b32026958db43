#include <opencv2/imgcodecs.hpp>

#include "decode.h"
#include "tiff-errors.h"

namespace image {

cv::Mat decodeByOpenCv(Bytes file, PixelForm form) {
  const cv::Mat encoded(1, static_cast<int>(file.size), CV_8UC1, const_cast<uint8_t*>(file.data));
  const int flags = form == PixelForm::Grey ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
  TiffErrors tiffErrors;
  const cv::Mat image = cv::imdecode(encoded, flags | cv::IMREAD_IGNORE_ORIENTATION);
  if (image.empty()) throw DecodeError("the file is damaged or truncated");
  // OpenCV goes on after a strip that cannot be decoded, and leaves it black.
  if (tiffErrors.count() > 0) throw DecodeError("a part of the image data is damaged");
  return image;
}

}  // namespace image
