// SPDX-License-Identifier: Apache-2.0

/// One lexical element of the text, by its place.
struct Token {
  enum Kind {
    /// The end of the text.
    case end
    /// A keyword, an attribute, a type's name, a label, `...`.
    case word
    /// An integer or a floating-point literal.
    case number
    /// `%name`.
    case local
    /// `@name`.
    case global
    /// `!name` or `!7`; a lone `!` is punctuation.
    case metadata
    /// `#3` or `#dbg_declare`.
    case attribute
    /// `$name`.
    case comdat
    /// `"…"`.
    case string
    /// `c"…"`.
    case characters
    /// One byte of punctuation.
    case punctuation
    /// A quoted text without its end.
    case unterminated
  }

  var kind: Kind
  /// Where the token begins, with its sigil.
  var start: Int
  /// The text without sigil and quotes.
  var content: Range<Int>
  /// The text is quoted, so that it may have escapes.
  var isQuoted = false
  /// The token is the first on its line.
  var startsLine: Bool

  /// The name that the token is, its escapes decoded.
  func name(in bytes: [UInt8]) -> String {
    let raw = bytes[content]
    return String(decoding: isQuoted ? Escapes.decode(raw)[...] : raw, as: UTF8.self)
  }
}
