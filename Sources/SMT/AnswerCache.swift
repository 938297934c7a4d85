// SPDX-License-Identifier: Apache-2.0

/// What checks came to before, for those that it settles: a search for invariants asks much the same
/// again and again, under facts of which some are gone.
struct AnswerCache {
  /// By the last fact of the check: facts that cannot hold together with it.
  private var cores: [Term: [[Term]]] = [:]
  /// By the last fact of the check: what satisfied it.
  private var models: [Term: [Assignment]] = [:]

  /// More than these are not kept for one fact.
  private static let limit = 8

  /// Some of these facts that are known not to hold together, as few as are known, in their order;
  /// nil if none are.
  func core(of facts: [Term]) -> [Term]? {
    guard let last = facts.last, let candidates = cores[last] else { return nil }
    let known = Set(facts)
    let cores = candidates.filter { $0.allSatisfy(known.contains) }
    let core = cores.min { $0.count < $1.count }.map(Set.init)
    return core.map { facts.filter($0.contains) }
  }

  /// An assignment from before that satisfies all of these; nil if none is known.
  func model(of facts: [Term], pool: TermPool) -> Assignment? {
    guard let last = facts.last else { return nil }
    return models[last]?.last { assignment in
      var evaluator = Evaluator(pool: pool, assignment: assignment)
      return facts.allSatisfy { evaluator.isTrue($0) }
    }
  }

  /// The facts that were noted last with a fact that was asked about.
  func lastCore(of last: Term?) -> [Term] { last.flatMap { cores[$0]?.last } ?? [] }

  /// Notes facts that cannot hold together; the last is the one that was asked about.
  mutating func note(core: [Term], last: Term?) {
    guard let last else { return }
    var known = cores[last] ?? []
    if known.count == AnswerCache.limit { known.removeFirst() }
    known.append(core)
    cores[last] = known
  }

  /// Notes what satisfied a check.
  mutating func note(_ assignment: Assignment, last: Term?) {
    guard let last else { return }
    var known = models[last] ?? []
    if known.count == AnswerCache.limit { known.removeFirst() }
    known.append(assignment)
    models[last] = known
  }
}
