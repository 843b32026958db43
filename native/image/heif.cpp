#include <libheif/heif.h>

#include <memory>
#include <opencv2/imgproc.hpp>

#include "decode.h"
#include "hevc-errors.h"

namespace image {
namespace {

constexpr int kMaxSide = 1 << 20;  // As OpenCV's, for the other formats.

template <auto release>
struct Releaser {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using Context = std::unique_ptr<heif_context, Releaser<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Releaser<heif_image_handle_release>>;
using Image = std::unique_ptr<heif_image, Releaser<heif_image_release>>;
using Options = std::unique_ptr<heif_decoding_options, Releaser<heif_decoding_options_free>>;

void check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw DecodeError(error.message ? error.message : "libheif gives no reason");
}

}  // namespace

cv::Mat decodeHeif(Bytes file, PixelForm form, cv::Size stored) {
  const Context context(heif_context_alloc());
  if (!context) throw std::bad_alloc();
  heif_context_set_maximum_image_size_limit(context.get(), kMaxSide);
  // The tiles of an image are not decoded in parallel, because the threads of the pool share the cores.
  heif_context_set_max_decoding_threads(context.get(), 0);
  check(heif_context_read_from_memory_without_copy(context.get(), file.data, file.size, nullptr));

  heif_image_handle* primary = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &primary));
  const Handle handle(primary);
  // The size of the handle is not used: libheif 1.15 ignores a rotation that is listed before the size, as in the files
  // of Sony's cameras, although it applies it.
  const cv::Size size(heif_image_handle_get_ispe_width(primary), heif_image_handle_get_ispe_height(primary));
  requireSize(size, stored);

  const Options options(heif_decoding_options_alloc());
  if (!options) throw std::bad_alloc();
  options->convert_hdr_to_8bit = 1;
  // Strictness only makes an unknown colour description an error, and libheif 1.15 then leaks the decoded image (its
  // issue 1006).
  options->strict_decoding = 0;
  const HevcErrors hevcErrors;
  heif_image* decoded = nullptr;
  check(heif_decode_image(primary, &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGB, options.get()));
  const Image image(decoded);
  if (hevcErrors.count() > 0) throw DecodeError("a part of the image data is damaged or missing");

  int stride = 0;
  const uint8_t* pixels = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
  // A tile is missing.
  if (!pixels) throw DecodeError("a part of the image data is missing");
  const cv::Size displayed(heif_image_get_width(decoded, heif_channel_interleaved),
                           heif_image_get_height(decoded, heif_channel_interleaved));
  const cv::Mat rgb(displayed, CV_8UC3, const_cast<uint8_t*>(pixels), stride);
  cv::Mat result;
  cv::cvtColor(rgb, result, form == PixelForm::Grey ? cv::COLOR_RGB2GRAY : cv::COLOR_RGB2BGR);
  return result;
}

}  // namespace image
