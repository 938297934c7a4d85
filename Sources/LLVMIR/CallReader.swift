// SPDX-License-Identifier: Apache-2.0

/// Calls.
extension Reader {
  /// After `call`; nil for a call that is dropped.
  mutating func callInstruction() throws(IRError) -> Operation? {
    try skipResultAttributes()
    let returnType = try resultType()
    let isVariadic = try variadicSignature()
    let callee = try callee()
    let (arguments, byValue) = try arguments()
    try skipFunctionAttributes()
    if at("[") { try operandBundles(of: callee) }
    if case .named(let name) = callee, Self.isDropped(name) {
      refusal = nil
      return nil
    }
    if case .named(let name) = callee, let variable = arguments.last {
      if name.hasPrefix("llvm.lifetime.start") { return .lifetime(of: variable, begins: true) }
      if name.hasPrefix("llvm.lifetime.end") { return .lifetime(of: variable, begins: false) }
    }
    return .call(
      Call(
        callee: callee, arguments: arguments, byValue: byValue, returnType: returnType,
        isVariadic: isVariadic))
  }

  private mutating func resultType() throws(IRError) -> IRType {
    atWord("void") ? try type() : try valueType()
  }

  /// `(i32, ...)`, the parameters' types: printed only for a function of variable arguments.
  private mutating func variadicSignature() throws(IRError) -> Bool {
    guard take("(") else { return false }
    var isVariadic = false
    if !at(")") {
      repeat {
        if takeWord("...") {
          isVariadic = true
        } else {
          _ = try type()
        }
      } while take(",")
    }
    try expect(")")
    return isVariadic
  }

  private mutating func callee() throws(IRError) -> Call.Callee {
    if token.kind == .global { return .named(try symbol()) }
    if atWord("asm") { return try assembly() }
    return .indirect(try operand(of: .pointer))
  }

  private mutating func assembly() throws(IRError) -> Call.Callee {
    advance()
    while token.kind == .word { advance() }
    let template = try string()
    try expect(",")
    return .assembly(template, constraints: try string())
  }

  private mutating func arguments() throws(IRError) -> ([Operand], [IRType?]) {
    try expect("(")
    var arguments: [Operand] = []
    var byValue: [IRType?] = []
    if !at(")") {
      repeat {
        let (argument, copied) = try argument()
        arguments.append(argument)
        byValue.append(copied)
      } while take(",")
    }
    try expect(")")
    return (arguments, byValue)
  }

  /// `ptr byval(%struct.s) align 8 %x`. Metadata is a value as any other here, to be refused by
  /// who interprets the call.
  private mutating func argument() throws(IRError) -> (Operand, IRType?) {
    if atWord("metadata") { return (try metadataArgument(), nil) }
    let type = try valueType()
    let attributes = try parameterAttributes()
    return (try operand(of: type), attributes.byValue)
  }

  private mutating func metadataArgument() throws(IRError) -> Operand {
    advance()
    if token.kind == .metadata || at("!") {
      let constant = try constant(of: .unsupported("metadata"))
      return Operand(type: .unsupported("metadata"), value: .constant(constant))
    }
    let operand = try operand()
    return Operand(
      type: .unsupported("metadata"), value: .constant(.unsupported("metadata \(operand.type)")))
  }

  /// `[ "align"(ptr %x, i64 8) ]`. What a bundle of `llvm.assume` promises is not used.
  private mutating func operandBundles(of callee: Call.Callee) throws(IRError) {
    try skipBrackets()
    if case .named("llvm.assume") = callee { return }
    refuse("operand bundle")
  }

  private static func isDropped(_ name: String) -> Bool {
    name.hasPrefix("llvm.dbg.")
  }
}
