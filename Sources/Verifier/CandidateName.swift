// SPDX-License-Identifier: Apache-2.0

/// What a candidate says, in C's terms, and of which variables: two of one name in C are two.
struct CandidateName: Hashable, ExpressibleByStringInterpolation {
  /// For the reader.
  let text: String
  /// The same with each variable in it told apart from all others.
  let identity: String

  init(stringLiteral text: String) {
    self.text = text
    identity = text
  }

  /// - Parameters:
  ///   - text: A variable's name in C, or that of some other memory.
  ///   - identity: What only that has, at every point of a run.
  init(_ text: String, of identity: String) {
    self.text = text
    self.identity = "\(text){\(identity)}"
  }

  init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    identity = stringInterpolation.identity
  }

  static func == (a: CandidateName, b: CandidateName) -> Bool { a.identity == b.identity }

  func hash(into hasher: inout Hasher) { hasher.combine(identity) }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    fileprivate var identity = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) {
      text += literal
      identity += literal
    }

    mutating func appendInterpolation(_ name: CandidateName) {
      text += name.text
      identity += name.identity
    }

    mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      appendLiteral(value.description)
    }
  }
}
