// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// The small faults that one function can be given.
struct Faults {
  private let words: [CWord]
  private let bytes: [UInt8]
  private(set) var found: [Edit] = []

  init(_ function: FunctionText, _ bytes: [UInt8]) {
    words = function.words
    self.bytes = bytes
    var index = 0
    while index < words.count {
      // What a spec takes for granted, or asks for, is no part of its strategy.
      if Faults.claims.contains(words[index].text), text(index + 1) == "(",
        let close = FunctionText.closing(index + 1, words)
      {
        index = close
      }
      find(at: index)
      index += 1
    }
  }

  private static let claims: Set = ["vmap_assume", "vmap_assert", "vmap_invariant"]

  private mutating func find(at index: Int) {
    let word = words[index]
    switch word.text {
    case "<", "<=", ">", ">=": replace(.offByOne, index, Faults.neighbours[word.text])
    case "==", "!=", "&&", "||": replace(.wrongOperator, index, Faults.opposites[word.text])
    case "+", "-", "|", "&", "<<", ">>", "/", "%", "*": operation(index)
    case "+=", "-=":
      replace(.wrongOperator, index, word.text == "+=" ? "-=" : "+=")
    case "[": subscripted(index)
    case "if": check(index)
    case "break", "continue": replace(.droppedStatement, index, "")
    default: break
    }
    if word.kind == .literal { literal(index) }
    if word.isIdentifier { identifier(index) }
  }

  private static let neighbours = ["<": "<=", "<=": "<", ">": ">=", ">=": ">"]
  private static let opposites = [
    "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-", "-": "+", "<<": ">>", ">>": "<<",
    "/": "%", "%": "/", "&": "|", "|": "&", "*": "+",
  ]

  // MARK: Operators

  /// An operator between two operands; in the kernel's style blanks are around it.
  private mutating func operation(_ index: Int) {
    guard index > 0, words[index - 1].endsOperand, isSpaced(index) else { return }
    replace(.wrongOperator, index, Faults.opposites[words[index].text])
    guard let left = operand(before: index), let right = operand(behind: index) else { return }
    if ["+", "-", "|"].contains(words[index].text) {
      add(.droppedOperand, index, bytes(left).upperBound..<bytes(right).upperBound, "")
    }
    if ["-", "<<", ">>", "/", "%"].contains(words[index].text) {
      let range = bytes(left).lowerBound..<bytes(right).upperBound
      add(
        .swappedOperands, index, range,
        "\(text(bytes(right))) \(words[index].text) \(text(bytes(left)))")
    }
  }

  private func isSpaced(_ index: Int) -> Bool {
    let range = words[index].range
    return isBlank(range.lowerBound - 1) && isBlank(range.upperBound)
  }

  private func isBlank(_ place: Int) -> Bool {
    bytes.indices.contains(place) && [9, 10, 13, 32].contains(bytes[place])
  }

  /// The words of `a`, `a.b->c`, `f(x)[i]`, `(x)` that end before a position.
  private func operand(before index: Int) -> ClosedRange<Int>? {
    var first = index - 1
    while first >= 0 {
      if words[first].text == ")" || words[first].text == "]" {
        guard let open = opening(first) else { return nil }
        first = open
        if first > 0, words[first - 1].endsOperand, !isBlank(words[first].range.lowerBound - 1) {
          first -= 1
          continue
        }
      }
      guard first > 1, [".", "->"].contains(words[first - 1].text) else { break }
      first -= 2
    }
    return first >= 0 && first < index ? first...(index - 1) : nil
  }

  /// The words of such an operand that begin behind a position.
  private func operand(behind index: Int) -> ClosedRange<Int>? {
    var last = index + 1
    guard last < words.count else { return nil }
    if words[last].text == "(" {
      guard let close = FunctionText.closing(last, words) else { return nil }
      last = close
    } else if !words[last].endsOperand {
      return nil
    }
    while last + 1 < words.count {
      switch words[last + 1].text {
      case "(", "[":
        guard let close = FunctionText.closing(last + 1, words) else { return nil }
        last = close
      case ".", "->": last += 2
      // What follows `(type)` is its operand.
      case _ where words[last].text == ")" && words[last + 1].isOperand:
        last += 1
      default: return last < words.count ? (index + 1)...last : nil
      }
    }
    return nil
  }

  private func opening(_ index: Int) -> Int? {
    let open = words[index].text == ")" ? "(" : "["
    var depth = 0
    for place in stride(from: index, through: 0, by: -1) {
      if words[place].text == words[index].text { depth += 1 }
      if words[place].text == open {
        depth -= 1
        if depth == 0 { return place }
      }
    }
    return nil
  }

  // MARK: Values

  private mutating func literal(_ index: Int) {
    let text = words[index].text
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "x" || $0.isHexDigit) }
    let suffix = text.dropFirst(digits.count)
    guard suffix.allSatisfy({ "uUlL".contains($0) }) else { return }
    let value = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
    guard let value, value < UInt64(UInt32.max) else { return }
    replace(.offByOne, index, "\(value + 1)\(suffix)")
  }

  private mutating func subscripted(_ index: Int) {
    guard index > 0, words[index - 1].endsOperand,
      let close = FunctionText.closing(index, words), close > index + 1
    else { return }
    let range = words[index].range.upperBound..<words[close].range.lowerBound
    if close > index + 2 || words[index + 1].text != "0" { add(.wrongIndex, index, range, "0") }
    if words[index + 1].kind != .literal { add(.wrongIndex, index, range, "\(text(range)) + 1") }
  }

  // MARK: Statements

  private mutating func check(_ index: Int) {
    guard text(index + 1) == "(", let close = FunctionText.closing(index + 1, words) else { return }
    let range = words[index + 1].range.lowerBound..<words[close].range.upperBound
    add(.droppedCheck, index, range, "(\(text(range)) && 0)")
    add(.failingCheck, index, range, "(\(text(range)) || 1)")
  }

  private mutating func identifier(_ index: Int) {
    if index > 0, [".", "->"].contains(words[index - 1].text) { return }
    width(index)
    guard let close = FunctionText.closing(behind: index, words) else {
      assigned(index)
      return
    }
    swapArguments(index, close)
    if isStatement(index), text(close + 1) == ";" {
      add(
        .droppedStatement, index, words[index].range.lowerBound..<words[close].range.upperBound, "")
    }
  }

  /// `x += y;` is dropped; what a variable is first given is not.
  private mutating func assigned(_ index: Int) {
    guard isStatement(index) else { return }
    var place = index
    while place < words.count, ![";", "{", "}", ":"].contains(words[place].text) { place += 1 }
    let inside = words[index..<min(place, words.count)].map(\.text)
    guard text(place) == ";",
      inside.contains(where: Faults.updates.contains),
      inside.first.map({ !CWord.keywords.contains($0) }) == true, !isDeclaration(inside)
    else { return }
    add(
      .droppedStatement, index,
      words[index].range.lowerBound..<words[place - 1].range.upperBound, "")
  }

  private static let updates: Set<String> = ["=", "+=", "-=", "++", "--", "<<=", ">>=", "|=", "&="]

  /// Two names side by side, or a `*` between them, begin a declaration.
  private func isDeclaration(_ inside: [String]) -> Bool {
    guard inside.count > 1, let second = inside.dropFirst().first else { return false }
    return second == "*" || second.first.map { $0.isLetter || $0 == "_" } == true
  }

  private func isStatement(_ index: Int) -> Bool {
    guard index > 0 else { return false }
    if ["{", "}", ";", ":", "else"].contains(words[index - 1].text) { return true }
    guard words[index - 1].text == ")", let open = opening(index - 1), open > 0 else {
      return false
    }
    return ["if", "while", "for"].contains(words[open - 1].text)
      || words[open - 1].text.hasSuffix("for_each")
  }

  private mutating func swapArguments(_ index: Int, _ close: Int) {
    guard !CWord.keywords.contains(words[index].text) else { return }
    var starts = [index + 2]
    var depth = 0
    for place in (index + 2)..<max(close, index + 2) {
      if ["(", "[", "{"].contains(words[place].text) { depth += 1 }
      if [")", "]", "}"].contains(words[place].text) { depth -= 1 }
      if depth == 0, words[place].text == "," { starts.append(place + 1) }
    }
    for number in starts.indices.dropLast() {
      let end = number + 2 < starts.count ? starts[number + 2] - 1 : close
      let (first, second) = (starts[number], starts[number + 1])
      guard first < second - 1, second < end else { continue }
      let left = words[first].range.lowerBound..<words[second - 2].range.upperBound
      let right = words[second].range.lowerBound..<words[end - 1].range.upperBound
      if text(left) == text(right) { continue }
      add(
        .swappedOperands, first, left.lowerBound..<right.upperBound,
        "\(text(right)), \(text(left))")
    }
  }

  private static let wide: Set<String> = [
    "size_t", "u64", "pgoff_t", "phys_addr_t", "loff_t", "ssize_t", "s64",
  ]

  private mutating func width(_ index: Int) {
    let isPair = words[index].text == "unsigned" && ["long", "int"].contains(text(index + 1))
    guard isPair || Faults.wide.contains(words[index].text) else { return }
    let last = isPair ? index + 1 : index
    // What a pointer points to has its width from elsewhere.
    if text(last + 1) == "*" { return }
    let narrow = text(last) == "int" ? "unsigned char" : "unsigned int"
    add(
      .wrongWidth, index, words[index].range.lowerBound..<words[last].range.upperBound, narrow)
  }

  // MARK: Text

  private func text(_ index: Int) -> String {
    words.indices.contains(index) ? words[index].text : ""
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private func bytes(_ range: ClosedRange<Int>) -> Range<Int> {
    words[range.lowerBound].range.lowerBound..<words[range.upperBound].range.upperBound
  }

  private mutating func replace(_ fault: Mutant.Fault, _ index: Int, _ text: String?) {
    if let text { add(fault, index, words[index].range, text) }
  }

  private mutating func add(
    _ fault: Mutant.Fault, _ index: Int, _ range: Range<Int>, _ replacement: String
  ) {
    found.append(
      Edit(fault: fault, word: words[index], range: range, replacement: replacement))
  }
}

extension FunctionText {
  /// The end of the arguments where the word at a position is called.
  fileprivate static func closing(behind index: Int, _ words: [CWord]) -> Int? {
    guard words.indices.contains(index + 1), words[index + 1].text == "(" else { return nil }
    return closing(index + 1, words)
  }
}
