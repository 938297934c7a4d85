// SPDX-License-Identifier: Apache-2.0

/// Constants that begin with a word: `null`, `true`, and expressions.
extension Reader {
  /// The words that a value can begin with: what tells an attribute from a value.
  static let valueWords: Set<String> = {
    var words: Set<String> = [
      "true", "false", "null", "none", "undef", "poison", "zeroinitializer", "getelementptr",
      "blockaddress", "dso_local_equivalent", "no_cfi", "ptrauth", "splat", "icmp", "fcmp",
      "select", "addrspacecast", "extractelement", "insertelement", "shufflevector", "asm",
      "ptrtoaddr", "fneg",
    ]
    words.formUnion(CastOperator.allCases.map(\.rawValue))
    words.formUnion(BinaryOperator.allCases.map(\.rawValue))
    return words
  }()

  mutating func wordConstant(of type: IRType) throws(IRError) -> Constant {
    let start = token
    let name = try word()
    switch name {
    case "true", "false":
      guard type == .integer(1) else {
        throw error("`\(name)` is no value of this type", at: start.start)
      }
      return .integer(name == "true" ? 1 : 0, width: 1)
    case "null":
      return try null(of: type, at: start)
    case "undef", "poison": return .undefined
    case "zeroinitializer": return .zero
    case "no_cfi", "dso_local_equivalent":
      return unsupportedConstant("\(name) @\(try symbol())")
    case _ where token.kind == .number || !Self.valueWords.contains(name):
      throw error("a value is expected, not `\(name)`", at: start.start)
    default: return try expression(name, of: type)
    }
  }

  private func null(of type: IRType, at start: Token) throws(IRError) -> Constant {
    switch type {
    case .pointer: return .null
    case .unsupported: return .zero
    default: throw error("`null` is no value of this type", at: start.start)
    }
  }

  /// `name flags (…)`, which must be of the type.
  private mutating func expression(_ name: String, of type: IRType) throws(IRError) -> Constant {
    let start = token.start
    try skipFlags()
    guard at("(") else { throw unexpected("`(`") }
    let constant: TypedConstant
    if let cast = CastOperator(rawValue: name) {
      constant = try castConstant(cast)
    } else if let binary = BinaryOperator(rawValue: name) {
      constant = try binaryConstant(binary)
    } else if name == "getelementptr" {
      constant = try elementPointerConstant()
    } else {
      try skipBrackets()
      return unsupportedConstant("constant \(name)")
    }
    guard constant.type == type else { throw error("\(name) of another type", at: start) }
    return constant.value
  }

  private mutating func castConstant(_ cast: CastOperator) throws(IRError) -> TypedConstant {
    try expect("(")
    let operand = try typedConstant()
    try expectWord("to")
    let target = try type()
    try expect(")")
    let operation = Operation.cast(cast, Operand(operand), to: target)
    let value = Constant.cast(cast, operand, to: target)
    return TypedConstant(
      type: target, value: try checked(value, as: operation, operand.type, target))
  }

  private mutating func binaryConstant(_ binary: BinaryOperator) throws(IRError) -> TypedConstant {
    try expect("(")
    let left = try typedConstant()
    try expect(",")
    let right = try typedConstant()
    try expect(")")
    guard left.type == right.type else { throw error("the operands are of different types") }
    let operation = Operation.binary(binary, Operand(left), Operand(right))
    let value = Constant.binary(binary, left, right)
    return TypedConstant(type: left.type, value: try checked(value, as: operation, left.type))
  }

  private mutating func elementPointerConstant() throws(IRError) -> TypedConstant {
    try expect("(")
    let before = traits
    traits = TypeTraits()
    let source = try type()
    let isUnsized = traits.isUnsized
    traits = before
    try expect(",")
    let base = try typedConstant()
    var indices: [TypedConstant] = []
    while take(",") { indices.append(try typedConstant()) }
    try expect(")")
    if isUnsized {
      let value = unsupportedConstant("getelementptr of a type without a size")
      return TypedConstant(type: base.type, value: value)
    }
    let operation = Operation.elementPointer(
      source: source, base: Operand(base), indices: indices.map { Operand($0) })
    let value = Constant.elementPointer(source: source, base: base, indices: indices)
    return TypedConstant(type: base.type, value: try checked(value, as: operation, base.type))
  }

  /// The expression, its types checked as if it were an instruction; one of types that the
  /// semantics does not have is unsupported.
  private mutating func checked(_ value: Constant, as operation: Operation, _ types: IRType...)
    throws(IRError) -> Constant
  {
    for case .unsupported(let name) in types { return unsupportedConstant("type \(name)") }
    if let fault = operation.fault(returning: .void) { throw error("constant: \(fault)") }
    return value
  }

  private static let flags: Set<String> = [
    "nuw", "nsw", "nusw", "exact", "disjoint", "inbounds", "nneg", "samesign", "nnan", "ninf",
    "nsz", "arcp", "contract", "afn", "reassoc", "fast",
  ]

  /// Passes over flags that promise something of the values: plain machine arithmetic does not
  /// use the promises.
  mutating func skipFlags() throws(IRError) {
    while token.kind == .word {
      if takeWord("inrange") {
        try skipBrackets()
      } else if Self.flags.contains(text(of: token)) {
        advance()
      } else {
        return
      }
    }
  }
}

extension Operand {
  fileprivate init(_ constant: TypedConstant) {
    self.init(type: constant.type, value: .constant(constant.value))
  }
}
