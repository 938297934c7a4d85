// SPDX-License-Identifier: Apache-2.0

extension Operation {
  /// Every value that the operation takes, addresses and callees included.
  public var operands: [Operand] {
    switch self {
    case .binary(_, let a, let b), .compare(_, let a, let b): [a, b]
    case .cast(_, let a, _), .freeze(let a), .extractValue(let a, _): [a]
    case .select(let condition, let a, let b): [condition, a, b]
    case .alloca(_, let count, _): [count].compactMap { $0 }
    case .load(_, let address, _), .lifetime(let address, _): [address]
    case .store(let value, let address, _): [value, address]
    case .elementPointer(_, let base, let indices): [base] + indices
    case .insertValue(let aggregate, let element, _): [aggregate, element]
    case .call(let call): call.operands
    case .phi(_, let incoming): incoming.map(\.value)
    case .compareExchange(let address, let expected, let new): [address, expected, new]
    case .atomicUpdate(_, let address, let value): [address, value]
    case .conditionalBranch(let value, _, _), .switchOn(let value, _, _): [value]
    case .ret(let value): [value].compactMap { $0 }
    case .fence, .branch, .unreachable, .unsupported: []
    }
  }
}

extension Call {
  fileprivate var operands: [Operand] {
    if case .indirect(let operand) = callee { return [operand] + arguments }
    return arguments
  }
}
