#pragma once

#include <string_view>
#include <vector>

namespace cascade {

/** An element of an XML document. Views point into the document, which must outlive it. */
struct XmlElement {
  std::string_view name;
  std::string_view text;  // of an element without children
  std::vector<XmlElement> children;

  /** The first child with that name, or null. */
  const XmlElement* find(std::string_view childName) const;
  /** The first child with that name. Throws Refusal if there is none. */
  const XmlElement& get(std::string_view childName) const;
  /** The text as numbers, separated by white space. Throws Refusal if it contains anything else. */
  std::vector<double> numbers() const;
  /** As `numbers()`, but throws Refusal unless there are exactly `count`. */
  std::vector<double> numbers(size_t count) const;
  /** The text as one integer. Throws Refusal if it is not one. */
  int integer() const;
};

/**
 * Parses the part of XML that OpenCV writes: elements, character data, comments, a prolog. Attributes are skipped;
 * entities are left as they are, since no number needs one. Throws Refusal for anything else.
 */
XmlElement parseXml(std::string_view document);

}  // namespace cascade
