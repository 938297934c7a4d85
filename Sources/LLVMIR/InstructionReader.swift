// SPDX-License-Identifier: Apache-2.0

/// Instructions: the frame of each, and those that compute from operands to a result.
extension Reader {
  /// An instruction with its line's end; nil for one that is dropped (debug and lifetime
  /// intrinsics).
  mutating func instruction() throws(IRError) -> Instruction? {
    let start = token.start
    var result: Int?
    if token.kind == .local {
      result = try registerDefinition()
      try expect("=")
    }
    refusal = nil
    let mnemonic = try word()
    var operation = try operation(mnemonic, at: start)
    let reason = refusal
    if reason == nil, let fault = operation?.fault(returning: body.returnType) {
      throw error("\(mnemonic): \(fault)", at: start)
    }
    if let reason { operation = .unsupported("\(mnemonic): \(reason)") }
    let location = try instructionEnd()
    guard let operation else { return nil }
    try defineResult(result, of: operation, at: start)
    return Instruction(result: result, operation: operation, location: location)
  }

  private mutating func defineResult(_ result: Int?, of operation: Operation, at place: Int)
    throws(IRError)
  {
    guard let result else { return }
    if case .unsupported = operation { return }
    guard let type = operation.resultType else {
      throw error("the instruction has no result", at: place)
    }
    try define(result, as: type, at: place)
  }

  private mutating func operation(_ mnemonic: String, at place: Int) throws(IRError) -> Operation? {
    if let binary = BinaryOperator(rawValue: mnemonic) { return try binaryInstruction(binary) }
    if let cast = CastOperator(rawValue: mnemonic) { return try castInstruction(cast) }
    switch mnemonic {
    case "icmp": return try compareInstruction()
    case "select": return try selectInstruction()
    case "freeze": return .freeze(try operand())
    case "phi": return try phiInstruction()
    case "extractvalue": return try extractInstruction()
    case "insertvalue": return try insertInstruction()
    case "getelementptr": return try elementPointerInstruction()
    case "alloca": return try allocaInstruction()
    case "load": return try loadInstruction()
    case "store": return try storeInstruction()
    case "cmpxchg": return try compareExchangeInstruction()
    case "atomicrmw": return try atomicUpdateInstruction()
    case "fence": return try fenceInstruction()
    case "call": return try callInstruction()
    case "tail", "musttail", "notail":
      try expectWord("call")
      return try callInstruction()
    case "br": return try branchInstruction()
    case "switch": return try switchInstruction()
    case "ret": return try returnInstruction()
    case "unreachable": return .unreachable
    default: return try unsupportedInstruction(mnemonic, at: place)
    }
  }

  private mutating func unsupportedInstruction(_ mnemonic: String, at place: Int)
    throws(IRError) -> Operation
  {
    guard let reason = UnsupportedInstructions.reason(mnemonic) else {
      throw error("unknown instruction `\(mnemonic)`", at: place)
    }
    refuse(reason)
    try skipOperands()
    return .unsupported(mnemonic)
  }

  // MARK: Operands

  /// `i32 %x`.
  mutating func operand() throws(IRError) -> Operand {
    let type = try valueType()
    return try operand(of: type)
  }

  /// `%x`, after its type.
  mutating func operand(of type: IRType) throws(IRError) -> Operand {
    if token.kind == .local {
      return Operand(type: type, value: .register(try registerUse(as: type)))
    }
    return Operand(type: type, value: .constant(try constant(of: type)))
  }

  /// `i32 %x, %y`.
  private mutating func operandPair() throws(IRError) -> (Operand, Operand) {
    let left = try operand()
    try expect(",")
    return (left, try operand(of: left.type))
  }

  // MARK: Computation

  private mutating func binaryInstruction(_ binary: BinaryOperator) throws(IRError) -> Operation {
    try skipFlags()
    let (left, right) = try operandPair()
    return .binary(binary, left, right)
  }

  private mutating func castInstruction(_ cast: CastOperator) throws(IRError) -> Operation {
    try skipFlags()
    let operand = try operand()
    try expectWord("to")
    return .cast(cast, operand, to: try valueType())
  }

  private mutating func compareInstruction() throws(IRError) -> Operation {
    try skipFlags()
    let start = token.start
    guard let comparison = Comparison(rawValue: try word()) else {
      throw error("unknown comparison", at: start)
    }
    let (left, right) = try operandPair()
    return .compare(comparison, left, right)
  }

  private mutating func selectInstruction() throws(IRError) -> Operation {
    try skipFlags()
    let condition = try operand()
    try expect(",")
    let first = try operand()
    try expect(",")
    return .select(condition: condition, first, try operand())
  }

  private mutating func extractInstruction() throws(IRError) -> Operation {
    let aggregate = try operand()
    return .extractValue(aggregate, indices: try constantIndices())
  }

  private mutating func insertInstruction() throws(IRError) -> Operation {
    let aggregate = try operand()
    try expect(",")
    let element = try operand()
    return .insertValue(aggregate, element: element, indices: try constantIndices())
  }

  private mutating func constantIndices() throws(IRError) -> [Int] {
    var indices: [Int] = []
    while atOperandComma() {
      advance()
      indices.append(try count())
    }
    return indices
  }

  private mutating func elementPointerInstruction() throws(IRError) -> Operation {
    try skipFlags()
    let source = try layoutType()
    try expect(",")
    let base = try operand()
    var indices: [Operand] = []
    while atOperandComma() {
      advance()
      indices.append(try operand())
    }
    return .elementPointer(source: source, base: base, indices: indices)
  }
}
