/*
 * Adds `decodeImage` and `trimMemory` to the OpenCV binding. They are internal to lib/vision/opencv.ts, which documents
 * them.
 */
#include "binding.h"

#include <Mat.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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

/** decodeImage(file, decoder, isGrey, width, height) returns a Mat. Faults become an Error. */
NAN_METHOD(decodeImage) {
  if (!node::Buffer::HasInstance(info[0])) return Nan::ThrowTypeError("the file must be a Buffer");
  const image::Bytes file{reinterpret_cast<const uint8_t*>(node::Buffer::Data(info[0])), node::Buffer::Length(info[0])};
  const std::string decoder = *Nan::Utf8String(info[1]);
  const image::PixelForm form = info[2]->IsTrue() ? image::PixelForm::Grey : image::PixelForm::Color;
  const cv::Size size(integerArgument(info, 3), integerArgument(info, 4));
  // Exceptions are caught by the callbacks' guard at the latest (see native/opencv/build.ts).
  info.GetReturnValue().Set(Mat::Converter::wrap(decode(decoder, file, form, size)));
}

/** trimMemory() returns free memory to the kernel. */
NAN_METHOD(trimMemory) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace

void image::Init(v8::Local<v8::Object> target) {
  Nan::SetMethod(target, "decodeImage", decodeImage);
  Nan::SetMethod(target, "trimMemory", trimMemory);
}
