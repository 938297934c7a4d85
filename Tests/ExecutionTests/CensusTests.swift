// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import Testing

@testable import Execution

/// What the differential suite's programs consist of: nothing of the semantics goes unrun.
struct CensusTests {
  private static func census() throws -> Set<String> {
    let suite = try Suite.get()
    var found: Set<String> = []
    for module in suite.modules.values {
      for function in module.functions.values {
        for block in function.blocks {
          for instruction in block.instructions { found.formUnion(names(instruction.operation)) }
        }
      }
    }
    return found
  }

  private static func names(_ operation: Operation) -> [String] {
    switch operation {
    case .binary(let op, _, _): ["binary \(op)"]
    case .compare(let comparison, _, _): ["compare \(comparison)"]
    case .cast(let op, _, _): ["cast \(op)"]
    case .atomicUpdate(let op, _, _): ["atomic \(op)"]
    case .lifetime(_, let begins): [begins ? "lifetime begins" : "lifetime ends"]
    case .call(let call): names(call)
    case .select: ["select"]
    case .alloca: ["alloca"]
    case .load(_, _, let isVolatile): [isVolatile ? "volatile load" : "load"]
    case .store(_, _, let isVolatile): [isVolatile ? "volatile store" : "store"]
    case .elementPointer: ["elementPointer"]
    case .extractValue: ["extractValue"]
    case .insertValue: ["insertValue"]
    case .phi: ["phi"]
    case .compareExchange: ["compareExchange"]
    case .fence: ["fence"]
    case .freeze: ["freeze"]
    case .branch: ["branch"]
    case .conditionalBranch: ["conditionalBranch"]
    case .switchOn: ["switchOn"]
    case .ret(let value): [value == nil ? "ret void" : "ret"]
    case .unreachable: ["unreachable"]
    case .unsupported(let text): ["unsupported \(text)"]
    }
  }

  private static func names(_ call: Call) -> [String] {
    let byValue = call.byValue.contains { $0 != nil } ? ["call byval"] : []
    switch call.callee {
    case .named(let name) where name.hasPrefix("llvm."):
      let parts = name.split(separator: ".").dropFirst()
      let stem = parts.prefix { $0.wholeMatch(of: /[ip]\d+/) == nil }
      return byValue + ["llvm." + stem.joined(separator: ".")]
    case .named: return byValue + ["call"]
    case .indirect: return byValue + ["call indirect"]
    case .assembly: return byValue + ["assembly"]
    }
  }

  @Test func everyOperatorOccurs() throws {
    let found = try Self.census()
    #expect(BinaryOperator.allCases.map { "binary \($0)" }.filter { !found.contains($0) } == [])
    #expect(Comparison.allCases.map { "compare \($0)" }.filter { !found.contains($0) } == [])
    #expect(AtomicOperator.allCases.map { "atomic \($0)" }.filter { !found.contains($0) } == [])
    // Between pointers, which are opaque, clang prints no bitcast.
    let casts = CastOperator.allCases.filter { $0 != .bitcast }
    #expect(casts.map { "cast \($0)" }.filter { !found.contains($0) } == [])
  }

  @Test(arguments: [
    "select", "alloca", "load", "volatile load", "store", "volatile store", "elementPointer",
    "extractValue", "insertValue", "phi", "compareExchange", "fence", "freeze", "branch",
    "conditionalBranch", "switchOn", "ret", "ret void", "call", "call byval", "call indirect",
  ])
  func everyInstructionOccurs(_ name: String) throws {
    #expect(try Self.census().contains(name))
  }

  @Test(arguments: [
    "memcpy", "memmove", "memset", "uadd.with.overflow", "usub.with.overflow",
    "umul.with.overflow", "sadd.with.overflow", "ssub.with.overflow", "smul.with.overflow",
    "ctpop", "ctlz", "cttz", "bswap", "bitreverse", "fshl", "fshr", "abs", "umin", "umax", "smin",
    "smax", "expect",
  ])
  func everyIntrinsicOccurs(_ name: String) throws {
    #expect(try Self.census().contains("llvm.\(name)"))
  }

  @Test func nothingUnsupportedOccurs() throws {
    #expect(try Self.census().filter { $0.hasPrefix("unsupported") } == [])
  }
}
