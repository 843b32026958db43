#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>

/** Decodes image files to pixels, with Debian's libraries. Independent of Node, so that it can be fuzzed by itself. */
namespace image {

struct Bytes {
  const uint8_t* data;
  size_t size;
};

enum class PixelForm {
  Grey,  // CV_8UC1
  Color  // CV_8UC3, blue-green-red
};

/** Thrown if the file cannot be decoded. The message gives the reason for a person. */
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/**
 * The service has checked its limits against the size that it has read from a header itself. So a decoder that reads
 * another size must not continue.
 * @throws DecodeError unless they are the same.
 */
inline void requireSize(cv::Size read, cv::Size checked) {
  if (read == checked) return;
  throw DecodeError("its header says " + std::to_string(checked.width) + " x " + std::to_string(checked.height) +
                    ", its image is " + std::to_string(read.width) + " x " + std::to_string(read.height));
}

/**
 * Decodes JPEG, PNG, WebP, BMP and TIFF. Exif orientation is not applied, but OpenCV's TIFF decoder applies TIFF's
 * orientation. Alpha is dropped.
 * @throws DecodeError, and whatever OpenCV throws.
 */
cv::Mat decodeByOpenCv(Bytes file, PixelForm form);

/**
 * Decodes the primary image of a HEIC or AVIF file, with the file's own transformations applied. Alpha is dropped. More
 * than 8 bits per channel are reduced to 8.
 * @param stored The size before the transformations: see `requireSize`.
 */
cv::Mat decodeHeif(Bytes file, PixelForm form, cv::Size stored);

/** The size of a GIF's canvas: its screen, enlarged if the first frame reaches beyond it. @throws DecodeError */
cv::Size readGifSize(Bytes file);

/**
 * Decodes the first frame of a GIF on its canvas. Transparent pixels have the colour that the palette gives them.
 * Pixels outside the frame have the background colour, or are black if the file names none.
 * @param canvas The size of the canvas: see `requireSize`.
 */
cv::Mat decodeGif(Bytes file, PixelForm form, cv::Size canvas);

}  // namespace image
