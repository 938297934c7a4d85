// SPDX-License-Identifier: Apache-2.0

/// The numbered metadata of a module, read where it is asked for: most of it never is.
struct DebugInfo {
  private let bytes: [UInt8]
  /// Where the definition of each `!N` is (its text after `=`), or -1.
  private var places: [Int] = []
  private var locations: [Int: SourceLocation] = [:]
  private var files: [Int: String] = [:]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Records that `!number` is defined at a place; false if the number is absurd.
  mutating func define(_ number: Int, at place: Int) -> Bool {
    guard number >= 0, number <= bytes.count else { return false }
    while places.count <= number { places.append(-1) }
    places[number] = place
    return true
  }

  /// `!number` is defined.
  func isDefined(_ number: Int) -> Bool { place(of: number) != nil }

  /// `!number` is a readable node `!DISomething(…)`.
  func isNode(_ number: Int) -> Bool { locations[number] != nil || node(number) != nil }

  /// The location that a `!dbg !number` means: of an instruction, a function or a global.
  mutating func location(_ number: Int) -> SourceLocation? {
    if let known = locations[number] { return known }
    guard let node = node(number), let location = location(of: node) else { return nil }
    locations[number] = location
    return location
  }

  /// The first string of a node `!{!"…"}`.
  func firstString(of number: Int) -> String? {
    guard let place = place(of: number) else { return nil }
    var lexer = Lexer(bytes: bytes, position: place)
    var token = lexer.next()
    while token.kind != .end, token.kind != .unterminated, !token.startsLine {
      if token.kind == .string { return token.name(in: bytes) }
      token = lexer.next()
    }
    return nil
  }

  // MARK: Nodes

  /// What matters here of a specialised node `!DISomething(key: value, …)`.
  private struct Node {
    var kind = ""
    var line = 0
    var column = 0
    var scope: Int?
    var file: Int?
    var variable: Int?
    var filename: String?
  }

  private mutating func location(of node: Node) -> SourceLocation? {
    switch node.kind {
    case "DIGlobalVariableExpression":
      return node.variable.flatMap { self.node($0) }.flatMap { location(of: $0) }
    case "DILocation":
      guard let scope = node.scope, let file = file(ofScope: scope) else { return nil }
      return SourceLocation(file: file, line: node.line, column: node.column)
    case "DISubprogram", "DIGlobalVariable":
      guard let file = node.file.flatMap({ filename($0) }) else { return nil }
      return SourceLocation(file: file, line: node.line)
    default:
      return nil
    }
  }

  /// The file of a scope, or of the first scope around it that has one.
  private mutating func file(ofScope number: Int) -> String? {
    if let known = files[number] { return known }
    var scope: Int? = number
    for _ in 0..<1000 {
      guard let current = scope, let node = node(current) else { return nil }
      if let filename = node.filename ?? node.file.flatMap({ filename($0) }) {
        files[number] = filename
        return filename
      }
      scope = node.scope
    }
    return nil
  }

  private func filename(_ number: Int) -> String? { node(number)?.filename }

  private func place(of number: Int) -> Int? {
    guard places.indices.contains(number), places[number] >= 0 else { return nil }
    return places[number]
  }

  private func node(_ number: Int) -> Node? {
    guard let place = place(of: number) else { return nil }
    var lexer = Lexer(bytes: bytes, position: place)
    var token = lexer.next()
    if token.kind == .word { token = lexer.next() }
    guard token.kind == .metadata else { return nil }
    var node = Node(kind: text(token))
    guard isMark(lexer.next(), "(") else { return nil }
    return fields(&lexer, of: &node) ? node : nil
  }

  /// Reads `key: value, …)`; false if the text is no such list.
  private func fields(_ lexer: inout Lexer, of node: inout Node) -> Bool {
    var key = lexer.next()
    while !isMark(key, ")") {
      guard key.kind == .word, isMark(lexer.next(), ":") else { return false }
      let value = lexer.next()
      take(value, for: key, into: &node)
      // The rest of a value of several tokens: `!DIExpression(…)`, `A | B`.
      var depth = 0
      var next = lexer.next()
      while depth > 0 || !(isMark(next, ",") || isMark(next, ")")) {
        if next.kind == .end || next.kind == .unterminated || next.startsLine { return false }
        if isMark(next, "(") || isMark(next, "{") { depth += 1 }
        if isMark(next, ")") || isMark(next, "}") { depth -= 1 }
        next = lexer.next()
      }
      key = isMark(next, ")") ? next : lexer.next()
    }
    return true
  }

  private func take(_ value: Token, for key: Token, into node: inout Node) {
    switch (text(key), value.kind) {
    case ("line", .number): node.line = Int(text(value)) ?? 0
    case ("column", .number): node.column = Int(text(value)) ?? 0
    case ("scope", .metadata): node.scope = Int(text(value))
    case ("file", .metadata): node.file = Int(text(value))
    case ("var", .metadata): node.variable = Int(text(value))
    case ("filename", .string): node.filename = value.name(in: bytes)
    default: break
    }
  }

  private func text(_ token: Token) -> String {
    String(decoding: bytes[token.content], as: UTF8.self)
  }

  private func isMark(_ token: Token, _ mark: Unicode.Scalar) -> Bool {
    token.kind == .punctuation && bytes[token.start] == UInt8(ascii: mark)
  }
}
