// SPDX-License-Identifier: Apache-2.0

import Verifier

/// One drawn case, in full.
public struct DrawnCase: Sendable {
  let machine: MMU
  let spec: String
  let seed: UInt64

  /// Makes a case's view.
  public init(machine: MMU, spec: String, seed: UInt64) {
    var settings = machine.settings
    settings.trapsReads = true
    self.machine = MMU(spec: machine.spec, settings: settings)
    self.spec = spec
    self.seed = seed
  }

  /// What happened in it.
  public func lines(of number: UInt64) async throws -> [String] {
    let report = NativeReport(
      try await machine.draw(spec, seed: seed, cases: number..<number + 1, isVerbose: true))
    let stacks = try await Symbolizer(program: machine.spec)
      .callStacks(report.claims.map(\.addresses))
    var lines = ["case \(number) of \(spec), seed \(seed):"]
    lines += report.inputs.map { "  \($0.name) = \($0.value)" }
    lines += report.notes.map { "  \($0)" }
    for (claim, stack) in zip(report.claims, stacks) {
      let who = claim.evidence.map { "mmu (\($0.rawValue))" } ?? "model"
      lines.append("  \(claim.property.name): \(who): \(claim.message)")
      lines += stack.map { "    \($0.function)  \($0.file ?? "?"):\($0.line ?? 0)" }
    }
    lines += report.differences.map { "  differs: \($0)" }
    if let looked = report.looked {
      lines.append("  \(looked.pages) of \(looked.total) pages of the mapping were looked at")
    }
    if let obstacle = report.obstacle { lines.append("  cannot be shown: \(obstacle)") }
    if let crash = report.crash { lines.append("  crashed: \(crash)") }
    if report.result?.outcome == .rejected {
      let reason = report.rejection ?? "an assumption does not hold"
      lines.append("  no buffer was drawn that the spec admits: \(reason)")
    }
    return lines
  }
}
