// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// Loops, all rounds at once: an invariant is guessed from templates, pruned by what is seen and by
/// what a round does not keep, and what is left is proved where the rounds are explored.
extension Explorer {
  /// Loops of which the pruning takes more rounds than this get no invariant.
  static let pruningLimit = 40
  /// Where more calls than these stand in a loop, there is no invariant.
  static let nestingLimit = 3
  /// Loops that a constant ends are gone through round by round, if there are no more than these.
  static let unrollLimit = 64

  /// A round of a loop begins. Nil if the run goes on.
  mutating func arrive(_ arrival: LoopArrival, _ run: inout Run) throws -> RunEnd? {
    let key = LoopKey(arrival)
    switch run.loops[key] {
    case .unrolled where arrival.isFromInside: return nil
    case .cut(let cut) where arrival.isFromInside:
      if inferring.last == key { return .round }
      if inferring.isEmpty { try certify(cut, run) }
      return .ended
    default:
      return try open(arrival, &run) ? nil : .ended
    }
  }

  /// Loops nested too deep: each is looked at anew for every round of the one around it.
  private func checkDepth(_ arrival: LoopArrival, _ run: Run) throws {
    guard machine.loopDepth(run.state) > Explorer.nestingLimit else { return }
    throw ExecutionError.description(
      "the loop at \(LoopCut.place(arrival)) is nested too deep for the search for invariants")
  }

  /// A round ends: it must have kept the invariant, and have changed no more than was forgotten.
  private mutating func certify(_ cut: LoopCut, _ run: Run) throws {
    let place = LoopCut.place(cut.arrival)
    guard let changes = try? run.state.changes(since: cut.head),
      cut.changes.union(changes) == cut.changes
    else {
      giveUp("the loop at \(place) changes more than was seen")
      return
    }
    var run = run
    let after = try candidates(cut, at: &run)
    let names = Set(cut.invariant.map(\.name))
    let kept = after.filter { names.contains($0.name) }
    let ranges = cut.changes.expectations(at: run.state, pool: pool).map(\.holds)
    note(.keep(loop: place), run)
    let isKept = try hold(ranges + kept.map(\.term), run)
    if kept.count != names.count || !isKept {
      giveUp("the loop at \(place) was not seen to keep its invariant")
    }
  }

  /// Whether all of these hold in every run that comes here. One by one they are quicker, and what
  /// settled one settles it again.
  private func hold(_ claims: [Term], _ run: Run) throws -> Bool {
    try claims.allSatisfy { claim in
      guard run.witness.isTrue(claim) else { return false }
      let facts = run.state.path + [pool.not(claim)]
      return try solver.check(facts, near: run.witness.assignment) == .unsatisfiable
    }
  }

  /// The candidates at a point that a loop comes by; the run learns what the model knows of their
  /// terms.
  private mutating func candidates(_ cut: LoopCut, at run: inout Run) throws -> [Candidate] {
    let templates = CandidateTemplates(
      machine: machine, changes: cut.changes, entry: cut.entry, afterOneRound: cut.afterOneRound)
    var facts: [Term] = []
    let result = try templates.candidates(at: run.state) { facts.append($0) }
    for fact in facts { _ = try narrow(&run, to: fact) }
    return result
  }

  // MARK: Entry

  /// A run enters a loop: from here on it stands for every round, or goes through them one by one
  /// where a constant ends the loop. False if there is no such run.
  private mutating func open(_ arrival: LoopArrival, _ run: inout Run) throws -> Bool {
    let key = LoopKey(arrival)
    try checkDepth(arrival, run)
    let incomplete = result.incomplete
    let trial = try tryRounds(arrival, run)
    result.incomplete = incomplete
    if trial.isUnrolled {
      run.loops[key] = .unrolled
      return true
    }
    let number = run.state.countCut()
    let name = "\(number) \(machine.callStack(run.state))"
    var plan = plans[name] ?? LoopPlan(changes: LoopChanges(), names: nil)
    plan.changes = run.state.those(of: plan.changes)
    do {
      for state in trial.rounds {
        plan.changes = plan.changes.union(try state.state.changes(since: run.state))
      }
      while true {
        plan.changes.expectRanges(from: run.state, pool: pool)
        note(.begin(loop: LoopCut.place(arrival)), run)
        while try widen(&plan.changes, at: run) {}
        let (cut, isComplete) = try infer(arrival, number, plan, trial, run)
        plan = LoopPlan(changes: cut.changes, names: Set(cut.invariant.map(\.name)))
        if isComplete {
          plans[name] = plan
          result.incomplete = incomplete
          return try enter(cut, &run)
        }
        plan.names = nil
      }
    } catch let error as UnsupportedChange {
      giveUp("the loop at \(LoopCut.place(arrival)) has no invariant: \(error.reason)")
      return false
    }
  }

  /// The run stands for the beginning of every round.
  private mutating func enter(_ cut: LoopCut, _ run: inout Run) throws -> Bool {
    let scope = run.state.scopeToken
    run = try head(cut, run)
    run.state.scopeToken = scope
    _ = try candidates(cut, at: &run)
    guard try assume(cut.invariant, &run) else { return false }
    run.loops[LoopKey(cut.arrival)] = .cut(cut)
    if inferring.isEmpty { note(cut) }
    return true
  }

  private mutating func note(_ cut: LoopCut) {
    let invariant = Invariant(
      place: LoopCut.place(cut.arrival), claims: cut.invariant.map(\.name))
    if !result.invariants.contains(invariant) { result.invariants.append(invariant) }
  }

  /// Keeps only the runs in which the candidates hold; false if there is none.
  private mutating func assume(_ invariant: [Candidate], _ run: inout Run) throws -> Bool {
    for candidate in invariant {
      guard try narrow(&run, to: candidate.term) else { return false }
      for part in pool.conjuncts(of: candidate.term) { run.state.mark(invariant: part) }
      if let equation = candidate.equation {
        run.state.note(
          element: equation.element, equals: equation.value, where: equation.guarded)
      }
    }
    return true
  }

  /// The beginning of any round, with nothing known of what the rounds change.
  private func head(_ cut: LoopCut, _ entry: Run) throws -> Run {
    var run = entry
    run.state = cut.head
    var assignment = entry.witness.assignment
    let pairs = cut.head.forgotten(cut.changes, since: cut.entry, mapKeys: cut.mapKeys, pool: pool)
    for (symbol, before) in pairs {
      if let name = pool.name(of: symbol) {
        assignment.values[name] = entry.witness.value(of: before)
      }
    }
    run.witness = Witness(assignment, pool: pool)
    return run
  }

  // MARK: Inference

  /// Prunes the candidates until a round keeps all that are left. Not complete where a round was
  /// found to change more than the plan says.
  private mutating func infer(
    _ arrival: LoopArrival, _ number: Int, _ plan: LoopPlan, _ trial: Trial, _ run: Run
  ) throws -> (LoopCut, isComplete: Bool) {
    let seen = try machine.look("vmc_landmarks", [], run.state) { _ in }
    let keys = seen.landmarks.filter { $0.kind == .key }.map(\.term)
    var cut = LoopCut(
      number: number, arrival: arrival, entry: run.state,
      afterOneRound: trial.rounds.first?.state, head: run.state, mapKeys: keys,
      changes: plan.changes, invariant: [])
    cut.head.forget(plan.changes, cut: number, mapKeys: keys, pool: pool)
    var start = try head(cut, run)
    cut.invariant = try candidates(cut, at: &start)
    cut.head = start.state
    if let names = plan.names { cut.invariant.removeAll { !names.contains($0.name) } }
    cut.invariant.removeAll { $0.term.isTrue }
    try prune(&cut, at: run)
    for round in trial.rounds { try prune(&cut, at: round, bySolver: false) }
    for _ in 0..<Explorer.pruningLimit {
      let before = cut.invariant.count
      guard try exploreRound(&cut, start) else { return (cut, false) }
      if cut.invariant.count == before { return (cut, true) }
    }
    throw UnsupportedChange(reason: "too many candidates fail one after the other")
  }

  /// Explores one round, and drops what it does not keep; false if it changes more than expected.
  private mutating func exploreRound(_ cut: inout LoopCut, _ start: Run) throws -> Bool {
    var run = start
    guard try assume(cut.invariant, &run) else {
      throw UnsupportedChange(reason: "the candidates contradict each other")
    }
    let key = LoopKey(cut.arrival)
    run.loops[key] = .cut(cut)
    machine.enterScope(of: cut.arrival, &run.state)
    let saved = agenda
    agenda = [run]
    inferring.append(key)
    defer {
      agenda = saved
      inferring.removeLast()
    }
    while var run = agenda.popLast() {
      try Task.checkCancellation()
      result.effort.paths += 1
      guard case .round = try follow(&run) else { continue }
      let changes = try run.state.changes(since: cut.head)
      let all = cut.changes.union(changes)
      if all != cut.changes {
        cut.changes = all
        return false
      }
      if try widen(&cut.changes, at: run) { return false }
      try prune(&cut, at: run)
    }
    return true
  }

  /// Expects less of the variables that may be elsewhere at a point; false if none is.
  private func widen(_ changes: inout LoopChanges, at run: Run) throws -> Bool {
    let expectations = changes.expectations(at: run.state, pool: pool)
    if expectations.isEmpty { return false }
    if try hold(expectations.map(\.holds), run) { return false }
    let failing = try expectations.filter { expectation in
      let holds = try hold([expectation.holds], run)
      return !holds
    }
    changes.widen(failing.map(\.variable))
    return true
  }

  /// Drops the candidates that do not hold at a point: those that its witness refutes, then those
  /// that the solver does.
  private mutating func prune(_ cut: inout LoopCut, at run: Run, bySolver: Bool = true) throws {
    var run = run
    let here = try candidates(cut, at: &run)
    let terms = Dictionary(here.map { ($0.name, $0.term) }) { first, _ in first }
    cut.invariant.removeAll { candidate in
      terms[candidate.name].map { !run.witness.isTrue($0) } ?? true
    }
    note(.begin(loop: LoopCut.place(cut.arrival)), run)
    guard bySolver else { return }
    var kept: Set<String> = []
    while let next = cut.invariant.first(where: { !kept.contains($0.name) }) {
      let term = terms[next.name] ?? .no
      let facts = run.state.path + [pool.not(term)]
      switch try solver.check(facts, near: run.witness.assignment) {
      case .unsatisfiable: kept.insert(next.name)
      case .satisfiable(let assignment):
        let witness = Witness(assignment, pool: pool)
        cut.invariant.removeAll { candidate in
          terms[candidate.name].map { !witness.isTrue($0) } ?? true
        }
      case .unknown: cut.invariant.removeAll { $0.name == next.name }
      }
    }
  }

  // MARK: Trial

  /// What the first rounds look like.
  struct Trial {
    var isUnrolled = false
    /// After one round, and after two.
    var rounds: [Run] = []
  }

  /// Goes through two rounds along one run, to see whether a constant ends the loop, and what it
  /// changes.
  private mutating func tryRounds(_ arrival: LoopArrival, _ run: Run) throws -> Trial {
    var trial = Trial()
    var copy = run
    let limit = run.state.steps + 200_000
    // A trial proves nothing.
    log?.isPaused = true
    defer { log?.isPaused = !inferring.isEmpty }
    machine.enterScope(of: arrival, &copy.state)
    var isConstant = true
    do {
      for _ in 0..<Explorer.unrollLimit {
        guard isConstant || trial.rounds.count < 2 else { return trial }
        let goesOn = try goThroughRound(&copy, arrival, until: limit)
        if copy.state.firstTestIsConstant == false { isConstant = false }
        guard goesOn else { break }
        if trial.rounds.count < 2 { trial.rounds.append(copy) }
        copy.state.beginRound()
      }
    } catch let error as ExecutionError {
      // What is not understood is said where the loop is explored; but not what takes too long.
      if machine.loopDepth(copy.state) > Explorer.nestingLimit { throw error }
    }
    trial.isUnrolled = isConstant && copy.state.firstTestIsConstant == true
    return trial
  }

  /// To the beginning of the next round; false if there is none.
  private mutating func goThroughRound(
    _ run: inout Run, _ arrival: LoopArrival, until limit: Int
  ) throws -> Bool {
    var isAtHead = false
    while !isAtHead {
      guard run.state.steps < limit, try goOn(&run, arrival, &isAtHead) else { return false }
    }
    return true
  }

  /// False where the trial ends.
  private mutating func goOn(
    _ run: inout Run, _ arrival: LoopArrival, _ isAtHead: inout Bool
  ) throws -> Bool {
    switch try machine.run(&run.state) {
    case .ended, .left, .unwound: return false
    case .violated: return true
    case .settle(let condition):
      run.state.note(open: condition)
      return true
    case .assume(let condition, _): return try narrow(&run, to: condition)
    case .require(let obligation): return try narrow(&run, to: obligation.condition)
    case .decide(let condition):
      if let stays = machine.stayingChoice(run.state) {
        return try narrow(&run, to: stays ? condition : pool.not(condition))
      }
      return try decide(condition, &run)
    case .enumerate(let term):
      let value = run.witness.value(of: term)
      run.state.fix(term, at: value)
      return try narrow(&run, to: pool.equal(term, Term(value, width: term.width)))
    case .loop(let other):
      try checkDepth(other, run)
      isAtHead = other.frame == arrival.frame && other.block == arrival.block
      return true
    }
  }

  private mutating func decide(_ condition: Term, _ run: inout Run) throws -> Bool {
    let isTrue = run.witness.isTrue(condition)
    return try narrow(&run, to: isTrue ? condition : pool.not(condition))
  }
}
