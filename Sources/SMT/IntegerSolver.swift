// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Checks facts over the integers first: on address arithmetic that is faster than bits by an order
/// of magnitude. What it refutes is refuted; what it satisfies is a guess to be evaluated.
final class IntegerSolver {
  enum Answer {
    case unsatisfiable
    /// Values of symbols that satisfy the integer reading of the facts.
    case guess(Assignment)
    case unknown
  }

  private let context: Z3Context
  private let budget: Budget
  private let pool: TermPool
  private var translation: IntegerTranslation
  /// Z3's resource units so far.
  private(set) var spent: UInt64 = 0

  init(context: Z3Context, pool: TermPool, budget: Budget) throws(SolverError) {
    self.context = context
    self.pool = pool
    translation = try IntegerTranslation(context: context, pool: pool)
    self.budget = budget
  }

  /// Each check starts afresh: Z3 4.8.12 takes 10 ms for what takes its incremental mode seconds.
  ///
  /// - Parameter resources: how much of Z3's work it may take, within the budget.
  func check(_ facts: [Term], resources: UInt32) throws(SolverError) -> Answer {
    let z3 = context.handle
    let solver = try context.checked(Z3_mk_simple_solver(z3))
    Z3_solver_inc_ref(z3, solver)
    defer { Z3_solver_dec_ref(z3, solver) }
    let limit = budget.resources == 0 ? resources : min(resources, budget.resources)
    let parameters = try Solver.makeParameters(context, budget, resources: limit)
    defer { Z3_params_dec_ref(z3, parameters) }
    Z3_solver_set_params(z3, solver, parameters)
    for fact in facts { Z3_solver_assert(z3, solver, try translation.truth(fact)) }
    let terms = pool.below(facts)
    for definition in translation.definitions(of: terms) {
      Z3_solver_assert(z3, solver, definition)
    }
    try context.check()
    let result = Z3_solver_check(z3, solver)
    try context.check()
    spent = context.resources(of: solver) ?? spent
    switch result {
    case Z3_L_FALSE: return .unsatisfiable
    case Z3_L_TRUE: return try guess(solver, translation.symbols(of: terms))
    default: return .unknown
    }
  }

  private func guess(
    _ solver: Z3_solver, _ symbols: [(name: String, ast: Z3_ast)]
  ) throws(SolverError) -> Answer {
    let z3 = context.handle
    let model = try context.checked(Z3_solver_get_model(z3, solver))
    Z3_model_inc_ref(z3, model)
    defer { Z3_model_dec_ref(z3, model) }
    var values: [String: UInt64] = [:]
    for (name, ast) in symbols {
      var value: Z3_ast?
      var bits: UInt64 = 0
      guard Z3_model_eval(z3, model, ast, true, &value), let value,
        Z3_get_numeral_uint64(z3, value, &bits)
      else { return .unknown }
      values[name] = bits
    }
    return .guess(Assignment(values: values))
  }
}
