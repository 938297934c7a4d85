// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// Makes a violation's buffer as small as it can be on its path: first what the model asks for, in
/// its order, then every other input.
struct Minimiser {
  let solver: Solver
  let pool: TermPool
  private var facts: [Term]
  private var assignment: Assignment

  init(violation: Violation, solver: Solver, pool: TermPool) {
    self.solver = solver
    self.pool = pool
    facts = violation.facts
    assignment = violation.assignment
  }

  /// The least assignment, and whether one of the same size and another shape violates the property
  /// too.
  mutating func minimise(_ violation: Violation) throws -> (Assignment, isOneOfSeveral: Bool) {
    for objective in violation.objectives.prefix(2) { try fix(objective) }
    let sized = facts
    for objective in violation.objectives.dropFirst(2) { try fix(objective) }
    for input in violation.inputs { try settle(input.term) }
    let isOneOfSeveral = try violation.isOneOfSeveral || hasAnother(violation, sized)
    return (assignment, isOneOfSeveral)
  }

  /// Gives a term the least value of its range if it can have that, else leaves it where it is.
  private mutating func settle(_ term: Term) throws {
    if term.constant != nil { return }
    let low = pool.range(of: term).lowerBound
    var value = Witness(assignment, pool: pool).value(of: term)
    if low < value, try narrow(pool.equal(term, Term(low, width: term.width))) { value = low }
    facts.append(pool.equal(term, Term(value, width: term.width)))
  }

  /// Gives a term its least value under the facts so far, and keeps it.
  private mutating func fix(_ term: Term) throws {
    if term.constant != nil { return }
    try Task.checkCancellation()
    var low = pool.range(of: term).lowerBound
    var high = Witness(assignment, pool: pool).value(of: term)
    // Most terms can be as small as they like.
    if low < high, try narrow(pool.equal(term, Term(low, width: term.width))) { high = low }
    if low < high { low += 1 }
    while low < high {
      let middle = low + (high - low) / 2
      if try narrow(pool.lessOrEqual(term, Term(middle, width: term.width))) {
        high = Witness(assignment, pool: pool).value(of: term)
      } else {
        low = middle + 1
      }
    }
    facts.append(pool.equal(term, Term(high, width: term.width)))
  }

  /// Takes an assignment of the fact where there is one. What the solver does not know is not taken.
  private mutating func narrow(_ fact: Term) throws -> Bool {
    let answer = try solver.check(facts + [fact], near: assignment)
    guard case .satisfiable(let smaller) = answer else { return false }
    assignment = smaller
    return true
  }

  private func hasAnother(_ violation: Violation, _ sized: [Term]) throws -> Bool {
    let shape = Shape(violation.inputs, pool: pool)
    let values = shape.values(Witness(assignment, pool: pool))
    let differs = shape.differs(from: values, pool: pool)
    // Not knowing is no uniqueness.
    return try solver.check(sized + [differs]) != .unsatisfiable
  }
}
