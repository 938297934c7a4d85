// SPDX-License-Identifier: Apache-2.0

/// A loop of the strategy, by the block that every round begins with.
public struct LoopName: Hashable, Sendable {
  /// The function's number in the program.
  var function: Int
  var block: Int
}

/// A line of a function's text.
public struct CodeLine: Hashable, Sendable {
  /// The function's name.
  public var function: String
  /// From 1, in the file that has the text.
  public var line: Int

  /// Makes a line.
  public init(function: String, line: Int) {
    self.function = function
    self.line = line
  }
}

/// What runs have been through of the strategy.
public struct Coverage: Sendable {
  /// The functions that were called, by their numbers.
  var functions: Set<Int> = []
  /// The loops of which a round was gone through to its end.
  var loops: Set<LoopName> = []
  /// By the function's number: its blocks.
  var blocks: [Int: Set<Int>] = [:]

  /// Nothing so far.
  public init() {}

  /// Adds what another run has been through.
  public mutating func formUnion(_ other: Coverage) {
    functions.formUnion(other.functions)
    loops.formUnion(other.loops)
    blocks.merge(other.blocks) { $0.union($1) }
  }

  /// Leaves out the functions that others did not call.
  public mutating func keepFunctions(of other: Coverage) {
    functions.formIntersection(other.functions)
  }
}

extension Machine {
  /// Notes that a call begins.
  func noteCall(of function: Int, _ state: inout State) {
    guard program.code[function].isStrategy else { return }
    state.coverage.functions.insert(function)
    state.coverage.blocks[function, default: []].insert(0)
  }

  /// Notes that a block begins, and where the jump there ends a round of a loop, that.
  func noteJump(from previous: Int, to block: Int, of function: Int, _ state: inout State) {
    let code = program.code[function]
    guard code.isStrategy else { return }
    state.coverage.blocks[function, default: []].insert(block)
    guard code.loops.bodies[block]?.contains(previous) == true else { return }
    state.coverage.loops.insert(LoopName(function: function, block: block))
  }

  /// The lines of the strategy's functions that no run has come by; those that clang has made no
  /// step of are not among them.
  public func lines(notIn coverage: Coverage) -> Set<CodeLine> {
    var passed: Set<CodeLine> = []
    var all: Set<CodeLine> = []
    for (function, code) in program.code.enumerated() where code.isStrategy {
      for (block, steps) in (code.blocks ?? []).enumerated() {
        let lines = steps.lazy.compactMap(\.location).map {
          CodeLine(function: code.name, line: $0.line)
        }
        all.formUnion(lines)
        if coverage.blocks[function]?.contains(block) == true { passed.formUnion(lines) }
      }
    }
    return all.subtracting(passed)
  }

  /// The names of the functions that were called.
  public func functions(in coverage: Coverage) -> Set<String> {
    Set(coverage.functions.map { program.code[$0].name })
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
