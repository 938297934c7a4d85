// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// A token of C whose operators are whole.
struct CWord: Sendable {
  var text: String
  var kind: CToken.Kind
  /// Its bytes in the file.
  var range: Range<Int>
  /// As `#line` has it.
  var line: Int
  var file: String?

  var isIdentifier: Bool { kind == .identifier }
  /// A value can end with it, so that an operator behind it has two operands.
  var endsOperand: Bool {
    if isIdentifier { return !CWord.keywords.contains(text) }
    return kind == .literal || text == ")" || text == "]"
  }

  /// A name or a literal.
  var isOperand: Bool { endsOperand && kind != .punctuator }

  static let keywords: Set<String> = [
    "return", "case", "goto", "sizeof", "if", "else", "while", "for", "do", "switch", "break",
    "continue", "default", "typeof", "__typeof__",
  ]

  private static let operators: Set<String> = [
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=",
  ]

  /// The words of a file; its directives, but for `#line`, are left out.
  static func all(in source: CSource) -> [CWord] {
    var words: [CWord] = []
    var shift = 0
    var file: String?
    for token in source.tokens {
      if token.kind == .directive {
        let parts = source.text(token.range).split(separator: " ")
        if token.text == "line", parts.count > 2, let line = Int(parts[1]) {
          shift = line - token.line - 1
          file = parts[2].trimmingPrefix("\"").split(separator: "\"").first.map(String.init)
        }
        continue
      }
      if token.kind == .punctuator, let last = words.last, last.kind == .punctuator,
        last.range.upperBound == token.range.lowerBound, operators.contains(last.text + token.text)
      {
        words[words.count - 1].text += token.text
        words[words.count - 1].range = last.range.lowerBound..<token.range.upperBound
        continue
      }
      let text = token.kind == .literal ? source.text(token.range) : token.text
      words.append(
        CWord(
          text: text, kind: token.kind, range: token.range, line: token.line + shift, file: file))
    }
    return words
  }
}

/// A function that is defined in a file.
struct FunctionText: Sendable {
  var name: String
  /// Its parameters and its body, braces included.
  var words: [CWord]
  /// The identifiers in it.
  var mentions: Set<String> { Set(words.filter(\.isIdentifier).map(\.text)) }

  /// The functions of a file, in its order.
  static func all(in source: CSource) -> [FunctionText] {
    let words = CWord.all(in: source)
    var functions: [FunctionText] = []
    var position = 0
    var open: Int?
    while position < words.count {
      switch words[position].text {
      case "(":
        guard let close = closing(position, words) else { return functions }
        open = position
        position = close
      case "{":
        guard let close = closing(position, words) else { return functions }
        if let open, words[position - 1].text == ")", open > 0, words[open - 1].isIdentifier {
          functions.append(
            FunctionText(name: words[open - 1].text, words: Array(words[open...close])))
        }
        position = close
      default: break
      }
      position += 1
    }
    return functions
  }

  /// The bracket that closes the one at a position.
  static func closing(_ position: Int, _ words: [CWord]) -> Int? {
    let pairs = ["(": ")", "[": "]", "{": "}"]
    guard let close = pairs[words[position].text] else { return nil }
    var depth = 0
    for index in position..<words.count {
      if words[index].text == words[position].text { depth += 1 }
      if words[index].text == close {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }
}

/// What `VMAP_SPEC(name) = { … }` is initialised with.
struct SpecInitialiser {
  /// The identifiers in it, but for the value of `.assume`.
  var mentions: Set<String> = []

  init(_ source: CSource, of name: String) {
    let words = CWord.all(in: source)
    for index in words.indices.dropLast(5)
    where words[index].text == "VMAP_SPEC" && words[index + 2].text == name
      && words[index + 5].text == "{"
    {
      guard let close = FunctionText.closing(index + 5, words) else { return }
      let inside = words[(index + 5)...close]
      for place in inside.indices where inside[place].isIdentifier {
        let isAssumption = place >= 2 && words[place - 2].text == "assume"
        if !isAssumption { mentions.insert(words[place].text) }
      }
    }
  }
}
