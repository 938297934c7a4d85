// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT
import Testing

@testable import Execution

/// All runs at once against single ones.
struct SymbolicTests {
  /// A program and the limits of its arguments, so that its runs can all be explored.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var limits: [ClosedRange<UInt64>]
    var testDescription: String { name }

    init(_ name: String, _ limits: ClosedRange<UInt64>...) {
      self.name = name
      self.limits = limits
    }

    /// Calls the program with inputs.
    var wrapper: String {
      let inputs = zip(["a", "b", "c", "d"], limits).map { input, limits in
        "vmc_input(\"\(input)\", ~0UL, \(limits.lowerBound)UL, \(limits.upperBound)UL)"
      }
      return """
        unsigned long vmc_input(const char *, unsigned long, unsigned long, unsigned long);
        unsigned long \(name)(unsigned long, unsigned long, unsigned long, unsigned long);
        unsigned long symbolic(void) { return \(name)(\(inputs.joined(separator: ", "))); }
        """
    }
  }

  static let all: ClosedRange<UInt64> = 0...UInt64.max
  static let cases = [
    Case("widths", all, all, all, all), Case("comparisons", all, all, all, all),
    Case("extension", all, all, all, all), Case("truth", all, all, all, 0...3),
    Case("shifts", all, all, all, all), Case("bitfields", all, all, all, all),
    Case("packed", all, all, all, 0...2), Case("unions", all, all, 14...17, all),
    Case("overlaps", 6...8, 0...3, 7...8, 7...7), Case("structs", all, all, all, all),
    Case("arrays", 0...3, 2...2, 1...2, 5...7), Case("pointers", 0...2, 4...5, all, 0...1),
    Case("functions", 0...5, 0...3, 0...2, all), Case("switches", all, 127...128, 0...0, 0...0),
    Case("gotos", all, 0...1, 0...3, 0...2), Case("loops", 0...0xffff, 0...3, 0...7, 0...0),
    Case("conditions", all, all, 1...1, all), Case("blocks", 1...2, 5...5, 6...7, 7...7),
    Case("globals", 0...5, 0...1, 0...1, 1...2), Case("flexible", 3...5, all, all, 2...4),
    Case("overflow_mixed", all, all, all, all),
    Case("bits", 0...0xff, 0...0xff, 0...0xff, 0...70), Case("extremes", all, all, all, all),
    Case("atomics", all, all, all, all), Case("exchanges", all, 3...4, all, 0...1),
    Case("volatiles", all, 6...8, all, all), Case("bytewise", 0...5, all, all, all),
    Case("lists", all, 8...11, 1...1, all), Case("sorting", 0...2, 0...2, 1...2, 1...1),
    Case("indices", 10...11, 255...256, 3...4, 100...100), Case("phis", all, all, all, 0...1),
    Case("raw", all, all, 0...9, all), Case("statements", 0...9, all, 0...5, 1...2),
  ]

  @Test(arguments: cases)
  func allRunsAreTheSingleRuns(_ test: Case) throws {
    let suite = try Suite.get()
    let wrapper = try Toolchain.modules([test.wrapper])
    let modules = [try #require(suite.modules[test.name])] + wrapper
    let program = try Program(modules.map { Program.Unit(module: $0, isStrategy: true) })
    var exploring = try Exploring(program)
    try exploring.explore("symbolic")
    #expect(exploring.failures == [])
    let native = try suite.native(test.name)
    let inputs = ["a", "b", "c", "d"]

    // The runs' own models.
    for path in exploring.paths.prefix(200) {
      var evaluator = Evaluator(pool: exploring.machine.pool, assignment: path.assignment)
      var values: [String: UInt64] = [:]
      for input in path.state.inputs { values[input.name] = evaluator.value(of: input.term) }
      let result = path.state.result.map { evaluator.value(of: $0) }
      #expect(try program.run("symbolic", values: values) == Run(result: result))
      let a = inputs.map { values[$0] ?? 0 }
      #expect(native(a[0], a[1], a[2], a[3]) == result)
    }

    // Any inputs take one run, and its result is the machine's.
    var random = Randomness(seed: 3)
    for _ in 0..<24 {
      let a = test.limits.map { limits in
        let span = limits.upperBound - limits.lowerBound
        return span == .max ? random.edge() : limits.lowerBound + random.edge() % (span + 1)
      }
      var assignment = Assignment()
      for (number, limits) in test.limits.enumerated() {
        let range = "\(limits.lowerBound)...\(limits.upperBound)"
        assignment.values["\(inputs[number]) in \(range)"] = a[number]
      }
      var evaluator = Evaluator(pool: exploring.machine.pool, assignment: assignment)
      var taken: [Path] = []
      for path in exploring.paths where path.facts.allSatisfy({ evaluator.isTrue($0) }) {
        taken.append(path)
      }
      try #require(taken.count == 1, "\(a)")
      let result = try #require(taken.first?.state.result)
      #expect(evaluator.value(of: result) == native(a[0], a[1], a[2], a[3]), "\(a)")
    }
  }
}
