// SPDX-License-Identifier: Apache-2.0

import CZ3

/// Checks facts over the integers first: on address arithmetic that is faster than bits by an order
/// of magnitude. What it refutes is refuted; what it satisfies is a guess to be evaluated.
final class IntegerSolver {
  enum Answer {
    /// Of the facts, some that cannot hold together.
    case unsatisfiable(core: [Term])
    /// Values of symbols that satisfy the integer reading of the facts.
    case guess(Assignment)
    case unknown
  }

  private let context: Z3Context
  private let budget: Budget
  private let pool: TermPool
  private var translation: IntegerTranslation
  /// By the fact that they stand for.
  private var literals: [Term: Z3_ast] = [:]
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
  /// - Parameters:
  ///   - witness: satisfies all facts but the last. The search begins with its values, and with
  ///     the last fact alone. Facts that a guess breaks are asserted, and values that the solver
  ///     finds in the way are given up, a few at a time: of a hundred facts it takes ten, mostly.
  ///   - effort: how Z3 goes about one round of it.
  ///   - likely: of the facts, some that the search had better begin with, too.
  func check(
    _ facts: [Term], near witness: Assignment?, effort: Effort, likely: Set<Term> = []
  ) throws(SolverError) -> Answer {
    let z3 = context.handle
    let solver = try context.checked(Z3_mk_simple_solver(z3))
    Z3_solver_inc_ref(z3, solver)
    defer { Z3_solver_dec_ref(z3, solver) }
    let limit = min(effort.resources, budget.resources == 0 ? .max : budget.resources)
    let parameters = try Solver.makeParameters(context, budget, resources: limit)
    defer { Z3_params_dec_ref(z3, parameters) }
    for (name, value) in effort.parameters {
      Z3_params_set_uint(z3, parameters, Z3_mk_string_symbol(z3, name), value)
    }
    Z3_solver_set_params(z3, solver, parameters)
    var cone = Cone(waiting: facts, witness: witness)
    if witness != nil, let last = facts.last {
      cone.waiting.removeLast()
      cone.next = [last] + cone.waiting.filter(likely.contains)
      cone.waiting.removeAll(where: likely.contains)
      cone.free = cone.next.reduce(into: []) { $0.formUnion(pool.symbols(of: $1)) }
    }
    return try search(&cone, solver, isNarrow: effort.isNarrow)
  }

  /// How Z3 goes about a check.
  struct Effort {
    /// Its arithmetic: the older one is quick where there are values, the newer one where there
    /// are none.
    enum Arithmetic: UInt32 {
      case older = 2
      case newer = 6
    }

    var arithmetic: Arithmetic
    /// Only the last fact and those that guesses break are looked at, never all together, and
    /// whatever is in them. It is the quickest where few facts settle it.
    var isNarrow = false
    /// In its units.
    var resources: UInt32

    /// Z3 4.8.12 cuts at every second branch, and what its cuts make of the address arithmetic takes
    /// ten times longer, with none of it counted; with no cuts at all it may not end.
    fileprivate static let branchesPerCut: UInt32 = 16

    fileprivate var parameters: [(name: String, value: UInt32)] {
      [
        ("arith.solver", arithmetic.rawValue), ("relevancy", isNarrow ? 0 : 2),
        ("arith.branch_cut_ratio", Effort.branchesPerCut),
      ]
    }
  }

  /// What is asserted of a check so far: the last fact and those that guesses broke, under equations
  /// for the symbols that are not free.
  private struct Cone {
    var waiting: [Term]
    /// The facts to assert next.
    var next: [Term] = []
    var witness: Assignment?
    /// The symbols that may have any value.
    var free: Set<Int32> = []
    var claims: [Claim] = []
    /// By the symbol.
    var pins: [Int32: Claim] = [:]
    /// By the term: how many of its definitions are asserted.
    var defined: [Int32: Int] = [:]
  }

  /// After so many rounds no value is held on to.
  private static let pinnedRounds = 40

  private func search(
    _ cone: inout Cone, _ solver: Z3_solver, isNarrow: Bool
  ) throws(SolverError) -> Answer {
    var rounds = 0
    while true {
      try grow(&cone, solver)
      rounds += 1
      switch try check(cone, solver) {
      case Z3_L_TRUE:
        let guess = try guess(solver, translation.symbols(of: cone.defined.keys.sorted()))
        guard refute(guess, &cone) else { return guess }
      case Z3_L_FALSE:
        let core = try core(solver)
        let isInTheWay = cone.pins.filter { core.contains($0.value.id) }.map(\.key)
        if isInTheWay.isEmpty {
          return .unsatisfiable(core: cone.claims.filter { core.contains($0.id) }.map(\.fact))
        }
        cone.free.formUnion(isInTheWay)
        for symbol in isInTheWay { cone.pins[symbol] = nil }
      default:
        if cone.witness == nil { return .unknown }
        rounds = IntegerSolver.pinnedRounds
      }
      if rounds >= IntegerSolver.pinnedRounds {
        if isNarrow { return .unknown }
        cone.witness = nil
        cone.pins = [:]
      }
    }
  }

  /// Whether a guess is none: some facts that wait do not hold in it, and are to be asserted.
  private func refute(_ answer: Answer, _ cone: inout Cone) -> Bool {
    guard case .guess(let guess) = answer, let witness = cone.witness else { return false }
    var evaluator = Evaluator(pool: pool, assignment: witness.merging(guess))
    var waiting: [Term] = []
    for fact in cone.waiting {
      if evaluator.isTrue(fact) { waiting.append(fact) } else { cone.next.append(fact) }
    }
    cone.waiting = waiting
    return !cone.next.isEmpty
  }

  /// Asserts the facts that are next; all of them where there is no witness.
  private func grow(_ cone: inout Cone, _ solver: Z3_solver) throws(SolverError) {
    let z3 = context.handle
    let free = cone.free
    var taken = cone.next
    cone.next = []
    if cone.witness == nil {
      taken += cone.waiting
      cone.waiting = []
    }
    for fact in taken { cone.claims.append(try claim(fact, solver)) }
    try pinOthers(than: free, in: taken, &cone, solver)
    let terms = pool.below(taken + cone.pins.values.map(\.fact))
    for term in terms where cone.defined[term] == nil { cone.defined[term] = 0 }
    // Another fact's definition may be of a term that was there before.
    for (term, count) in cone.defined.sorted(by: { $0.key < $1.key }) {
      let definitions = translation.definitions(of: term)
      for definition in definitions.dropFirst(count) { Z3_solver_assert(z3, solver, definition) }
      cone.defined[term] = definitions.count
    }
  }

  /// Equations for the symbols of facts that are not free.
  private func pinOthers(
    than free: Set<Int32>, in taken: [Term], _ cone: inout Cone, _ solver: Z3_solver
  ) throws(SolverError) {
    guard let witness = cone.witness else { return }
    let pinned = taken.reduce(into: Set<Int32>()) { $0.formUnion(pool.symbols(of: $1)) }
    for symbol in pinned.sorted() where !free.contains(symbol) && cone.pins[symbol] == nil {
      cone.pins[symbol] = try claim(pin(symbol, witness), solver)
    }
  }

  private func pin(_ symbol: Int32, _ witness: Assignment) -> Term {
    let term = pool.term(at: symbol)
    let value = pool.name(of: term).flatMap { witness.values[$0] }
    return pool.equal(term, Term(value ?? pool.range(of: term).lowerBound, width: term.width))
  }

  /// A fact, and the truth value that it is asserted under.
  private struct Claim {
    var fact: Term
    var literal: Z3_ast
    var id: UInt32
  }

  private func claim(_ fact: Term, _ solver: Z3_solver) throws(SolverError) -> Claim {
    let z3 = context.handle
    let literal = try self.literal(of: fact)
    let implication = try context.checked(Z3_mk_implies(z3, literal, translation.truth(fact)))
    Z3_solver_assert(z3, solver, implication)
    return Claim(fact: fact, literal: literal, id: Z3_get_ast_id(z3, literal))
  }

  private func check(_ cone: Cone, _ solver: Z3_solver) throws(SolverError) -> Z3_lbool {
    try context.check()
    let pins = cone.pins.sorted { $0.key < $1.key }.map(\.value)
    let literals: [Z3_ast?] = (pins + cone.claims).map(\.literal)
    let result = literals.withUnsafeBufferPointer {
      Z3_solver_check_assumptions(context.handle, solver, UInt32($0.count), $0.baseAddress)
    }
    try context.check()
    spent = context.resources(of: solver) ?? spent
    return result
  }

  /// What stands for a fact.
  private func literal(of fact: Term) throws(SolverError) -> Z3_ast {
    if let known = literals[fact] { return known }
    let z3 = context.handle
    let sort = try context.checked(Z3_mk_bool_sort(z3))
    let literal = try context.expression(
      Z3_mk_const(z3, Z3_mk_string_symbol(z3, "fact \(fact.index)"), sort))
    literals[fact] = literal
    return literal
  }

  /// The literals that cannot hold together, by their numbers in Z3.
  private func core(_ solver: Z3_solver) throws(SolverError) -> Set<UInt32> {
    let z3 = context.handle
    let vector = try context.checked(Z3_solver_get_unsat_core(z3, solver))
    Z3_ast_vector_inc_ref(z3, vector)
    defer { Z3_ast_vector_dec_ref(z3, vector) }
    return Set(
      (0..<Z3_ast_vector_size(z3, vector)).map {
        Z3_get_ast_id(z3, Z3_ast_vector_get(z3, vector, $0))
      })
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
