// SPDX-License-Identifier: Apache-2.0

/// A loop of the strategy, by the block that every round begins with.
public struct LoopName: Hashable, Sendable {
  /// The function's number in the program.
  var function: Int
  var block: Int
}

/// What runs have been through of the strategy.
public struct Coverage: Sendable {
  /// The functions that were called, by their numbers.
  var functions: Set<Int> = []
  /// The loops of which a round was gone through to its end.
  var loops: Set<LoopName> = []

  /// Nothing so far.
  public init() {}

  /// Adds what another run has been through.
  public mutating func formUnion(_ other: Coverage) {
    functions.formUnion(other.functions)
    loops.formUnion(other.loops)
  }

  /// Leaves out the functions that others did not call.
  public mutating func keepFunctions(of other: Coverage) {
    functions.formIntersection(other.functions)
  }
}

extension Machine {
  /// Notes that a call begins.
  func noteCall(of function: Int, _ state: inout State) {
    if program.code[function].isStrategy { state.coverage.functions.insert(function) }
  }

  /// Notes that a jump ends a round of a loop, if it does.
  func noteRound(from previous: Int, to block: Int, of function: Int, _ state: inout State) {
    let code = program.code[function]
    guard code.isStrategy, code.loops.bodies[block]?.contains(previous) == true else { return }
    state.coverage.loops.insert(LoopName(function: function, block: block))
  }

  /// The loops of functions that were called of which no round was gone through to its end, in the
  /// program's order.
  public func loops(notIn coverage: Coverage) -> [LoopName] {
    coverage.functions.sorted().flatMap { function in
      program.code[function].loops.bodies.keys.sorted()
        .map { LoopName(function: function, block: $0) }
        .filter { !coverage.loops.contains($0) }
    }
  }

  /// Where a loop begins.
  public func site(of loop: LoopName) -> CallSite {
    let code = program.code[loop.function]
    let steps = code.blocks?[loop.block] ?? []
    return CallSite(
      function: code.name, location: steps.lazy.compactMap(\.location).first ?? code.location)
  }
}
