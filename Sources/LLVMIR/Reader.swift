// SPDX-License-Identifier: Apache-2.0

/// The reader's state: one token of lookahead, and what has been learnt of the module so far.
/// The grammar is in the extensions, one file for each part of it.
struct Reader {
  let file: String
  let bytes: [UInt8]
  var lexer: Lexer
  /// The token at hand.
  var token: Token
  /// How deep types and constants are nested at present.
  var depth = 0

  var types = TypeTable()
  /// What the type read last holds; see `TypeTraits`.
  var traits = TypeTraits()
  /// Why the instruction being read cannot be executed, if so.
  var refusal: String?
  var symbols = SymbolTable()
  var debugInfo: DebugInfo
  /// The function being read.
  var body = Body()

  init(bytes: [UInt8], file: String) {
    self.file = file
    self.bytes = bytes
    self.lexer = Lexer(bytes: bytes)
    self.token = lexer.next()
    self.debugInfo = DebugInfo(bytes: bytes)
  }

  // MARK: Moving

  mutating func advance() { token = lexer.next() }

  /// Makes the token at a place in the text the one at hand.
  mutating func move(to place: Int) {
    lexer = Lexer(bytes: bytes, position: place)
    advance()
  }

  // MARK: Asking

  /// The token at hand is this punctuation.
  func at(_ mark: Unicode.Scalar) -> Bool {
    token.kind == .punctuation && bytes[token.start] == UInt8(ascii: mark)
  }

  /// The token at hand is this word.
  func atWord(_ word: String) -> Bool {
    token.kind == .word && token.content.count == word.utf8.count
      && bytes[token.content].elementsEqual(word.utf8)
  }

  /// The token at hand is a comma that an operand follows, not an attachment (`, !dbg !7`).
  func atOperandComma() -> Bool {
    at(",") && lexer.nextVisibleByte() != UInt8(ascii: "!")
  }

  /// The line, or the text, ends before the token at hand.
  var atLineEnd: Bool { token.startsLine || token.kind == .end }

  // MARK: Taking

  /// Takes the punctuation if it is at hand.
  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard at(mark) else { return false }
    advance()
    return true
  }

  /// Takes the word if it is at hand.
  mutating func takeWord(_ word: String) -> Bool {
    guard atWord(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ mark: Unicode.Scalar) throws(IRError) {
    guard take(mark) else { throw unexpected("`\(mark)`") }
  }

  mutating func expectWord(_ word: String) throws(IRError) {
    guard takeWord(word) else { throw unexpected("`\(word)`") }
  }

  /// Takes any word.
  mutating func word() throws(IRError) -> String {
    guard token.kind == .word else { throw unexpected("a word") }
    defer { advance() }
    return text(of: token)
  }

  /// Takes a number that is not negative.
  mutating func count() throws(IRError) -> Int {
    guard token.kind == .number, let value = Int(text(of: token)), value >= 0 else {
      throw unexpected("a number")
    }
    advance()
    return value
  }

  /// Takes a quoted string.
  mutating func string() throws(IRError) -> String {
    guard token.kind == .string else { throw unexpected("a string") }
    defer { advance() }
    return String(decoding: unescaped(token), as: UTF8.self)
  }

  /// Takes brackets and all that is between them.
  mutating func skipBrackets() throws(IRError) {
    let start = token.start
    var open = 0
    repeat {
      if token.kind == .end || token.kind == .unterminated {
        throw error("bracket is not closed", at: start)
      }
      if at("(") || at("[") || at("{") || at("<") { open += 1 }
      if at(")") || at("]") || at("}") || at(">") { open -= 1 }
      advance()
    } while open > 0
  }

  // MARK: Texts

  /// The token's text as it is printed, without sigil and quotes.
  func text(of token: Token) -> String {
    String(decoding: bytes[token.content], as: UTF8.self)
  }

  /// The name in a token, its escapes decoded.
  func name(in token: Token) -> String { token.name(in: bytes) }

  /// The bytes of a quoted text.
  func unescaped(_ token: Token) -> [UInt8] { Escapes.decode(bytes[token.content]) }

  // MARK: Errors

  /// An error at a place in the text, by default that of the token at hand.
  func error(_ message: String, at place: Int? = nil) -> IRError {
    let end = min(place ?? token.start, bytes.count)
    let line = bytes[..<end].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return IRError(file: file, line: line, message: message)
  }

  /// The error that something else was expected than the token at hand.
  func unexpected(_ expected: String) -> IRError {
    switch token.kind {
    case .end: error("the text ends where \(expected) is expected", at: lastVisible)
    case .unterminated: error("the text ends in a quoted string")
    default: error("\(expected) is expected, not `\(shownToken)`")
    }
  }

  /// The token at hand as an error shows it: with its sigil, and not all of a long one.
  private var shownToken: String {
    let end = max(token.content.upperBound, token.start)
    let shown = bytes[token.start..<min(end, token.start + 40)]
    return String(decoding: shown, as: UTF8.self)
  }

  /// Where the text's last visible byte is.
  private var lastVisible: Int {
    bytes.lastIndex { !Lexer.isBlank($0) } ?? 0
  }
}
