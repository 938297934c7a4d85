// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Of facts that cannot hold together, finds some that cannot: what is left out makes the question
/// smaller, and no answer depends on it.
public final class CoreFinder {
  private let context: Z3Context
  private let budget: Budget
  private let pool: TermPool
  private var translation: IntegerTranslation

  /// Makes a finder for terms of one pool.
  public init(pool: TermPool, budget: Budget) throws(SolverError) {
    context = try Z3Context()
    self.budget = budget
    self.pool = pool
    translation = try IntegerTranslation(context: context, pool: pool)
  }

  /// Some of the facts that cannot hold together, in their order; all of them where the integers do
  /// not tell.
  public func core(of facts: [Term]) throws(SolverError) -> [Term] {
    if let no = facts.first(where: \.isFalse) { return [no] }
    var core = facts
    // A core of a core is smaller, most often.
    for _ in 0..<2 {
      guard let smaller = try reduce(core) else { break }
      core = smaller
    }
    return core
  }

  private func reduce(_ facts: [Term]) throws(SolverError) -> [Term]? {
    let z3 = context.handle
    let solver = try context.checked(Z3_mk_simple_solver(z3))
    Z3_solver_inc_ref(z3, solver)
    defer { Z3_solver_dec_ref(z3, solver) }
    let parameters = try Solver.makeParameters(context, budget, resources: 4_000_000)
    defer { Z3_params_dec_ref(z3, parameters) }
    Z3_solver_set_params(z3, solver, parameters)
    var literals: [Z3_ast?] = []
    for (number, fact) in facts.enumerated() {
      let sort = try context.checked(Z3_mk_bool_sort(z3))
      let literal = try context.expression(
        Z3_mk_const(z3, Z3_mk_string_symbol(z3, "fact \(number)"), sort))
      literals.append(literal)
      Z3_solver_assert_and_track(z3, solver, try translation.truth(fact), literal)
    }
    for definition in translation.definitions(of: pool.below(facts)) {
      Z3_solver_assert(z3, solver, definition)
    }
    try context.check()
    guard Z3_solver_check(z3, solver) == Z3_L_FALSE else { return nil }
    let vector = try context.checked(Z3_solver_get_unsat_core(z3, solver))
    Z3_ast_vector_inc_ref(z3, vector)
    defer { Z3_ast_vector_dec_ref(z3, vector) }
    var ids: Set<UInt32> = []
    for index in 0..<Z3_ast_vector_size(z3, vector) {
      ids.insert(Z3_get_ast_id(z3, Z3_ast_vector_get(z3, vector, index)))
    }
    return zip(literals, facts).filter { ids.contains(Z3_get_ast_id(z3, $0.0)) }.map(\.1)
  }
}
