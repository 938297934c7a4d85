// SPDX-License-Identifier: Apache-2.0

/// Instructions that deal with the flow of control.
extension Reader {
  mutating func phiInstruction() throws(IRError) -> Operation {
    try skipFlags()
    let type = try valueType()
    var incoming = [try self.incoming(of: type)]
    while atOperandComma() {
      advance()
      incoming.append(try self.incoming(of: type))
    }
    return .phi(type, incoming: incoming)
  }

  private mutating func incoming(of type: IRType) throws(IRError) -> Incoming {
    try expect("[")
    let value = try operand(of: type)
    try expect(",")
    let block = try blockName()
    try expect("]")
    return Incoming(value: value, block: block)
  }

  mutating func branchInstruction() throws(IRError) -> Operation {
    if atWord("label") { return .branch(to: try target()) }
    let condition = try operand()
    try expect(",")
    let then = try target()
    try expect(",")
    return .conditionalBranch(condition, then: then, else: try target())
  }

  mutating func switchInstruction() throws(IRError) -> Operation {
    let value = try operand()
    try expect(",")
    let fallback = try target()
    try expect("[")
    var cases: [SwitchCase] = []
    while !at("]") { cases.append(try switchCase(of: value.type)) }
    advance()
    return .switchOn(value, default: fallback, cases: cases)
  }

  private mutating func switchCase(of type: IRType) throws(IRError) -> SwitchCase {
    let start = token.start
    let constant = try typedConstant()
    try expect(",")
    let block = try target()
    if case .unsupported = type { return SwitchCase(value: 0, block: block) }
    guard constant.type == type, case .integer(let value, _) = constant.value else {
      throw error("a case of another type", at: start)
    }
    return SwitchCase(value: value, block: block)
  }

  mutating func returnInstruction() throws(IRError) -> Operation {
    if takeWord("void") { return .ret(nil) }
    return .ret(try operand())
  }
}
