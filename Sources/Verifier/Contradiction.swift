// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// Something that a run was told to take for granted.
struct Assumption: Hashable, Comparable {
  var file: String
  var line: Int
  /// In its author's words.
  var why: String

  static func < (left: Assumption, right: Assumption) -> Bool {
    (left.file, left.line, left.why) < (right.file, right.line, right.why)
  }

  /// How the user is told of it.
  var words: String { "\(file):\(line): \(why)" }
}

/// Why nothing is left: finds a smallest set of assumptions that keep every run from coming to a
/// point, by leaving out one after the other and searching anew. Where one of them is left out too,
/// some run comes there.
struct Contradiction {
  let program: Program
  let address: UInt64
  let settings: VerifierSettings
  let bounds: Bounds
  /// The spec's own.
  let file: String
  /// Where it is defined.
  let line: Int

  /// More runs than this are not tried for one set.
  private static let pathLimit = 400

  private struct Trial {
    var isReached: Bool
    /// In the order of their first use.
    var assumptions: [Assumption]
  }

  /// Of the spec's own, those that keep runs from a property's point; empty where it is not they
  /// that do.
  func assumptions(against property: Property) throws -> [Assumption] {
    let own = try search(without: [], property).assumptions.filter { $0.file == file }
    guard !own.isEmpty, let trial = try? search(without: Set(own), property), trial.isReached else {
      return []
    }
    return try least(own, property)
  }

  /// Those that keep all runs from any point, by their places.
  func assumptions() throws -> [Assumption] {
    let trial = try search(without: [], nil)
    return trial.isReached ? [] : try least(trial.assumptions, nil)
  }

  private func least(_ candidates: [Assumption], _ property: Property?) throws -> [Assumption] {
    var dropped: Set<Assumption> = []
    var kept: [Assumption] = []
    var agenda = candidates
    var known = Set(agenda)
    while !agenda.isEmpty {
      let next = agenda.removeFirst()
      guard let trial = try? search(without: dropped.union([next]), property) else {
        // Without it the model itself does not go on.
        kept.append(placed(next))
        continue
      }
      if trial.isReached {
        kept.append(placed(next))
      } else {
        dropped.insert(next)
        // Some are made only where others do not end the run before.
        agenda += trial.assumptions.filter {
          (property == nil || $0.file == file) && known.insert($0).inserted
        }
      }
    }
    return kept.sorted()
  }

  /// What the model takes from the spec's fields is the spec's.
  private func placed(_ assumption: Assumption) -> Assumption {
    guard assumption.why.contains("the spec's") else { return assumption }
    return Assumption(file: file, line: line, why: assumption.why)
  }

  private func search(
    without dropped: Set<Assumption>, _ property: Property?
  ) throws -> Trial {
    try Task.checkCancellation()
    let pool = TermPool()
    let machine = Machine(
      program: program, pool: pool,
      settings: MachineSettings(
        bounds: [UInt64(bounds.ranges), UInt64(bounds.pages ?? 0)], unwindLimit: 600,
        properties: .contract))
    let solver = try Solver(pool: pool, budget: settings.budget)
    settings.onSolver?(solver.interrupter)
    var explorer = Explorer(
      machine: machine, solver: solver, properties: [], stopsAtUnwinding: false,
      pathLimit: Contradiction.pathLimit)
    explorer.dropped = dropped
    explorer.goal = property.map { [$0.rawValue] }
    try explorer.explore(try machine.begin("vmc_main", [address]))
    let reached = explorer.result.reached
    return Trial(
      isReached: property.map { reached.contains($0.rawValue) } ?? !reached.isEmpty,
      assumptions: explorer.result.assumed)
  }
}

extension Explorer {
  /// Notes an assumption where they are told apart; whether it is one that is left out.
  mutating func leavesOut(_ why: String, _ run: Run) -> Bool {
    guard let dropped, !why.isEmpty, let site = machine.lastSite(run.state) else { return false }
    let assumption = Assumption(
      file: site.file ?? site.function, line: site.line ?? 0, why: why)
    if !result.assumed.contains(assumption) { result.assumed.append(assumption) }
    return dropped.contains(assumption)
  }
}
