// SPDX-License-Identifier: Apache-2.0

import Foundation
import LLVMIR
import SMT
import Testing

@testable import Execution

/// A C file of functions without arguments, of which each is a test.
struct Cases: Sendable {
  let file: String
  private let text: String

  init(_ name: String) {
    let url = Bundle.module.resourceURL?
      .appendingPathComponent("Programs/obligations/\(name).c")
    file = url?.path ?? name
    text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
  }

  /// The functions that a test may call.
  var names: [String] {
    text.split(separator: "\n").compactMap { line in
      line.prefixMatch(of: /u64 (\w+)\(void\)/).map { String($0.1) }
    }
  }

  /// What a function violates, as its line says.
  func expectation(_ name: String) -> Failed? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let begin = lines.firstIndex(where: { $0.hasPrefix("u64 \(name)(void)") }),
      let number = lines[begin...].firstIndex(where: { $0.contains("/* ! ") }),
      let match = lines[number].firstMatch(of: #/! (\w+): (.*) \*\//#)
    else { return nil }
    let property = ["wrap": 1, "bounds": 2, "trap": 3][String(match.1)] ?? 0
    return Failed(property: property, message: String(match.2), file: file, line: number + 1)
  }

  func program() throws -> Program {
    let folder = try Toolchain.scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Toolchain.clang([Toolchain.asIR + ["-o", "cases.ll", file]], in: folder)
    let module = try Toolchain.module(at: folder.appendingPathComponent("cases.ll"))
    return try Program([Program.Unit(module: module, isStrategy: true)])
  }
}

struct ObligationTests {
  static let violations = Cases("violations")
  static let clean = Cases("clean")
  static let violating = Result { try violations.program() }
  static let passing = Result { try clean.program() }

  @Test(arguments: violations.names)
  func aViolationIsFoundAtItsPlace(_ name: String) throws {
    var exploring = try Exploring(Self.violating.get())
    try exploring.explore(name)
    let expected = try #require(Self.violations.expectation(name))
    #expect(exploring.failures.first == expected)
  }

  @Test(arguments: clean.names)
  func itsCounterpartIsClean(_ name: String) throws {
    var exploring = try Exploring(Self.passing.get())
    try exploring.explore(name)
    #expect(exploring.failures == [])
    #expect(!exploring.paths.isEmpty)
    for path in exploring.paths {
      let result = try #require(path.state.result)
      let isOne = exploring.machine.pool.equal(result, Term(1, width: 64))
      let answer = try exploring.solver.check(path.facts + [exploring.machine.pool.not(isOne)])
      #expect(answer == .unsatisfiable)
    }
  }
}
