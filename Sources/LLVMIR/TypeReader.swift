// SPDX-License-Identifier: Apache-2.0

/// Types.
extension Reader {
  /// How deep types and constants may nest.
  static let maximumDepth = 200

  /// A type; `traits` gathers what it holds.
  mutating func type() throws(IRError) -> IRType {
    guard depth < Self.maximumDepth else { throw error("types or constants are nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    let type = try primaryType()
    if at("*") || (at("(") && isTypedFunctionPointer) { throw typedPointers }
    return type
  }

  /// The type of a value that an instruction uses or makes: one that the semantics does not
  /// have makes the instruction unsupported.
  mutating func valueType() throws(IRError) -> IRType {
    traits = TypeTraits()
    let type = try type()
    if let unsupported = traits.unsupported { refuse("type \(unsupported)") }
    return type
  }

  /// The type of memory that an instruction deals with: only its layout matters, so that all
  /// types with a size will do.
  mutating func layoutType() throws(IRError) -> IRType {
    traits = TypeTraits()
    let type = try type()
    if traits.isUnsized { refuse("type \(traits.unsupported ?? "void") has no size") }
    return type
  }

  /// Makes the instruction being read an unsupported one.
  mutating func refuse(_ reason: String) {
    if refusal == nil { refusal = reason }
  }

  private var typedPointers: IRError {
    error(
      "this is LLVM IR with typed pointers, printed by an older clang than supported "
        + "(clang 15 is the first with opaque pointers)")
  }

  private mutating func primaryType() throws(IRError) -> IRType {
    switch token.kind {
    case .word: return try wordType()
    case .local: return try namedType()
    case .punctuation where at("["): return try arrayType()
    case .punctuation where at("{"): return try structureType(packed: false)
    case .punctuation where at("<"): return try angleType()
    default: throw unexpected("a type")
    }
  }

  private mutating func wordType() throws(IRError) -> IRType {
    if let width = integerWidth { return try integerType(width) }
    let name = text(of: token)
    switch name {
    case "ptr": return try pointerType()
    case "void":
      advance()
      traits.isUnsized = true
      return .void
    case "half", "bfloat", "float", "double", "x86_fp80", "fp128", "ppc_fp128":
      advance()
      return unsupported(name)
    case "label", "metadata", "token", "x86_amx", "opaque":
      advance()
      return unsized(name)
    case "target":
      advance()
      try skipBrackets()
      return unsized("a target's own")
    default: throw unexpected("a type")
    }
  }

  /// A type of known size that has no values here.
  private mutating func unsupported(_ text: String) -> IRType {
    traits.add(TypeTraits(unsupported: text))
    return .unsupported(text)
  }

  /// A type without a size.
  private mutating func unsized(_ text: String) -> IRType {
    traits.add(TypeTraits(unsupported: text, isUnsized: true))
    return .unsupported(text)
  }

  /// The width in `i32`, if the token at hand is such a word.
  private var integerWidth: Int? {
    let digits = bytes[token.content].dropFirst()
    guard bytes[token.content].first == UInt8(ascii: "i"), !digits.isEmpty, digits.count <= 8,
      digits.allSatisfy(Lexer.isDigit)
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private mutating func integerType(_ width: Int) throws(IRError) -> IRType {
    guard width > 0, width <= 1 << 23 else { throw unexpected("a type") }
    advance()
    return width <= 64 ? .integer(width) : unsupported("i\(width)")
  }

  private mutating func pointerType() throws(IRError) -> IRType {
    advance()
    guard takeWord("addrspace") else { return .pointer }
    try expect("(")
    let space = try count()
    try expect(")")
    return space == 0 ? .pointer : unsupported("ptr addrspace(\(space))")
  }

  private mutating func arrayType() throws(IRError) -> IRType {
    advance()
    let count = try elementCount()
    try expectWord("x")
    let element = try type()
    try expect("]")
    guard let count else { return unsized("an array beyond the address space") }
    return .array(count: count, element: element)
  }

  /// An array's count; nil for one that no memory holds.
  private mutating func elementCount() throws(IRError) -> Int? {
    guard token.kind == .number, let value = UInt64(text(of: token)) else {
      throw unexpected("a number")
    }
    advance()
    return value <= 1 << 48 ? Int(value) : nil
  }

  private mutating func structureType(packed: Bool) throws(IRError) -> IRType {
    try expect("{")
    var fields: [IRType] = []
    if !at("}") {
      repeat { fields.append(try type()) } while take(",")
    }
    try expect("}")
    return .structure(fields: fields, packed: packed)
  }

  /// `<{ … }>` or a vector.
  private mutating func angleType() throws(IRError) -> IRType {
    advance()
    if at("{") {
      let type = try structureType(packed: true)
      try expect(">")
      return type
    }
    if takeWord("vscale") {
      try expectWord("x")
      _ = try vectorText()
      return unsized("a scalable vector")
    }
    return unsupported(try vectorText())
  }

  private mutating func vectorText() throws(IRError) -> String {
    let count = try count()
    try expectWord("x")
    let start = token.start
    _ = try type()
    let element = String(decoding: bytes[start..<max(start, token.start)], as: UTF8.self)
    try expect(">")
    return "<\(count) x \(element)>"
  }

  // MARK: Named types

  private mutating func namedType() throws(IRError) -> IRType {
    let mention = token
    advance()
    let number = types.number(of: bytes[mention.content])
    switch types[number] {
    case .resolved(let type, let own):
      traits.add(own)
      return type
    case .defined(let place):
      return try resolve(number, definedAt: place, name: name(in: mention))
    case .resolving:
      if at("*") { throw typedPointers }
      throw error("type %\(name(in: mention)) holds itself", at: mention.start)
    case .unknown:
      throw error("type %\(name(in: mention)) is not defined", at: mention.start)
    }
  }

  private mutating func resolve(_ number: Int, definedAt place: Int, name: String)
    throws(IRError) -> IRType
  {
    let resume = (lexer, token, traits)
    types[number] = .resolving
    move(to: place)
    traits = TypeTraits()
    let isOpaque = atWord("opaque")
    var type = try type()
    if !atLineEnd { throw unexpected("the end of the line") }
    if isOpaque {
      traits = TypeTraits()
      type = unsized("opaque %\(name)")
    }
    let own = traits
    types[number] = .resolved(type, own)
    (lexer, token, traits) = resume
    traits.add(own)
    return type
  }

  /// Reads a definition `%name = type …` and leaves it behind.
  mutating func typeDefinition() throws(IRError) {
    guard token.kind == .local else { throw unexpected("a type's name") }
    _ = try namedType()
    try expect("=")
    try expectWord("type")
    while !atLineEnd { advance() }
  }

  // MARK: Typed pointers

  /// At `(`: a list of parameter types and then a `*`, as in `void (i32)*`.
  private var isTypedFunctionPointer: Bool {
    var ahead = self
    guard (try? ahead.skipBrackets()) != nil else { return false }
    return ahead.at("*")
  }
}
