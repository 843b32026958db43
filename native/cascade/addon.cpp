/*
 * The binding for Node. It has no state except that of the objects it makes, so any number of threads can load it. It
 * is internal to lib/vision/exact-detector.ts, which checks arguments and documents them.
 */
#include <napi.h>

#include <chrono>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "detector.h"
#include "instruction-set.h"
#include "limits.h"
#include "loader.h"
#include "refusal.h"

namespace {

int integerArgument(const Napi::CallbackInfo& info, size_t index) {
  const double value = info[index].As<Napi::Number>().DoubleValue();
  if (!(value >= 0 && value <= std::numeric_limits<int>::max()) || value != static_cast<int>(value))
    throw Napi::RangeError::New(info.Env(), "argument " + std::to_string(index) + " is not a size or count");
  return static_cast<int>(value);
}

const cascade::Kernels& kernelsFor(Napi::Env env, const std::string& name) {
  for (const cascade::InstructionSet& set : cascade::listInstructionSets())
    if (set.name == name) return *set.kernels;
  throw Napi::RangeError::New(env, "this processor has no instruction set " + name);
}

/** new Detector(cascadeXml, instructionSet) */
class DetectorObject : public Napi::ObjectWrap<DetectorObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Detector",
                       {InstanceMethod<&DetectorObject::detect>("detect"),
                        InstanceAccessor<&DetectorObject::workBytes>("workBytes")});
  }

  explicit DetectorObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DetectorObject>(info) {
    const std::string xml = info[0].As<Napi::String>().Utf8Value();
    const cascade::Kernels& kernels = kernelsFor(info.Env(), info[1].As<Napi::String>().Utf8Value());
    try {
      detector_.emplace(cascade::loadModel(xml), kernels);
    } catch (const cascade::Refusal& refusal) {
      Napi::Error error = Napi::Error::New(info.Env(), refusal.what());
      error.Set("code", Napi::String::New(info.Env(), "CASCADE_REFUSED"));
      throw error;
    }
  }

 private:
  /**
   * detect(pixels, width, height, stride, scaleFactor, minNeighbors, minWidth, minHeight, maxWidth, maxHeight,
   * timeLimitMs, maxRectangles): an Int32Array with x, y, width and height of each rectangle. The last two arguments
   * are limits, 0 for none. If one is reached, the error has the code DETECTION_LIMIT.
   */
  Napi::Value detect(const Napi::CallbackInfo& info) {
    const Napi::Uint8Array pixels = info[0].As<Napi::Uint8Array>();
    cascade::Plane image{pixels.Data(), integerArgument(info, 1), integerArgument(info, 2),
                           static_cast<size_t>(integerArgument(info, 3))};
    const cascade::DetectOptions options{{info[4].As<Napi::Number>().DoubleValue(),
                                          {integerArgument(info, 6), integerArgument(info, 7)},
                                          {integerArgument(info, 8), integerArgument(info, 9)}},
                                         integerArgument(info, 5)};
    // Checked here as well, because memory safety depends on it.
    const size_t width = image.width, height = image.height;
    if (width == 0 || height == 0 || image.stride < width ||
        pixels.ByteLength() < (height - 1) * image.stride + width)
      throw Napi::RangeError::New(info.Env(), "the plane is smaller than its width, height and stride say");
    if (!(options.scales.scaleFactor > 1)) throw Napi::RangeError::New(info.Env(), "scaleFactor must be above 1");

    const std::vector<cascade::Rectangle> rectangles = detectWithin(info, image, options);
    static_assert(sizeof(cascade::Rectangle) == 4 * sizeof(int32_t));
    Napi::Int32Array result = Napi::Int32Array::New(info.Env(), rectangles.size() * 4);
    if (!rectangles.empty())
      std::memcpy(result.Data(), rectangles.data(), rectangles.size() * sizeof(cascade::Rectangle));
    return result;
  }

  std::vector<cascade::Rectangle> detectWithin(const Napi::CallbackInfo& info, const cascade::Plane& image,
                                               const cascade::DetectOptions& options) {
    cascade::WorkLimits limits;
    if (const int timeLimitMs = integerArgument(info, 10))
      limits.deadline = cascade::WorkLimits::Clock::now() + std::chrono::milliseconds(timeLimitMs);
    if (const int maxRectangles = integerArgument(info, 11)) limits.maxRectangles = maxRectangles;
    try {
      return detector_->detect(image, options, limits);
    } catch (const cascade::LimitReached& limit) {
      Napi::Error error = Napi::Error::New(info.Env(), limit.what());
      error.Set("code", Napi::String::New(info.Env(), "DETECTION_LIMIT"));
      throw error;
    }
  }

  Napi::Value workBytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(detector_->workBytes()));
  }

  std::optional<cascade::Detector> detector_;
};

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  Napi::Array names = Napi::Array::New(env);
  for (const cascade::InstructionSet& set : cascade::listInstructionSets()) names.Set(names.Length(), set.name);
  exports.Set("instructionSets", names);
  exports.Set("Detector", DetectorObject::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(cascade, initialise)
