// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Checks facts over the integers first: on address arithmetic that is faster than bits by an order
/// of magnitude. What it refutes is refuted; what it satisfies is a guess to be evaluated.
/// Lists of facts that share their beginning share the work on it.
final class IntegerSolver {
  enum Answer {
    case unsatisfiable
    /// Values of symbols that satisfy the integer reading of the facts.
    case guess(Assignment)
    case unknown
  }

  private let context: Z3Context
  private let solver: Z3_solver
  private var translation: IntegerTranslation
  /// The facts on Z3's stack, a level each.
  private var stack: [Term] = []
  /// The level at which each definition stands on Z3's stack.
  private var definitionLevels: [Int?] = []

  init(context: Z3Context, pool: TermPool, budget: Budget) throws(SolverError) {
    self.context = context
    let z3 = context.handle
    translation = try IntegerTranslation(context: context, pool: pool)
    solver = try context.checked(Z3_mk_simple_solver(z3))
    Z3_solver_inc_ref(z3, solver)
    let parameters = try context.checked(Z3_mk_params(z3))
    Z3_params_inc_ref(z3, parameters)
    defer { Z3_params_dec_ref(z3, parameters) }
    let limit = budget.resources == 0 ? 1_000_000 : min(1_000_000, budget.resources / 4)
    Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, "rlimit"), limit)
    Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, "random_seed"), budget.seed)
    Z3_solver_set_params(z3, solver, parameters)
    try context.check()
  }

  deinit { Z3_solver_dec_ref(context.handle, solver) }

  func check(_ facts: [Term]) throws(SolverError) -> Answer {
    try load(facts)
    let result = Z3_solver_check(context.handle, solver)
    try context.check()
    switch result {
    case Z3_L_FALSE: return .unsatisfiable
    case Z3_L_TRUE: return try guess()
    default: return .unknown
    }
  }

  /// Brings Z3's stack to the facts.
  private func load(_ facts: [Term]) throws(SolverError) {
    let z3 = context.handle
    var shared = 0
    while shared < stack.count, shared < facts.count, stack[shared] == facts[shared] { shared += 1 }
    if shared < stack.count {
      Z3_solver_pop(z3, solver, UInt32(stack.count - shared))
      stack.removeLast(stack.count - shared)
      for number in definitionLevels.indices where (definitionLevels[number] ?? 0) > shared {
        definitionLevels[number] = nil
      }
    }
    for fact in facts[shared...] {
      let ast = try translation.truth(fact)
      Z3_solver_push(z3, solver)
      Z3_solver_assert(z3, solver, ast)
      stack.append(fact)
    }
    assertDefinitions()
    try context.check()
  }

  /// Asserts the definitions that Z3's stack does not hold; they go with its present level.
  private func assertDefinitions() {
    for (number, definition) in translation.definitions.enumerated() {
      if number == definitionLevels.count { definitionLevels.append(nil) }
      if definitionLevels[number] != nil { continue }
      Z3_solver_assert(context.handle, solver, definition)
      definitionLevels[number] = stack.count
    }
  }

  private func guess() throws(SolverError) -> Answer {
    let z3 = context.handle
    let model = try context.checked(Z3_solver_get_model(z3, solver))
    Z3_model_inc_ref(z3, model)
    defer { Z3_model_dec_ref(z3, model) }
    var values: [String: UInt64] = [:]
    for (name, ast) in translation.symbols {
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
