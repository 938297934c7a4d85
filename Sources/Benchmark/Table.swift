// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What was measured, a line for each spec.
struct Table {
  static let header =
    "spec                          total s  in Z3 s  share  checks  obligations  longest s"
    + "  Mio units    CV  MiB"

  /// The total time of each spec, by its name.
  private(set) var seconds: [String: Double] = [:]
  private(set) var isStable = true
  private var total = 0.0
  private var inSolver = 0.0
  private var wall = 0.0

  /// More than this much variation of Z3's work is not stable.
  private static let variationLimit = 0.2
  /// Of less work than this the variation says nothing.
  private static let leastWork = 1_000_000.0

  /// Takes the runs of one file, each with another seed.
  mutating func add(_ runs: [Verification]) {
    guard let first = runs.first else { return }
    wall += first.seconds
    let memory = runs.map(\.peakMemoryBytes).max() ?? 0
    for (index, spec) in first.specs.enumerated() {
      let name = spec.name ?? "?"
      let others = runs.map { $0.specs.indices.contains(index) ? $0.specs[index] : nil }
      if others.contains(where: { $0?.status != spec.status }) {
        isStable = false
        print("  ! \(name): whether it has verdicts, and is as expected, depends on the seed")
      }
      guard let effort = spec.effort else {
        print("\(name): \(spec.status)")
        continue
      }
      seconds[name] = effort.seconds
      total += effort.seconds
      inSolver += effort.solverSeconds
      let work = others.compactMap { $0?.effort.map { Double($0.resources) } }
      let variation = Table.variation(work)
      print(Table.line(spec, effort, work, variation, memory))
      if others.contains(where: { $0?.verdicts != spec.verdicts }) {
        isStable = false
        print("  ! its verdicts depend on the seed")
      }
      if let variation, variation > Table.variationLimit, (work.max() ?? 0) >= Table.leastWork {
        isStable = false
        print("  ! Z3's work depends too much on the seed")
      }
    }
  }

  private static func line(
    _ spec: Verification.Spec, _ effort: Verification.Effort, _ work: [Double],
    _ variation: Double?, _ memory: UInt64
  ) -> String {
    let obligations = (spec.properties ?? []).reduce(0) { $0 + $1.obligations }
    let share = effort.seconds > 0 ? 100 * effort.solverSeconds / effort.seconds : 0
    let mean = work.reduce(0, +) / Double(max(1, work.count)) / 1_000_000
    return
      (spec.name ?? "?").padding(toLength: 29, withPad: " ", startingAt: 0)
      + column(effort.seconds, 8, 2) + column(effort.solverSeconds, 9, 2)
      + column(share, 6, 0) + "%" + column(Double(effort.checks), 8, 0)
      + column(Double(obligations), 13, 0) + column(effort.longestCheckSeconds, 11, 2)
      + column(mean, 11, 1) + (variation.map { column(100 * $0, 5, 0) + "%" } ?? "     -")
      + column(Double(memory) / 1_048_576, 5, 0)
  }

  private static func column(_ value: Double, _ width: Int, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    return String(repeating: " ", count: max(1, width - text.count)) + text
  }

  /// The standard deviation by the mean; nil of fewer than two.
  private static func variation(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    if mean == 0 { return 0 }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot() / mean
  }

  /// Prints what all of it took.
  func finish() {
    let share = total > 0 ? 100 * (1 - inSolver / total) : 0
    print(
      String(
        format: "%d specs: %.1f s one after the other, with clang %.1f s; %.0f %% outside of Z3",
        seconds.count, total, wall, share))
  }
}
