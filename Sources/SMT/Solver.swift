// SPDX-License-Identifier: Apache-2.0

import CZ3

/// What a check came to.
public enum Satisfiability: Sendable, Equatable {
  case satisfiable(Assignment)
  case unsatisfiable
  /// With Z3's own reason, for example "max. resource limit exceeded".
  case unknown(reason: String)
}

/// How much work a check may take. The work is counted by Z3, so that the same check comes to the
/// same end on every machine.
public struct Budget: Sendable, Hashable {
  /// Z3's resource units for one check; 0 for no limit.
  public var resources: UInt32
  /// A safety net, in milliseconds, for work that Z3 does not count.
  public var milliseconds: UInt32
  /// The most memory for all of Z3, in MiB; 0 for no limit.
  public var megabytes: UInt32
  /// The seed of every random choice.
  public var seed: UInt32

  /// Makes a budget.
  public init(
    resources: UInt32 = 8_000_000, milliseconds: UInt32 = 600_000, megabytes: UInt32 = 0,
    seed: UInt32 = 0
  ) {
    self.resources = resources
    self.milliseconds = milliseconds
    self.megabytes = megabytes
    self.seed = seed
  }
}

/// What the checks of a solver have cost.
public struct SolverStatistics: Sendable, Equatable {
  /// How many checks there were.
  public var checks = 0
  /// How many of them were settled by earlier ones.
  public var reused = 0
  /// How many of them the integers did not decide.
  public var bitChecks = 0
  /// The time for all of them.
  public var time = Duration.zero
  /// Z3's resource units for all of them.
  public var resources: UInt64 = 0
  /// The longest check.
  public var longest = Duration.zero

  /// Makes statistics of nothing.
  public init() {}
}

/// Checks lists of facts over the terms of one pool. A solver belongs to one task.
///
/// A check asks the integers first, and the bits where these do not decide. A check of bits starts
/// afresh: on the formulas of this tool, preprocessing a whole formula (substitution, unconstrained
/// terms) and one run of the SAT solver beat Z3 4.8.12's incremental bit-vector solver sixfold.
public final class Solver {
  private let context: Z3Context
  private let tactic: Z3_tactic
  private let budget: Budget
  private let pool: TermPool
  private var translation: Translation
  private let integers: IntegerSolver
  private var bitResources: UInt64 = 0
  private var cache = AnswerCache()
  private var topics: [String: Topic] = [:]
  private var unknownReason = "no answer"
  /// What the checks have cost so far.
  public private(set) var statistics = SolverStatistics()
  /// Is handed the facts of each check that found them not to hold together, however it did; of
  /// these only some that cannot, where that is known.
  public var onRefutation: (([Term]) -> Void)?

  private static let steps = [
    "simplify", "propagate-values", "solve-eqs", "elim-uncnstr", "simplify", "bit-blast", "sat",
  ]

  /// Makes a solver for quantifier-free bit-vectors.
  public init(pool: TermPool, budget: Budget) throws(SolverError) {
    if budget.megabytes > 0 {
      Z3_global_param_set("memory_max_size", String(budget.megabytes))
    }
    context = try Z3Context()
    self.pool = pool
    translation = Translation(context: context, pool: pool)
    tactic = try Solver.makeTactic(context)
    self.budget = budget
    integers = try IntegerSolver(context: context, pool: pool, budget: budget)
  }

  deinit {
    Z3_tactic_dec_ref(context.handle, tactic)
  }

  private static func makeTactic(_ context: Z3Context) throws(SolverError) -> Z3_tactic {
    let z3 = context.handle
    var whole: Z3_tactic?
    for name in steps {
      let step = try context.checked(Z3_mk_tactic(z3, name))
      Z3_tactic_inc_ref(z3, step)
      guard let before = whole else {
        whole = step
        continue
      }
      let joined = try context.checked(Z3_tactic_and_then(z3, before, step))
      Z3_tactic_inc_ref(z3, joined)
      Z3_tactic_dec_ref(z3, before)
      Z3_tactic_dec_ref(z3, step)
      whole = joined
    }
    return try context.checked(whole)
  }

  static func makeParameters(
    _ context: Z3Context, _ budget: Budget, resources: UInt32
  ) throws(SolverError) -> Z3_params {
    let z3 = context.handle
    let parameters = try context.checked(Z3_mk_params(z3))
    Z3_params_inc_ref(z3, parameters)
    // Z3's own SIGINT handler would take Ctrl-C from the process and call the check unknown.
    Z3_params_set_bool(z3, parameters, Z3_mk_string_symbol(z3, "ctrl_c"), false)
    let values = [
      ("rlimit", resources), ("timeout", budget.milliseconds),
      ("random_seed", budget.seed),
    ]
    for (name, value) in values {
      Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, name), value)
    }
    try context.check()
    return parameters
  }

  /// Ends a check from another task.
  public var interrupter: Interrupter { Interrupter(context: context) }

  /// The version of Z3.
  public static var version: String { Z3Context.version }

  /// Whether all facts can hold together with the ranges of their symbols.
  ///
  /// - Parameters:
  ///   - facts: of width 1 each.
  ///   - witness: satisfies all facts but the last. An answer that differs from it only in that
  ///     fact's symbols is looked for first.
  ///   - isThorough: goes to the end of the budget; else what takes long is unknown.
  ///   - topic: names what is asked. What settled the last check of a topic is tried first; no answer
  ///     depends on it but whether there is one within the budget.
  /// - Throws: `SolverError` where Z3 failed; what it printed is then no answer.
  public func check(
    _ facts: [Term], near witness: Assignment? = nil, isThorough: Bool = true,
    topic: String? = nil
  ) throws(SolverError) -> Satisfiability {
    let answer = try settle(facts, near: witness, isThorough, topic)
    if case .unsatisfiable = answer, let onRefutation {
      onRefutation(cache.core(of: facts) ?? facts)
    }
    return answer
  }

  private func settle(
    _ facts: [Term], near witness: Assignment?, _ isThorough: Bool, _ topic: String?
  ) throws(SolverError) -> Satisfiability {
    if facts.contains(where: \.isFalse) { return .unsatisfiable }
    statistics.checks += 1
    let begin = ContinuousClock().now
    defer {
      let elapsed = ContinuousClock().now - begin
      statistics.time += elapsed
      statistics.longest = max(statistics.longest, elapsed)
      // Z3 counts for the whole of a context.
      statistics.resources = max(integers.spent, bitResources)
    }
    if cache.core(of: facts) != nil {
      statistics.reused += 1
      return .unsatisfiable
    }
    if let known = cache.model(of: facts, pool: pool) {
      statistics.reused += 1
      return .satisfiable(known)
    }
    return try decide(facts, near: witness, isThorough, topic)
  }

  private func decide(
    _ facts: [Term], near witness: Assignment?, _ isThorough: Bool, _ topic: String?
  ) throws(SolverError) -> Satisfiability {
    let known = topic.flatMap { topics[$0] }
    var stages = Array(0..<(isThorough ? Solver.stages.count : Solver.quickStages))
    if let first = known?.stage, let place = stages.firstIndex(of: first) {
      stages.insert(stages.remove(at: place), at: 0)
    }
    for stage in stages {
      let answer =
        switch Solver.stages[stage] {
        case .integers(let effort):
          try decideByIntegers(
            facts, near: witness, effort, likely: stage == known?.stage ? known?.core ?? [] : [])
        case .bits(let resources): try decideByBits(facts, resources: resources)
        }
      guard let answer else { continue }
      if let topic, answer == .unsatisfiable {
        // What the first stage settles is quicker without.
        let core = stage > 0 ? cache.lastCore(of: facts.last) : []
        topics[topic] = Topic(stage: stage, core: Set(core))
      }
      return answer
    }
    guard isThorough else { return .unknown(reason: "it takes long") }
    // The whole budget.
    return try decideByBits(facts, resources: 0) ?? .unknown(reason: unknownReason)
  }

  /// What settled the last check of a topic that found no assignment.
  private struct Topic {
    var stage: Int
    /// Facts that did not hold together.
    var core: Set<Term>
  }

  /// A way to go about a check.
  private enum Stage {
    case integers(IntegerSolver.Effort)
    case bits(resources: UInt32)
  }

  /// What is tried one after the other: a little of everything, then more of it. Integers are quick
  /// or slow, and rarely the same ones; bits are never quick, and rarely slow.
  private static let stages: [Stage] = [
    .integers(IntegerSolver.Effort(arithmetic: .older, resources: 60_000)),
    .integers(IntegerSolver.Effort(arithmetic: .newer, isNarrow: true, resources: 25_000)),
    .integers(IntegerSolver.Effort(arithmetic: .older, resources: 200_000)),
    .bits(resources: 150_000),
    .integers(IntegerSolver.Effort(arithmetic: .newer, isNarrow: true, resources: 60_000)),
    .bits(resources: 600_000),
    .integers(IntegerSolver.Effort(arithmetic: .newer, isNarrow: true, resources: 200_000)),
    .bits(resources: 4_000_000),
    .integers(IntegerSolver.Effort(arithmetic: .newer, resources: 1_000_000)),
  ]

  /// How many of the stages are tried where it is not worth more.
  private static let quickStages = 7

  /// Nil where the integers do not know.
  private func decideByIntegers(
    _ facts: [Term], near witness: Assignment?, _ effort: IntegerSolver.Effort,
    likely: Set<Term>
  ) throws(SolverError) -> Satisfiability? {
    switch try integers.check(facts, near: witness, effort: effort, likely: likely) {
    case .unknown: return nil
    case .unsatisfiable(let core):
      cache.note(core: core, last: facts.last)
      return .unsatisfiable
    case .guess(let guess):
      let assignment = (witness ?? Assignment()).merging(guess)
      // What is not linear is for the bits.
      guard holds(assignment, facts) else { return nil }
      cache.note(assignment, last: facts.last)
      return .satisfiable(assignment)
    }
  }

  /// Nil where the bits do not know; 0 resources are the whole budget.
  private func decideByBits(
    _ facts: [Term], resources: UInt32
  ) throws(SolverError) -> Satisfiability? {
    let answer = try checkBits(facts, resources: resources)
    switch answer {
    case .unsatisfiable: cache.note(core: facts, last: facts.last)
    case .satisfiable(let assignment): cache.note(assignment, last: facts.last)
    case .unknown(let reason):
      unknownReason = reason
      return nil
    }
    return answer
  }

  /// Whether an assignment is within the symbols' ranges and satisfies the facts as they are.
  private func holds(_ assignment: Assignment, _ facts: [Term]) -> Bool {
    for (name, value) in assignment.values {
      guard let symbol = pool.symbol(named: name), pool.range(of: symbol).contains(value) else {
        return false
      }
    }
    var evaluator = Evaluator(pool: pool, assignment: assignment)
    return facts.allSatisfy { evaluator.isTrue($0) }
  }

  private func checkBits(
    _ facts: [Term], resources: UInt32
  ) throws(SolverError) -> Satisfiability {
    statistics.bitChecks += 1
    let z3 = context.handle
    let solver = try context.checked(Z3_mk_solver_from_tactic(z3, tactic))
    Z3_solver_inc_ref(z3, solver)
    defer { Z3_solver_dec_ref(z3, solver) }
    let limit = resources == 0 ? budget.resources : min(resources, budget.resources)
    let parameters = try Solver.makeParameters(
      context, budget, resources: budget.resources == 0 ? resources : limit)
    defer { Z3_params_dec_ref(z3, parameters) }
    Z3_solver_set_params(z3, solver, parameters)
    for fact in facts { Z3_solver_assert(z3, solver, try translation.truth(fact)) }
    for range in translation.ranges { Z3_solver_assert(z3, solver, range) }
    try context.check()
    let result = Z3_solver_check(z3, solver)
    try context.check()
    bitResources = context.resources(of: solver) ?? bitResources
    switch result {
    case Z3_L_TRUE: return .satisfiable(try assignment(solver))
    case Z3_L_FALSE: return .unsatisfiable
    default: return .unknown(reason: reason(solver))
    }
  }

  private func reason(_ solver: Z3_solver) -> String {
    Z3_solver_get_reason_unknown(context.handle, solver).map { String(cString: $0) } ?? "unknown"
  }

  private func assignment(_ solver: Z3_solver) throws(SolverError) -> Assignment {
    let z3 = context.handle
    let model = try context.checked(Z3_solver_get_model(z3, solver))
    Z3_model_inc_ref(z3, model)
    defer { Z3_model_dec_ref(z3, model) }
    var values: [String: UInt64] = [:]
    for (name, constant) in translation.constants {
      var value: Z3_ast?
      guard Z3_model_eval(z3, model, constant.ast, true, &value), let value else {
        throw SolverError(message: "the model has no value for \(name)")
      }
      var bits: UInt64 = 0
      guard Z3_get_numeral_uint64(z3, value, &bits) else {
        throw SolverError(message: "the model's value for \(name) is no number")
      }
      values[name] = bits
    }
    return Assignment(values: values)
  }
}
