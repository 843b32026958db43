#include "xml.h"

#include <charconv>
#include <cmath>
#include <string>

#include "refusal.h"

namespace cascade {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
// A cascade needs 8 levels. The bound keeps a hostile file from exhausting the stack.
constexpr int kMaxDepth = 32;

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

class Parser {
 public:
  explicit Parser(std::string_view document) : rest_(document) {}

  XmlElement root() {
    skipTo("<");
    while (skipMarkup()) skipTo("<");
    XmlElement element = parseElement(0);
    while (!trim(rest_).empty()) {
      skipTo("<");
      if (!skipMarkup()) throw Refusal("not an XML document: something follows the root element");
    }
    return element;
  }

 private:
  /** Drops everything before `mark`. */
  void skipTo(std::string_view mark) {
    const size_t at = rest_.find(mark);
    if (at == std::string_view::npos) throw Refusal("not an XML document: it ends too early");
    rest_.remove_prefix(at);
  }

  /** Drops everything up to and including `mark`, and returns the text before it. */
  std::string_view take(std::string_view mark) {
    const std::string_view before = rest_;
    skipTo(mark);
    const size_t length = before.size() - rest_.size();
    rest_.remove_prefix(mark.size());
    return before.substr(0, length);
  }

  bool startsWith(std::string_view prefix) const { return rest_.substr(0, prefix.size()) == prefix; }

  /** Drops a comment or a processing instruction, if there is one here. */
  bool skipMarkup() {
    if (startsWith("<!--")) return take("-->"), true;
    if (startsWith("<?")) return take("?>"), true;
    if (startsWith("<!")) throw Refusal("XML declarations other than comments are not supported");
    return false;
  }

  XmlElement parseElement(int depth) {
    if (depth == kMaxDepth) throw Refusal("elements are nested too deeply");
    XmlElement element;
    rest_.remove_prefix(1);
    std::string_view tag = take(">");
    const bool isClosed = !tag.empty() && tag.back() == '/';
    if (isClosed) tag.remove_suffix(1);
    element.name = tag.substr(0, tag.find_first_of(kSpace));
    if (element.name.empty()) throw Refusal("not an XML document: an element has no name");
    if (isClosed) return element;

    const std::string_view content = rest_;
    for (;;) {
      skipTo("<");
      if (startsWith("</")) break;
      if (!skipMarkup()) element.children.push_back(parseElement(depth + 1));
    }
    if (element.children.empty()) element.text = trim(content.substr(0, content.size() - rest_.size()));
    rest_.remove_prefix(2);
    if (trim(take(">")) != element.name) throw Refusal("not an XML document: an element is not closed");
    return element;
  }

  std::string_view rest_;
};

/** Rounds correctly, like the strtod with which OpenCV reads numbers, but independently of the locale. */
double parseNumber(std::string_view word) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  // Beyond 2^31 OpenCV's reading of numbers without a point is not defined by its file format.
  if (error != std::errc() || end != word.data() + word.size() || !(std::abs(value) < 0x1p31))
    throw Refusal("not a number: " + std::string(word.substr(0, 40)));
  return value;
}

}  // namespace

const XmlElement* XmlElement::find(std::string_view childName) const {
  for (const XmlElement& child : children)
    if (child.name == childName) return &child;
  return nullptr;
}

const XmlElement& XmlElement::get(std::string_view childName) const {
  if (const XmlElement* child = find(childName)) return *child;
  throw Refusal("<" + std::string(name) + "> has no <" + std::string(childName) + ">");
}

std::vector<double> XmlElement::numbers() const {
  std::vector<double> values;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find_first_of(kSpace));
    values.push_back(parseNumber(word));
    rest = trim(rest.substr(word.size()));
  }
  return values;
}

std::vector<double> XmlElement::numbers(size_t count) const {
  std::vector<double> values = numbers();
  if (values.size() != count)
    throw Refusal("<" + std::string(name) + "> has " + std::to_string(values.size()) + " numbers instead of " +
                  std::to_string(count));
  return values;
}

int XmlElement::integer() const {
  const double value = numbers(1)[0];
  if (value != std::floor(value)) throw Refusal("<" + std::string(name) + "> is not an integer");
  return static_cast<int>(value);
}

XmlElement parseXml(std::string_view document) { return Parser(document).root(); }

}  // namespace cascade
