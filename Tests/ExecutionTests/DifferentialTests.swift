// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import Testing

@testable import Execution

/// The interpreter against the machine: the same C, the same inputs, the same results.
struct DifferentialTests {
  @Test(arguments: Suite.names)
  func resultsAreThoseOfTheMachine(_ name: String) throws {
    let suite = try Suite.get()
    let program = try Program([
      Program.Unit(module: try #require(suite.modules[name]), isStrategy: true)
    ])
    let native = try suite.native(name)
    let optimized = try suite.optimized(name)
    var random = Randomness(seed: 1)
    for _ in 0..<64 {
      let a = random.tuple()
      let run = try program.run(name, a)
      let expected = native(a[0], a[1], a[2], a[3])
      try #require(expected == optimized(a[0], a[1], a[2], a[3]), "the program is undefined: \(a)")
      try #require(run == Run(result: expected), "\(name)\(a)")
    }
  }

  @Test(arguments: Suite.names)
  func arithmeticWrapsWhereTheMachineSaysSo(_ name: String) throws {
    let suite = try Suite.get()
    let program = try Program([
      Program.Unit(module: try #require(suite.sanitized[name]), isStrategy: true)
    ])
    var random = Randomness(seed: 2)
    for _ in 0..<16 {
      let a = random.tuple()
      let expected = try suite.counted(name, a)
      let run = try program.run(name, a)
      try #require(run == expected, "\(name)\(a)")
    }
  }

  @Test func aDivisionThatOverflowsIsToldAndTraps() throws {
    let program = try Toolchain.program(
      "long f(long a, long b) { return (int)a / (int)b; }", options: Toolchain.sanitizers)
    let least: UInt64 = 0xffff_ffff_8000_0000
    let run = try program.run("f", [least, .max])
    #expect(run.wraps == ["a division overflows"])
    #expect(run.failure?.message == "a division overflows")
    #expect(run.failure?.property == SemanticProperties.numbered.trap)
    #expect(try program.run("f", [least + 1, .max]) == Run(result: 0x7fff_ffff))
  }

  @Test func thereAreManyPrograms() {
    #expect(Suite.names.count >= 30)
  }
}
