// SPDX-License-Identifier: Apache-2.0

/// Of facts that cannot hold together, finds some that cannot: what is left out makes the question
/// smaller, and no answer depends on it.
public final class CoreFinder {
  private let integers: IntegerSolver

  /// Makes a finder for terms of one pool.
  public init(pool: TermPool, budget: Budget) throws(SolverError) {
    integers = try IntegerSolver(context: Z3Context(), pool: pool, budget: budget)
  }

  /// Some of the facts that cannot hold together, in their order; all of them where the integers do
  /// not tell.
  public func core(of facts: [Term]) throws(SolverError) -> [Term] {
    if let no = facts.first(where: \.isFalse) { return [no] }
    var core = facts
    // A core of a core is smaller, most often.
    for _ in 0..<2 {
      guard case .unsatisfiable(let smaller) = try integers.check(core, near: nil, effort: effort)
      else { break }
      core = smaller
    }
    return core
  }

  private let effort = IntegerSolver.Effort(arithmetic: .newer, resources: 200_000)
}
