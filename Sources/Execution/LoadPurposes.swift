// SPDX-License-Identifier: Apache-2.0

import LLVMIR

/// Why the loads of a function are there. clang loads more than the C reads: the neighbours of a
/// bit-field that is stored, and a struct's padding where the struct goes through registers.
struct LoadPurposes {
  private let names: [String]
  /// Loads whose bits are stored again beside a bit-field's new value.
  private var kept: Set<Int> = []
  /// Where addresses point to: into a local struct, at an offset.
  private var places: [Int: (type: IRType, offset: Int)] = [:]
  /// Local variables that only hold a struct on its way into registers.
  private var transits: Set<Int> = []

  init(_ function: Function) {
    names = function.registerNames
    for block in function.blocks {
      noteAddresses(block)
      noteKept(block)
    }
  }

  func unwritten(_ instruction: Instruction) -> Unwritten {
    guard let result = instruction.result,
      case .load(let type, let address, _) = instruction.operation
    else { return .isViolation }
    if kept.contains(result) { return .isAnything }
    if name(result).hasPrefix("bf.load") { return .isViolationAlone }
    return isCoerced(type, address) ? .isAnything : .isViolation
  }

  private func name(_ register: Int) -> String {
    names.indices.contains(register) ? names[register] : ""
  }

  // MARK: Bit-fields

  /// `bf.load` → and (`bf.clear`) → or (`bf.set`).
  private mutating func noteKept(_ block: Block) {
    var cleared: [Int: Int] = [:]
    for instruction in block.instructions {
      guard let result = instruction.result else { continue }
      switch instruction.operation {
      case .binary(.and, let a, _):
        if case .register(let load) = a.value, name(load).hasPrefix("bf.load") {
          cleared[result] = load
        }
      case .binary(.or, let a, _) where name(result).hasPrefix("bf.set"):
        if case .register(let mask) = a.value, let load = cleared[mask] { kept.insert(load) }
      default: break
      }
    }
  }

  // MARK: Structs in registers

  private mutating func noteAddresses(_ block: Block) {
    for instruction in block.instructions {
      guard let result = instruction.result else { continue }
      switch instruction.operation {
      case .alloca(let type, nil, _), .alloca(let type, .some, _):
        if case .structure = type { places[result] = (type, 0) }
        if name(result).contains(".coerce") { transits.insert(result) }
      case .elementPointer(let source, let base, let indices):
        noteElement(result, source, base, indices)
      default: break
      }
    }
  }

  private mutating func noteElement(
    _ result: Int, _ source: IRType, _ base: Operand, _ indices: [Operand]
  ) {
    guard case .register(let object) = base.value else { return }
    if transits.contains(object) { transits.insert(result) }
    guard let place = places[object] else { return }
    var numbers: [Int] = []
    for index in indices {
      guard case .constant(.integer(let value, _)) = index.value else { return }
      numbers.append(Int(truncatingIfNeeded: value))
    }
    guard let offset = try? Lowering.constantOffset(source, numbers) else { return }
    places[result] = (place.type, place.offset &+ Int(truncatingIfNeeded: offset))
  }

  /// No scalar of the struct lies there with that size: the load takes several, or padding.
  private func isCoerced(_ type: IRType, _ address: Operand) -> Bool {
    guard case .register(let register) = address.value, let size = type.storeSize else {
      return false
    }
    if transits.contains(register) { return true }
    guard case .integer = type, let place = places[register] else { return false }
    guard let scalar = scalarSize(of: place.type, at: place.offset) else { return true }
    return scalar < size
  }

  /// How large the scalar at an offset is; nil where none begins there.
  private func scalarSize(of type: IRType, at offset: Int) -> Int? {
    switch type {
    case .structure(let fields, _):
      guard let offsets = type.fieldOffsets else { return nil }
      for (field, position) in zip(fields, offsets) {
        guard let size = field.allocSize, offset >= position, offset < position + size else {
          continue
        }
        return scalarSize(of: field, at: offset - position)
      }
      return nil
    case .array(_, let element):
      guard let stride = element.allocSize, stride > 0 else { return nil }
      return scalarSize(of: element, at: offset % stride)
    default: return offset == 0 ? type.storeSize : nil
    }
  }
}
