// SPDX-License-Identifier: Apache-2.0

/// A token of a C file that has not been preprocessed. Comments are none.
package struct CToken: Sendable {
  package enum Kind: Sendable {
    case identifier
    /// Numbers, strings and characters.
    case literal
    /// One byte, also of a longer operator.
    case punctuator
    /// A whole preprocessor line with its continuations.
    case directive
  }

  package var kind: Kind
  /// An identifier's name, a punctuator's byte, a directive's keyword; empty for a literal.
  package var text: String
  /// The token's bytes in the file.
  package var range: Range<Int>
  /// The line that the token begins on; the first is 1.
  package var line: Int
  /// The conditional branch around the token: an index into ``CSource/branches``.
  package var branch: Int
  /// The conditional group that an `#if`, `#elif`, `#else` or `#endif` belongs to.
  package var group: Int?

  func isPunctuator(_ byte: String) -> Bool { kind == .punctuator && text == byte }
}

/// An `#if` … `#endif` with its branches.
struct ConditionalGroup: Sendable {
  /// The branch that the whole group stands in.
  var parent: Int
  /// The tokens of `#if`, `#elif`, `#else` so far, in order.
  var directives: [CToken]
  /// The end of the `#endif` line; nil where it is missing.
  var end: Int?
  /// A header's guard against a second inclusion, which is no condition.
  var isGuard = false
}

/// One branch of a conditional group: `number` counts from the `#if`, which is 0.
struct ConditionalBranch: Sendable {
  var group: Int
  var number: Int
}

/// A C file cut into tokens, with the conditional branches that they stand in.
package struct CSource: Sendable {
  let bytes: [UInt8]
  package private(set) var tokens: [CToken] = []
  private(set) var groups: [ConditionalGroup] = []
  /// Branch 0 is the file itself and has no group.
  private(set) var branches: [ConditionalBranch] = [ConditionalBranch(group: -1, number: 0)]

  package init(_ text: String) {
    bytes = Array(text.utf8)
    scan()
    findGuard()
  }

  /// The bytes of a range as text, unmodified.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The branches around a branch, itself included, outermost first; guards left out.
  func conditions(of branch: Int) -> [ConditionalBranch] {
    var chain: [ConditionalBranch] = []
    var current = branch
    while current != 0 {
      let here = branches[current]
      if !groups[here.group].isGuard { chain.append(here) }
      current = groups[here.group].parent
    }
    return chain.reversed()
  }

  // MARK: Scanning

  private mutating func scan() {
    var position = 0
    var line = 1
    var atLineStart = true
    /// The open groups with their current branch, innermost last.
    var open: [Int] = []

    while position < bytes.count {
      let byte = bytes[position]
      if byte == CCharacter.newline {
        position += 1
        line += 1
        atLineStart = true
      } else if CCharacter.isBlank(byte) {
        position += 1
      } else if byte == CCharacter.backslash, let next = continuation(at: position) {
        position = next
        line += 1
      } else if let next = comment(at: position) {
        line += newlines(position..<next)
        position = next
      } else if byte == CCharacter.hash && atLineStart {
        let end = endOfDirective(from: position)
        appendDirective(position..<end, line: line, open: &open)
        line += newlines(position..<end)
        position = end
      } else {
        atLineStart = false
        let (kind, end) = token(at: position)
        let text = kind == .literal ? "" : text(position..<end)
        tokens.append(
          CToken(
            kind: kind, text: text, range: position..<end, line: line,
            branch: open.last ?? 0, group: nil))
        line += newlines(position..<end)
        position = end
      }
    }
  }

  private mutating func appendDirective(_ range: Range<Int>, line: Int, open: inout [Int]) {
    let keyword = keyword(of: range)
    var token = CToken(
      kind: .directive, text: keyword, range: range, line: line, branch: open.last ?? 0, group: nil)
    switch keyword {
    case "if", "ifdef", "ifndef":
      token.group = groups.count
      groups.append(ConditionalGroup(parent: token.branch, directives: [token], end: nil))
      open.append(branches.count)
      branches.append(ConditionalBranch(group: groups.count - 1, number: 0))
    case "elif", "else", "elifdef", "elifndef":
      if let current = open.popLast() {
        let branch = branches[current]
        token.group = branch.group
        token.branch = groups[branch.group].parent
        groups[branch.group].directives.append(token)
        open.append(branches.count)
        branches.append(ConditionalBranch(group: branch.group, number: branch.number + 1))
      }
    case "endif":
      if let current = open.popLast() {
        let group = branches[current].group
        token.group = group
        token.branch = groups[group].parent
        groups[group].end = range.upperBound
      }
    default: break
    }
    tokens.append(token)
  }

  private func keyword(of directive: Range<Int>) -> String {
    word(after: directive.lowerBound + 1, in: directive).map(text) ?? ""
  }

  /// The first identifier from a position on, blanks and comments skipped.
  private func word(after start: Int, in range: Range<Int>) -> Range<Int>? {
    var position = start
    while position < range.upperBound {
      if CCharacter.isBlank(bytes[position]) {
        position += 1
      } else if let next = continuation(at: position) ?? comment(at: position) {
        position = next
      } else {
        break
      }
    }
    guard position < range.upperBound, CCharacter.startsIdentifier(bytes[position]) else {
      return nil
    }
    var end = position
    while end < range.upperBound, CCharacter.continuesIdentifier(bytes[end]) { end += 1 }
    return position..<end
  }

  /// The name that a `#define`, `#undef`, `#ifdef` or `#ifndef` is about.
  package func argument(of directive: CToken) -> String {
    guard let keyword = word(after: directive.range.lowerBound + 1, in: directive.range),
      let name = word(after: keyword.upperBound, in: directive.range)
    else { return "" }
    return text(name)
  }

  private func token(at start: Int) -> (CToken.Kind, Int) {
    let byte = bytes[start]
    if CCharacter.startsIdentifier(byte) {
      var end = start
      while end < bytes.count, CCharacter.continuesIdentifier(bytes[end]) { end += 1 }
      return (.identifier, end)
    }
    if CCharacter.isDigit(byte) {
      var end = start
      while end < bytes.count,
        CCharacter.continuesIdentifier(bytes[end]) || bytes[end] == UInt8(ascii: ".")
      { end += 1 }
      return (.literal, end)
    }
    if byte == CCharacter.quote || byte == CCharacter.apostrophe {
      return (.literal, endOfLiteral(from: start))
    }
    return (.punctuator, start + 1)
  }

  /// Behind a string or a character; an unclosed one ends with its line.
  private func endOfLiteral(from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == CCharacter.backslash {
        position = min(position + 2, bytes.count)
      } else if byte == bytes[start] {
        return position + 1
      } else if byte == CCharacter.newline {
        return position
      } else {
        position += 1
      }
    }
    return position
  }

  /// Behind a comment that begins here.
  private func comment(at start: Int) -> Int? {
    guard start + 1 < bytes.count, bytes[start] == CCharacter.slash else { return nil }
    var position = start + 2
    if bytes[start + 1] == CCharacter.slash {
      while position < bytes.count, bytes[position] != CCharacter.newline {
        position = continuation(at: position) ?? position + 1
      }
      return position
    }
    guard bytes[start + 1] == CCharacter.star else { return nil }
    while position + 1 < bytes.count {
      if bytes[position] == CCharacter.star && bytes[position + 1] == CCharacter.slash {
        return position + 2
      }
      position += 1
    }
    return bytes.count
  }

  /// Behind a backslash and the newline that it takes back.
  private func continuation(at start: Int) -> Int? {
    guard bytes[start] == CCharacter.backslash else { return nil }
    var next = start + 1
    if next < bytes.count, bytes[next] == UInt8(ascii: "\r") { next += 1 }
    guard next < bytes.count, bytes[next] == CCharacter.newline else { return nil }
    return next + 1
  }

  /// The end of a preprocessor line, its newline not included. A block comment or a backslash
  /// carries the line on.
  private func endOfDirective(from start: Int) -> Int {
    // An apostrophe is prose in #error and a quotation mark elsewhere.
    let isProse = ["error", "warning"].contains(keyword(of: start..<bytes.count))
    var position = start
    while position < bytes.count, bytes[position] != CCharacter.newline {
      if let next = continuation(at: position) {
        position = next
      } else if let next = comment(at: position) {
        position = next
      } else if !isProse,
        bytes[position] == CCharacter.quote || bytes[position] == CCharacter.apostrophe
      {
        position = endOfLiteral(from: position)
      } else {
        position += 1
      }
    }
    return position
  }

  private func newlines(_ range: Range<Int>) -> Int {
    bytes[range].reduce(0) { $0 + ($1 == CCharacter.newline ? 1 : 0) }
  }

  /// Marks `#ifndef X`, `#define X` … `#endif` around the whole file.
  private mutating func findGuard() {
    guard tokens.count > 2, let last = tokens.last, last.text == "endif", last.group == 0,
      tokens[0].text == "ifndef", tokens[1].text == "define", groups[0].directives.count == 1,
      argument(of: tokens[0]) == argument(of: tokens[1])
    else { return }
    groups[0].isGuard = true
  }

  // MARK: Mentions

  /// The names that a piece of text mentions: identifiers outside comments and strings, and
  /// `struct x`, `union x`, `enum x` as pairs. Preprocessor lines count.
  func mentions(in range: Range<Int>) -> Set<String> {
    var names: Set<String> = []
    var tag: String?
    var position = range.lowerBound
    while position < range.upperBound {
      if let next = continuation(at: position) ?? comment(at: position) {
        position = next
      } else if CCharacter.isBlank(bytes[position]) || bytes[position] == CCharacter.newline {
        position += 1
      } else {
        let (kind, end) = token(at: position)
        let word = kind == .identifier ? text(position..<end) : ""
        if kind == .identifier {
          names.insert(word)
          if let tag { names.insert("\(tag) \(word)") }
        }
        tag = TakeName.Space(rawValue: word).flatMap { $0 == .ordinary ? nil : $0.rawValue }
        position = end
      }
    }
    return names
  }
}
