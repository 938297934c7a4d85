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
    resources: UInt32 = 20_000_000, milliseconds: UInt32 = 60_000, megabytes: UInt32 = 0,
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
  /// The time inside Z3.
  public var time = Duration.zero
  /// The longest check.
  public var longest = Duration.zero

  /// Makes statistics of nothing.
  public init() {}
}

/// Checks lists of facts over the terms of one pool. Lists that share their beginning share the
/// work on it. A solver belongs to one task.
public final class Solver {
  private let context: Z3Context
  private let solver: Z3_solver
  private let pool: TermPool
  private var translation: Translation
  /// The facts on Z3's stack, a level each.
  private var stack: [Term] = []
  /// The level at which each symbol's range stands on Z3's stack.
  private var rangeLevels: [Int?] = []
  /// What the checks have cost so far.
  public private(set) var statistics = SolverStatistics()

  /// Makes a solver for quantifier-free bit-vectors.
  public init(pool: TermPool, budget: Budget) throws(SolverError) {
    context = try Z3Context()
    self.pool = pool
    translation = Translation(context: context, pool: pool)
    let z3 = context.handle
    if budget.megabytes > 0 {
      Z3_global_param_set("memory_max_size", String(budget.megabytes))
    }
    solver = try context.checked(Z3_mk_solver_for_logic(z3, Z3_mk_string_symbol(z3, "QF_BV")))
    Z3_solver_inc_ref(z3, solver)
    let parameters = try context.checked(Z3_mk_params(z3))
    Z3_params_inc_ref(z3, parameters)
    defer { Z3_params_dec_ref(z3, parameters) }
    Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, "rlimit"), budget.resources)
    Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, "timeout"), budget.milliseconds)
    Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, "random_seed"), budget.seed)
    Z3_solver_set_params(z3, solver, parameters)
    try context.check()
  }

  deinit { Z3_solver_dec_ref(context.handle, solver) }

  /// Ends a check from another task.
  public var interrupter: Interrupter { Interrupter(context: context) }

  /// The version of Z3.
  public static var version: String { Z3Context.version }

  /// Whether all facts can hold together with the ranges of their symbols.
  ///
  /// - Throws: `SolverError` where Z3 failed; what it printed is then no answer.
  public func check(_ facts: [Term]) throws(SolverError) -> Satisfiability {
    if facts.contains(where: \.isFalse) { return .unsatisfiable }
    try load(facts)
    let clock = ContinuousClock()
    let begin = clock.now
    let result = Z3_solver_check(context.handle, solver)
    let elapsed = clock.now - begin
    statistics.checks += 1
    statistics.time += elapsed
    statistics.longest = max(statistics.longest, elapsed)
    try context.check()
    switch result {
    case Z3_L_TRUE: return .satisfiable(try assignment())
    case Z3_L_FALSE: return .unsatisfiable
    default: return .unknown(reason: reason())
    }
  }

  /// Brings Z3's stack to the facts.
  private func load(_ facts: [Term]) throws(SolverError) {
    var shared = 0
    while shared < stack.count, shared < facts.count, stack[shared] == facts[shared] { shared += 1 }
    if shared < stack.count {
      Z3_solver_pop(context.handle, solver, UInt32(stack.count - shared))
      try context.check()
      stack.removeLast(stack.count - shared)
      for number in rangeLevels.indices where (rangeLevels[number] ?? 0) > shared {
        rangeLevels[number] = nil
      }
    }
    for fact in facts[shared...] {
      let ast = try translation.truth(fact)
      Z3_solver_push(context.handle, solver)
      Z3_solver_assert(context.handle, solver, ast)
      try context.check()
      stack.append(fact)
    }
    try assertRanges()
  }

  /// Asserts the ranges of symbols that Z3's stack does not hold; they go with its present level.
  private func assertRanges() throws(SolverError) {
    for (number, range) in translation.ranges.enumerated() {
      if number == rangeLevels.count { rangeLevels.append(nil) }
      if let level = rangeLevels[number], level <= stack.count { continue }
      Z3_solver_assert(context.handle, solver, range)
      rangeLevels[number] = stack.count
    }
    try context.check()
  }

  private func reason() -> String {
    Z3_solver_get_reason_unknown(context.handle, solver).map { String(cString: $0) } ?? "unknown"
  }

  private func assignment() throws(SolverError) -> Assignment {
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
