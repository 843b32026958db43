#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>

/** Image files to pixels, by the libraries of Debian. Knows nothing of Node, so that it can be fuzzed by itself. */
namespace image {

struct Bytes {
  const uint8_t* data;
  size_t size;
};

enum class PixelForm {
  Grey,  // CV_8UC1
  Color  // CV_8UC3, blue-green-red
};

/** The file cannot be decoded. The message says why, for a person. */
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/**
 * The service has checked its limits against the size that it read in a header itself. A decoder that reads another
 * size reads another image.
 * @throws DecodeError unless they are the same.
 */
inline void requireSize(cv::Size read, cv::Size checked) {
  if (read == checked) return;
  throw DecodeError("its header says " + std::to_string(checked.width) + " x " + std::to_string(checked.height) +
                    ", its image is " + std::to_string(read.width) + " x " + std::to_string(read.height));
}

/**
 * JPEG, PNG, WebP, BMP and TIFF. The orientation of Exif is not applied, but OpenCV's TIFF decoder applies that of
 * TIFF. Alpha is dropped.
 * @throws DecodeError, and whatever OpenCV throws.
 */
cv::Mat decodeByOpenCv(Bytes file, PixelForm form);

/**
 * The primary image of a HEIC or AVIF file, with the file's own transformations applied. Alpha is dropped; more than 8
 * bits a channel are reduced to 8.
 * @param stored The size before the transformations: see `requireSize`.
 */
cv::Mat decodeHeif(Bytes file, PixelForm form, cv::Size stored);

/** The size of a GIF's canvas: its screen, enlarged where the first frame reaches beyond it. @throws DecodeError */
cv::Size readGifSize(Bytes file);

/**
 * The first frame of a GIF on its canvas. Transparent pixels have the colour that the palette gives them; what the
 * frame does not cover has the background colour, or is black where the file names none.
 * @param canvas Its size: see `requireSize`.
 */
cv::Mat decodeGif(Bytes file, PixelForm form, cv::Size canvas);

}  // namespace image
