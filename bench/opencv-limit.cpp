// The limit: plain OpenCV on images already in memory, in one process with one thread.
// Usage: opencv-limit <cascade.xml> <seconds> <OpenCV threads> <image>...   prints: <images> <seconds> <median ms>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <vector>

int main(int count, char** arguments) {
  using Clock = std::chrono::steady_clock;
  cv::CascadeClassifier cascade(arguments[1]);
  const double limit = std::atof(arguments[2]);
  cv::setNumThreads(std::atoi(arguments[3]));
  std::vector<std::vector<char>> files;
  for (int i = 4; i < count; i++) {
    std::ifstream file(arguments[i], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::vector<double> times;
  const auto seconds = [](auto duration) { return std::chrono::duration<double>(duration).count(); };
  const auto start = Clock::now();
  while (seconds(Clock::now() - start) < limit) {
    const auto begin = Clock::now();
    cv::Mat grey = cv::imdecode(files[times.size() % files.size()], cv::IMREAD_GRAYSCALE);
    cv::equalizeHist(grey, grey);
    std::vector<cv::Rect> faces;
    cascade.detectMultiScale(grey, faces, 1.1, 6, 0, cv::Size(96, 96));
    times.push_back(seconds(Clock::now() - begin) * 1e3);
  }
  const double elapsed = seconds(Clock::now() - start);
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  std::printf("%zu %f %f\n", times.size(), elapsed, times[times.size() / 2]);
}
