// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Turns constants into values; addresses are known once the modules are linked.
struct ConstantLowering {
  let linker: Linker
  let module: Int

  /// A first-class value.
  func value(_ constant: Constant, _ type: IRType) throws(ExecutionError) -> Value {
    switch (constant, type) {
    case (.undefined, _): return .undefined
    case (.zero, .array(let count, let element)):
      return .aggregate(Array(repeating: try value(.zero, element), count: count))
    case (.zero, .structure(let fields, _)):
      var values: [Value] = []
      for field in fields { values.append(try value(.zero, field)) }
      return .aggregate(values)
    case (.aggregate(let elements), _):
      var values: [Value] = []
      for element in elements { values.append(try value(element.value, element.type)) }
      return .aggregate(values)
    default: return .term(try scalar(constant, type))
    }
  }

  /// A scalar constant.
  func scalar(_ constant: Constant, _ type: IRType) throws(ExecutionError) -> Term {
    let width = try Lowering.width(type)
    switch constant {
    case .integer(let bits, _): return Term(bits, width: width)
    case .null, .zero: return Term(0, width: width)
    case .global(let name):
      guard let address = linker.address(name, module: module) else {
        throw ExecutionError(
          "\(name) is declared but the model of the kernel does not have it")
      }
      return Term(address, width: 64)
    case .elementPointer(let source, let base, let indices):
      return try elementPointer(source, base, indices)
    case .cast(let op, let operand, _):
      let pool = TermPool()
      let term = try scalar(operand.value, operand.type)
      return op == .sext ? pool.signExtend(term, to: width) : pool.resize(term, to: width)
    case .binary(let op, let a, let b):
      let pool = TermPool()
      return pool.apply(
        op, try scalar(a.value, a.type), try scalar(b.value, b.type))
    case .undefined, .aggregate:
      throw ExecutionError("a constant that is no number: \(constant)")
    default:
      throw ExecutionError("unsupported constant: \(constant)")
    }
  }

  private func elementPointer(
    _ source: IRType, _ base: TypedConstant, _ indices: [TypedConstant]
  ) throws(ExecutionError) -> Term {
    var values: [Int] = []
    for index in indices {
      let term = try scalar(index.value, index.type)
      values.append(Int(truncatingIfNeeded: TermPool().signExtend(term, to: 64).constant ?? 0))
    }
    var address = try scalar(base.value, base.type).constant ?? 0
    address &+= try Lowering.constantOffset(source, values)
    return Term(address, width: 64)
  }

  /// Writes a constant into an object's cells, which ascend; gaps read as zero.
  func fill(
    _ cells: inout [Cell], _ type: IRType, _ constant: Constant, at offset: Int
  ) throws(ExecutionError) {
    switch (constant, type) {
    case (.zero, _), (.undefined, _): return
    case (.aggregate(let elements), .structure):
      guard let offsets = type.fieldOffsets, offsets.count == elements.count else {
        throw ExecutionError("a constant does not fit its type")
      }
      for (element, position) in zip(elements, offsets) {
        try fill(&cells, element.type, element.value, at: offset + position)
      }
    case (.aggregate(let elements), .array(_, let elementType)):
      guard let stride = elementType.allocSize else { throw ExecutionError("no size") }
      for (number, element) in elements.enumerated() {
        try fill(&cells, element.type, element.value, at: offset + number * stride)
      }
    default:
      let term = try scalar(constant, type)
      let bytes = try Lowering.bytes(type)
      let stored = TermPool().zeroExtend(term, to: 8 * bytes)
      cells.append(Cell(offset: offset, size: bytes, value: stored))
    }
  }
}

extension TermPool {
  /// The result of a two-operand instruction.
  func apply(_ op: BinaryOperator, _ a: Term, _ b: Term) -> Term {
    switch op {
    case .add: add(a, b)
    case .sub: sub(a, b)
    case .mul: mul(a, b)
    case .udiv: udiv(a, b)
    case .sdiv: sdiv(a, b)
    case .urem: urem(a, b)
    case .srem: srem(a, b)
    case .shl: shl(a, b)
    case .lshr: lshr(a, b)
    case .ashr: ashr(a, b)
    case .and: and(a, b)
    case .or: or(a, b)
    case .xor: xor(a, b)
    }
  }

  /// The truth of a comparison.
  func apply(_ comparison: Comparison, _ a: Term, _ b: Term) -> Term {
    switch comparison {
    case .eq: equal(a, b)
    case .ne: not(equal(a, b))
    case .ult: less(a, b)
    case .ule: lessOrEqual(a, b)
    case .ugt: less(b, a)
    case .uge: lessOrEqual(b, a)
    case .slt: lessSigned(a, b)
    case .sle: not(lessSigned(b, a))
    case .sgt: lessSigned(b, a)
    case .sge: not(lessSigned(a, b))
    }
  }
}
