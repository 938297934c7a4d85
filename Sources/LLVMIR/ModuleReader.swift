// SPDX-License-Identifier: Apache-2.0

/// The module: an index of its lines first, since debug information and types may be defined
/// after their mentions; then each definition.
extension Reader {
  /// Where the definitions are.
  private struct Index {
    /// Globals and functions, in the text's order.
    var symbols: [Int] = []
    var types: [Int] = []
    /// All else but numbered metadata.
    var others: [Int] = []
  }

  mutating func module() throws(IRError) -> Module {
    let index = try index()
    var module = Module(sourceFile: file, producer: nil, globals: [:], functions: [:])
    for place in index.others {
      move(to: place)
      try property(of: &module)
    }
    for place in index.types {
      move(to: place)
      try typeDefinition()
    }
    for place in index.symbols {
      move(to: place)
      try symbolDefinition(in: &module)
    }
    try checkSymbols(of: module)
    return module
  }

  // MARK: Index

  private mutating func index() throws(IRError) -> Index {
    var index = Index()
    var lines = Lexer(bytes: bytes)
    var next = lines.next()
    if next.kind == .end { throw error("there is no LLVM IR in the text", at: 0) }
    while next.kind != .end {
      try add(next, to: &index, lines: &lines)
      next = lines.nextLine()
    }
    return index
  }

  private mutating func add(_ first: Token, to index: inout Index, lines: inout Lexer)
    throws(IRError)
  {
    switch first.kind {
    case .metadata:
      guard let number = Int(text(of: first)) else {
        index.others.append(first.start)
        return
      }
      try addMetadata(number, first, &lines)
    case .local:
      try addType(first, &lines)
      index.types.append(first.start)
    case .global:
      index.symbols.append(first.start)
    case .word where isWord(first, "declare"):
      index.symbols.append(first.start)
    case .word where isWord(first, "define"):
      index.symbols.append(first.start)
      try passBody(of: first, &lines)
    default:
      index.others.append(first.start)
    }
  }

  private func isWord(_ token: Token, _ word: String) -> Bool {
    bytes[token.content].elementsEqual(word.utf8)
  }

  private mutating func addMetadata(_ number: Int, _ first: Token, _ lines: inout Lexer)
    throws(IRError)
  {
    let equals = lines.next()
    guard equals.kind == .punctuation, bytes[equals.start] == UInt8(ascii: "="),
      debugInfo.define(number, at: equals.start + 1)
    else { throw error("`!\(number) =` is expected", at: first.start) }
  }

  private mutating func addType(_ first: Token, _ lines: inout Lexer) throws(IRError) {
    let number = types.number(of: bytes[first.content])
    let equals = lines.next()
    let type = lines.next()
    guard equals.kind == .punctuation, isWord(type, "type"), !type.startsLine else {
      throw error("a type's definition is expected", at: first.start)
    }
    guard case .unknown = types[number] else {
      throw error("type %\(name(in: first)) is defined twice", at: first.start)
    }
    types[number] = .defined(at: lines.position)
  }

  /// To the line that begins with `}`.
  private func passBody(of first: Token, _ lines: inout Lexer) throws(IRError) {
    while true {
      let next = lines.nextLine()
      if next.kind == .end {
        throw error("the text ends within a function that begins here", at: first.start)
      }
      if next.kind == .punctuation, bytes[next.start] == UInt8(ascii: "}") { return }
    }
  }

  // MARK: Definitions

  private mutating func symbolDefinition(in module: inout Module) throws(IRError) {
    let start = token.start
    if token.kind == .global {
      let global = try global()
      try checkNew(global.name, in: module, at: start)
      module.globals[global.name] = global
      return
    }
    let function = atWord("define") ? try definition() : try declaration()
    try checkNew(function.name, in: module, at: start)
    module.functions[function.name] = function
    guard atLineEnd else { throw unexpected("the end of the line") }
  }

  private func checkNew(_ name: String, in module: Module, at place: Int) throws(IRError) {
    if module.functions[name] != nil || module.globals[name] != nil {
      throw error("@\(name) is defined twice", at: place)
    }
  }

  private func checkSymbols(of module: Module) throws(IRError) {
    for (name, mention) in zip(symbols.names, symbols.mentions)
    where module.functions[name] == nil && module.globals[name] == nil {
      throw error("@\(name) is not defined", at: mention)
    }
  }

  // MARK: Other lines

  private mutating func property(of module: inout Module) throws(IRError) {
    if token.kind == .metadata { return try namedMetadata(of: &module) }
    if token.kind == .comdat { return }
    switch try word() {
    case "source_filename":
      try expect("=")
      module.sourceFile = try string()
    case "target": try target(of: module)
    case "module":
      try expectWord("asm")
      module.assembly.append(try string())
    case "attributes":
      guard token.kind == .attribute else { throw unexpected("a group of attributes") }
      advance()
      try expect("=")
      try skipBrackets()
    case "uselistorder", "uselistorder_bb": return
    default: throw error("this is no LLVM IR")
    }
    guard atLineEnd else { throw unexpected("the end of the line") }
  }

  /// Layouts, and the widths of addresses, are those of x86-64.
  private mutating func target(of module: Module) throws(IRError) {
    let property = try word()
    try expect("=")
    let value = try string()
    if property == "triple", !value.hasPrefix("x86_64") {
      throw error("the target is \(value), not x86_64")
    }
  }

  /// `!llvm.ident = !{!7}`.
  private mutating func namedMetadata(of module: inout Module) throws(IRError) {
    let isIdentity = text(of: token) == "llvm.ident"
    advance()
    try expect("=")
    guard take("!"), at("{") else { throw unexpected("`!{`") }
    advance()
    if isIdentity, token.kind == .metadata, let number = Int(text(of: token)) {
      module.producer = debugInfo.firstString(of: number)
    }
  }
}
