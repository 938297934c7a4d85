// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// The search for proofs: all buffers at once, every loop by an invariant. Only what it finds no
/// violation of means anything: a violation may be one that no real run comes to.
struct Proof {
  let exploration: Exploration
  let effort: Effort
  /// Why there is no proof at all; nil where the search came to its end.
  let failure: String?
  /// What it rests on; nil where that was not asked for.
  let log: ProofLog?
  /// The terms of the log.
  let pool: TermPool

  /// Searches.
  init(program: Program, address: UInt64, settings: VerifierSettings) throws {
    let pool = TermPool()
    let machine = Machine(
      program: program, pool: pool,
      settings: MachineSettings(
        bounds: [0, 0], unwindLimit: Proof.unwindLimit, properties: .contract, cutsLoops: true))
    let solver = try Solver(pool: pool, budget: settings.budget)
    settings.onSolver?(solver.interrupter)
    var explorer = Explorer(
      machine: machine, solver: solver, properties: settings.properties, stopsAtUnwinding: true,
      pathLimit: Proof.pathLimit)
    explorer.resourceLimit = Proof.resourceLimit
    log = settings.keepsRecords ? ProofLog() : nil
    explorer.log = log
    solver.onRefutation = log?.add
    self.pool = pool
    var failure: String?
    do {
      try explorer.explore(try machine.begin("vmc_main", [address]))
    } catch let error as ExecutionError {
      failure = error.message
    }
    exploration = explorer.result
    effort = Effort(explorer.result.effort, solver, pool)
    self.failure = failure ?? explorer.result.incomplete
  }

  /// Rounds of a loop that a constant ends.
  private static let unwindLimit = 4096
  /// More runs than this are not told apart.
  private static let pathLimit = 5000

  /// Z3's resource units for the whole search: the same on every machine.
  private static let resourceLimit: UInt64 = 40_000_000

  /// Of these properties, those that hold for every buffer.
  func proved(_ properties: Set<Property>) -> Set<Property> {
    failure == nil ? properties.filter { whyNot($0) == nil } : []
  }

  /// Why a property is not proved; nil if it is.
  func whyNot(_ property: Property) -> String? {
    if let reason = exploration.unknowns[property] { return reason }
    guard let violation = exploration.violations[property] else { return failure }
    let site = violation.obligation.callStack.first { $0.file?.contains("model/") == false }
    let place = site.flatMap { site in site.file.map { "\($0):\(site.line ?? 0): " } } ?? ""
    return "\(place)\(violation.obligation.message), for all that the invariants say"
  }
}

extension Effort {
  /// What an exploration has cost, its solver included.
  init(_ exploration: Effort, _ solver: Solver, _ pool: TermPool) {
    self = exploration
    solverTime = solver.statistics.time
    longestCheck = solver.statistics.longest
    checks = solver.statistics.checks
    resources = solver.statistics.resources
    reused = solver.statistics.reused
    terms = pool.count
  }

  /// Adds what another search has cost.
  mutating func add(_ other: Effort) {
    solverTime += other.solverTime
    longestCheck = max(longestCheck, other.longestCheck)
    checks += other.checks
    resources += other.resources
    reused += other.reused
    paths += other.paths
    steps += other.steps
    terms += other.terms
  }
}
