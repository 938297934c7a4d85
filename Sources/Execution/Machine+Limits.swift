// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// What the semantics has less of than a kernel: where it matters, nothing is proved, or the run is
/// refused.
extension Machine {
  /// Of an unknown number of calls only the last is explored, and static variables know of the
  /// others.
  func check(_ staticVariables: [String]) throws(Interruption) {
    guard settings.cutsLoops, !staticVariables.isEmpty else { return }
    let names = staticVariables.joined(separator: ", ")
    throw .failure(
      "what static variables (\(names)) keep from one call to the next is not explored")
  }

  /// THREAD_SIZE, of x86-64 without KASAN (arch/x86/include/asm/page_64_types.h).
  private static let stackBytes = 16384

  /// What is there on entry to a strategy, and what smaller variables take, is not counted.
  func checkStack(_ bytes: Int, _ state: State) throws(Interruption) {
    guard bytes >= 1024 else { return }
    let others = state.memory.stack.reduce(0) { $0 + Int($1.size.constant ?? 0) }
    guard bytes + others > Machine.stackBytes else { return }
    throw .failure(
      "local variables take \(bytes + others) bytes here: a kernel's stack has "
        + "\(Machine.stackBytes)")
  }

  // MARK: Addresses of objects

  /// An object has one address here, and in a kernel any that is aligned: of what goes by its bits,
  /// or by which of two objects comes first, nothing is proved.
  func checkAddresses(_ step: Step, _ state: inout State) throws(Interruption) {
    guard let frame = state.frames.last, program.code[frame.function].isStrategy,
      let name = try lookedAt(step.action, state)
    else { return }
    if settings.cutsLoops {
      throw .failure("the strategy goes by the address of \(name), which may be another one")
    }
    let why = "objects of memory lie where the model has them"
    if !state.assumptions.contains(why) { state.assumptions.append(why) }
  }

  /// The object whose address a step goes by; nil for what holds wherever it lies.
  private func lookedAt(_ action: Action, _ state: State) throws(Interruption) -> String? {
    switch action {
    case .resize(let source, let width, _):
      return width < 64 ? addressed(try term(source, state), state)?.name : nil
    case .binary(.add, _, _): return nil
    case .binary(let op, let a, let b):
      let (left, right) = (try term(a, state), try term(b, state))
      let (first, second) = (addressed(left, state), addressed(right, state))
      if op == .sub, second == nil || first?.base == second?.base { return nil }
      if op == .and, min(left.constant ?? .max, right.constant ?? .max) < Machine.alignment {
        return nil
      }
      return (first ?? second)?.name
    case .compare(let comparison, let a, let b):
      let (left, right) = (try term(a, state), try term(b, state))
      let (first, second) = (addressed(left, state), addressed(right, state))
      guard let object = first ?? second, first?.base != second?.base else { return nil }
      // NULL, ZERO_SIZE_PTR and errors are no addresses of objects.
      if first == nil && left.constant != nil || second == nil && right.constant != nil {
        return nil
      }
      if comparison == .eq || comparison == .ne {
        // Two that are there at once do not lie in one place.
        let isReused =
          first.map { $0.life != .alive } ?? false || second.map { $0.life != .alive } ?? false
        return isReused ? object.name : nil
      }
      return object.name
    default: return nil
    }
  }

  /// ARCH_KMALLOC_MINALIGN and that of a local variable, in bytes.
  private static let alignment: UInt64 = 8

  private func addressed(_ term: Term, _ state: State) -> MemoryObject? {
    guard term.width == 64 else { return nil }
    let address = term.constant ?? pool.range(of: term).lowerBound
    guard address >= Memory.heapBase else { return nil }
    return state.memory.find(address).map { state.memory[$0] }
  }
}
