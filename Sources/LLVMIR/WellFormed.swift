// SPDX-License-Identifier: Apache-2.0

extension Operation {
  /// The type of the result; nil for an operation without one, and for an unsupported one.
  public var resultType: IRType? {
    switch self {
    case .binary(_, let left, _): left.type
    case .compare: .integer(1)
    case .cast(_, _, let type), .load(let type, _, _), .phi(let type, _): type
    case .select(_, let first, _): first.type
    case .alloca, .elementPointer: .pointer
    case .extractValue(let aggregate, let indices): aggregate.type.element(along: indices)
    case .insertValue(let aggregate, _, _): aggregate.type
    case .call(let call): call.returnType == .void ? nil : call.returnType
    case .compareExchange(_, let expected, _):
      .structure(fields: [expected.type, .integer(1)], packed: false)
    case .atomicUpdate(_, _, let value), .freeze(let value): value.type
    case .store, .lifetime, .fence, .branch, .conditionalBranch, .switchOn, .ret, .unreachable,
      .unsupported:
      nil
    }
  }

  /// The operation ends its block. For an unsupported one its mnemonic says it.
  var isTerminator: Bool {
    switch self {
    case .branch, .conditionalBranch, .switchOn, .ret, .unreachable: true
    case .unsupported(let text):
      UnsupportedInstructions.isTerminator(String(text.prefix { $0 != ":" }))
        || ["br", "switch", "ret"].contains(String(text.prefix { $0 != ":" }))
    default: false
    }
  }

  /// What is wrong with the operands' types, if anything: whoever interprets the operation can
  /// rely on them.
  func fault(returning returnType: IRType) -> String? {
    switch self {
    case .binary(_, let left, _): left.type.isInteger ? nil : "the operands are no integers"
    case .compare(_, let left, _):
      left.type.isInteger || left.type == .pointer ? nil : "the operands cannot be compared"
    case .cast(let cast, let value, let type):
      cast.isValid(from: value.type, to: type) ? nil : "there is no such cast"
    case .select(let condition, let first, let second):
      condition.type != .integer(1) || first.type != second.type ? "operands of wrong types" : nil
    case .alloca(_, let count, let alignment):
      count?.type.isInteger == false || alignment.nonzeroBitCount != 1 ? "wrong operands" : nil
    case .load(let type, let address, _): Self.memoryFault(type, address)
    case .store(let value, let address, _): Self.memoryFault(value.type, address)
    case .elementPointer(let source, let base, let indices):
      Self.elementPointerFault(source, base, indices)
    case .extractValue(let aggregate, let indices):
      aggregate.type.element(along: indices) == nil ? "there is no such element" : nil
    case .insertValue(let aggregate, let element, let indices):
      aggregate.type.element(along: indices) == element.type ? nil : "no such element"
    case .compareExchange(let address, let expected, let new):
      expected.type != new.type || !expected.type.isScalar
        ? "operands of wrong types" : Self.memoryFault(new.type, address)
    case .atomicUpdate(let update, let address, let value):
      value.type.isInteger || update == .xchg && value.type == .pointer
        ? Self.memoryFault(value.type, address) : "the operand is no integer"
    case .conditionalBranch(let condition, _, _):
      condition.type == .integer(1) ? nil : "the condition is no i1"
    case .switchOn(let value, _, _): value.type.isInteger ? nil : "the operand is no integer"
    case .ret(let value):
      value?.type ?? .void == returnType ? nil : "the value is not of the function's type"
    case .phi(let type, _): type == .void ? "a value of type void" : nil
    case .freeze(let value): value.type == .void ? "a value of type void" : nil
    case .lifetime(let address, _): address.type == .pointer ? nil : "the operand is no pointer"
    case .call(let call):
      call.arguments.contains { $0.type == .void } ? "an argument of type void" : nil
    case .fence, .branch, .unreachable, .unsupported: nil
    }
  }

  private static func memoryFault(_ type: IRType, _ address: Operand) -> String? {
    if type == .void { return "a value of type void" }
    return address.type == .pointer ? nil : "the address is no pointer"
  }

  /// The first index counts whole sources; the others lead into the source's type.
  private static func elementPointerFault(
    _ source: IRType, _ base: Operand, _ indices: [Operand]
  ) -> String? {
    if base.type != .pointer { return "the base is no pointer" }
    if indices.contains(where: { !$0.type.isInteger }) { return "an index is no integer" }
    var type = source
    for index in indices.dropFirst() {
      switch type {
      case .array(_, let element): type = element
      case .structure(let fields, _):
        guard case .constant(.integer(let number, _)) = index.value,
          let field = Int(exactly: number), fields.indices.contains(field)
        else { return "there is no such field" }
        type = fields[field]
      default: return "an index into a scalar"
      }
    }
    return nil
  }
}

extension CastOperator {
  fileprivate func isValid(from source: IRType, to target: IRType) -> Bool {
    switch (self, source, target) {
    case (.trunc, .integer(let from), .integer(let to)): from > to
    case (.zext, .integer(let from), .integer(let to)): from < to
    case (.sext, .integer(let from), .integer(let to)): from < to
    case (.ptrtoint, .pointer, .integer), (.inttoptr, .integer, .pointer): true
    case (.bitcast, _, _): source == target && source.isScalar
    default: false
    }
  }
}

extension IRType {
  fileprivate var isInteger: Bool {
    if case .integer = self { return true }
    return false
  }

  fileprivate var isScalar: Bool { isInteger || self == .pointer }

  /// The type of the element that indices lead to; nil if there is none, or no index.
  fileprivate func element(along indices: [Int]) -> IRType? {
    var type: IRType? = indices.isEmpty ? nil : self
    for index in indices { type = type?.element(at: index) }
    return type
  }
}
