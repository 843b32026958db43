/*
 * Adds `decodeImage` to the OpenCV binding. It is internal to lib/vision/decoder.ts, which documents it.
 */
#include "binding.h"

#include <Mat.h>

#include <exception>
#include <string>

#include "decode.h"

namespace {

int integerArgument(Nan::NAN_METHOD_ARGS_TYPE info, int index) {
  return info[index]->IsInt32() ? Nan::To<int32_t>(info[index]).FromJust() : 0;
}

cv::Mat decode(const std::string& decoder, image::Bytes file, image::PixelForm form, cv::Size size) {
  if (decoder == "heif") return image::decodeHeif(file, form, size);
  if (decoder == "gif") return image::decodeGif(file, form, size);
  return image::decodeByOpenCv(file, form);
}

}  // namespace

/** decodeImage(file, decoder, isGrey, width, height): a Mat. What goes wrong is an Error. */
NAN_METHOD(image::DecodeImage) {
  if (!node::Buffer::HasInstance(info[0])) return Nan::ThrowTypeError("the file must be a Buffer");
  const Bytes file{reinterpret_cast<const uint8_t*>(node::Buffer::Data(info[0])), node::Buffer::Length(info[0])};
  const std::string decoder = *Nan::Utf8String(info[1]);
  const PixelForm form = info[2]->IsTrue() ? PixelForm::Grey : PixelForm::Color;
  const cv::Size size(integerArgument(info, 3), integerArgument(info, 4));
  // Exceptions end here, at the callbacks' guard (see native/opencv/build.ts) at the latest.
  info.GetReturnValue().Set(Mat::Converter::wrap(decode(decoder, file, form, size)));
}
