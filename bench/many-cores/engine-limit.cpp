// The limit of our own engine: one native call from the bytes of a file to the rectangles, in one process with one
// thread, without Node. Usage: engine-limit <cascade.xml> <seconds> <image>...   prints: <images> <seconds>
// <seconds of processor time> <rectangles>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "detector.h"
#include "instruction-set.h"
#include "loader.h"

namespace {

std::vector<char> read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<cascade::Rectangle> detect(cascade::Detector& detector, const std::vector<char>& file) {
  cv::Mat grey = cv::imdecode(file, cv::IMREAD_GRAYSCALE);
  cv::equalizeHist(grey, grey);
  const cascade::Plane plane{grey.data, grey.cols, grey.rows, grey.step};
  return detector.detect(plane, {{1.1, {96, 96}, {0, 0}}, 6});
}

}  // namespace

int main(int count, char** arguments) {
  using Clock = std::chrono::steady_clock;
  const std::vector<char> xml = read(arguments[1]);
  cascade::Detector detector(cascade::loadModel({xml.data(), xml.size()}), *cascade::listInstructionSets()[0].kernels);
  const double limit = std::atof(arguments[2]);
  cv::setNumThreads(1);
  std::vector<std::vector<char>> files;
  for (int i = 3; i < count; i++) files.push_back(read(arguments[i]));
  size_t images = 0, rectangles = 0;
  const std::clock_t cpuStart = std::clock();
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  while (elapsed() < limit) rectangles += detect(detector, files[images++ % files.size()]).size();
  const double cpuSeconds = static_cast<double>(std::clock() - cpuStart) / CLOCKS_PER_SEC;
  std::printf("%zu %f %f %zu\n", images, elapsed(), cpuSeconds, rectangles);
}
