// SPDX-License-Identifier: Apache-2.0

/// Splits the text's bytes into tokens. Blanks and comments are passed over.
struct Lexer {
  let bytes: [UInt8]
  /// Where the next token is looked for.
  private(set) var position: Int
  private var startsLine: Bool

  init(bytes: [UInt8], position: Int = 0) {
    self.bytes = bytes
    self.position = position
    self.startsLine = position == 0
  }

  /// The next token; `.end` again and again at the end of the text.
  mutating func next() -> Token {
    skipBlanks()
    guard position < bytes.count else { return token(.end, from: position) }
    let start = position
    let first = bytes[position]
    switch first {
    case UInt8(ascii: "%"): return name(.local)
    case UInt8(ascii: "@"): return name(.global)
    case UInt8(ascii: "!"): return name(.metadata)
    case UInt8(ascii: "#"): return name(.attribute)
    case UInt8(ascii: "$"): return name(.comdat)
    case UInt8(ascii: "\""): return quoted(.string, from: start)
    case UInt8(ascii: "c") where byte(at: position + 1) == UInt8(ascii: "\""):
      position += 1
      return quoted(.characters, from: start)
    default:
      break
    }
    guard Self.isWordByte(first) else {
      position += 1
      return token(.punctuation, from: start)
    }
    return word(first)
  }

  /// The first token of the next line that has one.
  mutating func nextLine() -> Token {
    skipComment()
    return next()
  }

  /// The byte at a place; 0 beyond the end.
  func byte(at place: Int) -> UInt8 {
    place < bytes.count ? bytes[place] : 0
  }

  /// The first byte after blanks; 0 at the end.
  func nextVisibleByte() -> UInt8 {
    var place = position
    while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
    return byte(at: place)
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") {
        startsLine = true
      } else if byte == UInt8(ascii: ";") {
        skipComment()
        continue
      } else if !Self.isBlank(byte) {
        return
      }
      position += 1
    }
  }

  /// To the end of the line.
  private mutating func skipComment() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func word(_ first: UInt8) -> Token {
    let start = position
    let isNumber =
      Self.isDigit(first)
      || (first == UInt8(ascii: "-") && Self.isDigit(byte(at: position + 1)))
    position += 1
    while position < bytes.count, Self.isWordByte(bytes[position]) || isExponentSign(isNumber) {
      position += 1
    }
    return token(isNumber ? .number : .word, from: start)
  }

  /// At the `+` of `1.5e+00`.
  private func isExponentSign(_ isNumber: Bool) -> Bool {
    isNumber && bytes[position] == UInt8(ascii: "+")
  }

  /// A sigil with a name, quoted or not; a lone sigil is punctuation.
  private mutating func name(_ kind: Token.Kind) -> Token {
    let start = position
    position += 1
    if byte(at: position) == UInt8(ascii: "\""), kind != .metadata, kind != .attribute {
      return quoted(kind, from: start)
    }
    let content = position
    while position < bytes.count, isNameByte(bytes[position], of: kind) { position += 1 }
    guard position > content else { return token(.punctuation, from: start) }
    return token(kind, from: start, content: content..<position)
  }

  private func isNameByte(_ byte: UInt8, of kind: Token.Kind) -> Bool {
    Self.isWordByte(byte) || (kind == .metadata && byte == UInt8(ascii: "\\"))
  }

  /// At the opening quote.
  private mutating func quoted(_ kind: Token.Kind, from start: Int) -> Token {
    position += 1
    let content = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
    guard position < bytes.count else { return token(.unterminated, from: start) }
    let end = position
    position += 1
    var result = token(kind, from: start, content: content..<end)
    result.isQuoted = true
    return result
  }

  private mutating func token(_ kind: Token.Kind, from start: Int, content: Range<Int>? = nil)
    -> Token
  {
    defer { startsLine = false }
    let range = content ?? (start..<max(start, position))
    return Token(kind: kind, start: start, content: range, startsLine: startsLine)
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (byte >= 9 && byte <= 13)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// `[-a-zA-Z$._0-9]`.
  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    default:
      false
    }
  }
}
