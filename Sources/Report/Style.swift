// SPDX-License-Identifier: Apache-2.0

/// Text with or without colours.
public struct Style: Sendable {
  /// Whether to use colours.
  public var hasColour: Bool

  /// Makes a style.
  public init(hasColour: Bool) { self.hasColour = hasColour }

  /// A colour, or an emphasis.
  enum Tint: String {
    case bold = "1"
    case red = "1;31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
  }

  func paint(_ text: String, _ tint: Tint) -> String {
    hasColour ? "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// The text, and blanks up to a width.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
