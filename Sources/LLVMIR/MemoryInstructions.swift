// SPDX-License-Identifier: Apache-2.0

/// Instructions that deal with memory.
extension Reader {
  mutating func allocaInstruction() throws(IRError) -> Operation {
    if atWord("inalloca") || atWord("swifterror") { refuse(text(of: token)) }
    _ = takeWord("inalloca") || takeWord("swifterror")
    let type = try layoutType()
    var count: Operand?
    var alignment = type.alignment ?? 1
    while atOperandComma() {
      advance()
      if takeWord("align") {
        alignment = try self.count()
      } else if takeWord("addrspace") {
        refuse("address space")
        try skipBrackets()
      } else {
        count = try operand()
      }
    }
    return .alloca(type, count: count, alignment: alignment)
  }

  mutating func loadInstruction() throws(IRError) -> Operation {
    _ = takeWord("atomic")
    let isVolatile = takeWord("volatile")
    let type = try valueType()
    try expect(",")
    let address = try operand()
    try skipOrdering()
    return .load(type, address: address, isVolatile: isVolatile)
  }

  mutating func storeInstruction() throws(IRError) -> Operation {
    _ = takeWord("atomic")
    let isVolatile = takeWord("volatile")
    let value = try operand()
    try expect(",")
    let address = try operand()
    try skipOrdering()
    return .store(value, address: address, isVolatile: isVolatile)
  }

  mutating func compareExchangeInstruction() throws(IRError) -> Operation {
    _ = takeWord("weak")
    _ = takeWord("volatile")
    let address = try operand()
    try expect(",")
    let expected = try operand()
    try expect(",")
    let new = try operand()
    try skipOrdering()
    return .compareExchange(address: address, expected: expected, new: new)
  }

  mutating func atomicUpdateInstruction() throws(IRError) -> Operation {
    _ = takeWord("volatile")
    let name = try word()
    guard let update = AtomicOperator(rawValue: name) else {
      refuse("operation \(name)")
      try skipOperands()
      return .fence
    }
    let address = try operand()
    try expect(",")
    let value = try operand()
    try skipOrdering()
    return .atomicUpdate(update, address: address, value)
  }

  mutating func fenceInstruction() throws(IRError) -> Operation {
    try skipOrdering()
    return .fence
  }

  private static let orderings: Set<String> = [
    "unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst",
  ]

  /// `syncscope("…") seq_cst monotonic`.
  private mutating func skipOrdering() throws(IRError) {
    while token.kind == .word, !atLineEnd {
      if takeWord("syncscope") {
        try skipBrackets()
      } else if Self.orderings.contains(text(of: token)) {
        advance()
      } else {
        throw unexpected("a memory ordering")
      }
    }
  }
}
