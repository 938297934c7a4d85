// SPDX-License-Identifier: Apache-2.0

/// Constants. One that the semantics does not have is `.unsupported`, and makes the instruction
/// that it is an operand of an unsupported one.
extension Reader {
  /// `i32 7`.
  mutating func typedConstant() throws(IRError) -> TypedConstant {
    let type = try type()
    return TypedConstant(type: type, value: try constant(of: type))
  }

  /// A constant after its type.
  mutating func constant(of type: IRType) throws(IRError) -> Constant {
    guard depth < Self.maximumDepth else { throw error("types or constants are nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    switch token.kind {
    case .number: return try number(of: type)
    case .word: return try wordConstant(of: type)
    case .global: return try address(of: type)
    case .characters: return try characters(of: type)
    case .metadata: return metadataConstant()
    case .punctuation where at("["): return try arrayConstant(of: type)
    case .punctuation where at("{"): return try structureConstant(of: type)
    case .punctuation where at("<"): return try angleConstant(of: type)
    case .punctuation where at("!"): return try metadataNode()
    default: throw unexpected("a value")
    }
  }

  /// An unsupported constant.
  mutating func unsupportedConstant(_ description: String) -> Constant {
    refuse(description)
    return .unsupported(description)
  }

  // MARK: Literals

  private mutating func number(of type: IRType) throws(IRError) -> Constant {
    let literal = token
    advance()
    switch type {
    case .integer(let width):
      guard let value = Self.integer(bytes[literal.content], width: width) else {
        throw error("`\(text(of: literal))` is no integer of \(width) bits", at: literal.start)
      }
      return .integer(value, width: width)
    case .unsupported(let name):
      return isZero(literal) ? .zero : unsupportedConstant("constant \(name) \(text(of: literal))")
    default:
      throw error("a number is no value of this type", at: literal.start)
    }
  }

  /// The bits of zero in all types: `0`, and `0.000000e+00` but not `-0.000000e+00`.
  private func isZero(_ literal: Token) -> Bool {
    let text = text(of: literal)
    return text == "0" || text == "0.000000e+00"
  }

  /// A decimal literal in the low `width` bits; nil if it is none or does not fit.
  static func integer(_ text: ArraySlice<UInt8>, width: Int) -> UInt64? {
    let isNegative = text.first == UInt8(ascii: "-")
    var magnitude: UInt64 = 0
    for byte in isNegative ? text.dropFirst() : text {
      guard Lexer.isDigit(byte) else { return nil }
      let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      magnitude = sum
    }
    let mask = width >= 64 ? UInt64.max : (1 << UInt64(width)) - 1
    let limit = isNegative ? mask / 2 + 1 : mask
    guard magnitude <= limit else { return nil }
    return (isNegative ? 0 &- magnitude : magnitude) & mask
  }

  private mutating func address(of type: IRType) throws(IRError) -> Constant {
    switch type {
    case .pointer: return .global(try symbol())
    case .unsupported(let text):
      let name = try symbol()
      return unsupportedConstant("constant \(text) @\(name)")
    default: throw unexpected("a value that is no address")
    }
  }

  private static let characterConstants: [TypedConstant] = (0..<256).map {
    TypedConstant(type: .integer(8), value: .integer(UInt64($0), width: 8))
  }

  private mutating func characters(of type: IRType) throws(IRError) -> Constant {
    let text = unescaped(token)
    guard case .array(text.count, .integer(8)) = type else {
      throw error("a string of \(text.count) bytes is no value of this type")
    }
    advance()
    let constants = Self.characterConstants
    return .aggregate(text.map { constants[Int($0)] })
  }

  // MARK: Metadata as an argument

  private mutating func metadataConstant() -> Constant {
    let name = text(of: token)
    advance()
    if at("("), (try? skipBrackets()) == nil { return .unsupported("metadata") }
    return .unsupported("metadata !\(name)")
  }

  /// `!{…}` or `!"…"`.
  private mutating func metadataNode() throws(IRError) -> Constant {
    advance()
    if at("{") {
      try skipBrackets()
      return .unsupported("metadata")
    }
    return .unsupported("metadata \(try string())")
  }

  // MARK: Aggregates

  private mutating func arrayConstant(of type: IRType) throws(IRError) -> Constant {
    guard case .array(let count, let element) = type else { throw unexpected("a value") }
    let start = token.start
    advance()
    var elements: [TypedConstant] = []
    if !at("]") {
      repeat { elements.append(try member(of: element)) } while take(",")
    }
    try expect("]")
    guard elements.count == count else {
      throw error("\(elements.count) elements for an array of \(count)", at: start)
    }
    return .aggregate(elements)
  }

  private mutating func structureConstant(of type: IRType) throws(IRError) -> Constant {
    guard case .structure(let fields, _) = type else { throw unexpected("a value") }
    let start = token.start
    advance()
    var values: [TypedConstant] = []
    if !at("}") {
      repeat {
        guard values.count < fields.count else { throw error("too many fields for the struct") }
        values.append(try member(of: fields[values.count]))
      } while take(",")
    }
    try expect("}")
    guard values.count == fields.count else {
      throw error("\(values.count) values for a struct of \(fields.count) fields", at: start)
    }
    return .aggregate(values)
  }

  private mutating func member(of type: IRType) throws(IRError) -> TypedConstant {
    let start = token.start
    let constant = try typedConstant()
    guard constant.type == type else { throw error("an element of another type", at: start) }
    return constant
  }

  /// `<{ … }>`, or a vector.
  private mutating func angleConstant(of type: IRType) throws(IRError) -> Constant {
    guard lexer.nextVisibleByte() == UInt8(ascii: "{") else {
      try skipBrackets()
      return unsupportedConstant("a vector constant")
    }
    advance()
    let value = try structureConstant(of: type)
    try expect(">")
    return value
  }
}
