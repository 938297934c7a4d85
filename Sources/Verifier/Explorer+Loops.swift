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
  /// The same of loops that only what every run knows ends: there each round may fork.
  static let leavingLimit = 2
  /// A loop that a constant ends on one run may go on for ever on another, which has decided
  /// something in each round: after so many rounds it is looked at as one that no constant ends.
  static let decidingLimit = 16

  /// A round of a loop begins. Nil if the run goes on.
  mutating func arrive(_ arrival: LoopArrival, _ run: inout Run) throws -> RunEnd? {
    switch run.loops[LoopKey(arrival)] {
    case .unrolled(let roundsLeft) where arrival.isFromInside && roundsLeft > 0:
      run.loops[LoopKey(arrival)] = .unrolled(roundsLeft: roundsLeft - 1)
      return nil
    case .cut(let cut) where arrival.isFromInside:
      if inferring.isEmpty {
        result.coverage.formUnion(run.state.coverage)
        try certify(cut, run)
      } else {
        try learn(from: run, of: cut)
      }
      return .ended
    default:
      if isHopeless { return .ended }
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
  /// Where it has not, the loop is entered anew with what is left: the invariant was found where
  /// another run enters the loop.
  private mutating func certify(_ cut: LoopCut, _ run: Run) throws {
    let place = LoopCut.place(cut.arrival)
    guard let changes = try? run.state.changes(since: cut.head) else {
      giveUp("the loop at \(place) changes more than was seen")
      return
    }
    var here = run
    let names = Set(cut.invariant.map(\.name))
    let kept = try candidates(cut, at: &here).filter { names.contains($0.name) }
    let ranges = cut.changes.expectations(at: here.state, entry: cut.entry, pool: pool)
      .map(\.holds)
    note(.keep(loop: place), here)
    let isKept = try hold(ranges, here) && hold(kept, here, of: cut)
    if isKept, kept.count == names.count, cut.changes.union(changes) == cut.changes { return }
    guard cut.attempt.number < Explorer.pruningLimit else {
      giveUp("the loop at \(place) was not seen to keep its invariant")
      return
    }
    plans[cut.plan]?.isComplete = false
    try learn(from: run, of: cut)
    cut.attempt.isGivenUp = true
    var again = cut.attempt.run
    again.pending = cut.arrival
    again.attempts[LoopKey(cut.arrival)] = cut.attempt.number + 1
    agenda.append(again)
  }

  /// Whether all of these hold in every run that comes here. One by one they are quicker, and what
  /// settled one settles it again.
  private func hold(_ claims: [Term], _ run: Run) throws -> Bool {
    try claims.allSatisfy { try holds($0, run, topic: nil) }
  }

  /// What one of them says is known where the next one is looked at.
  private func hold(_ candidates: [Candidate], _ run: Run, of cut: LoopCut) throws -> Bool {
    var shown: [Term] = []
    for candidate in candidates {
      let topic = topic(candidate, cut)
      guard try holds(candidate.term, run, with: shown, topic: topic) else { return false }
      shown.append(candidate.term)
    }
    return true
  }

  func holds(
    _ claim: Term, _ run: Run, with shown: [Term] = [], topic: String?
  ) throws -> Bool {
    guard run.witness.isTrue(claim) else { return false }
    let facts = run.state.path + shown + [pool.not(claim)]
    return try solver.check(facts, near: run.witness.assignment, topic: topic) == .unsatisfiable
  }

  private func topic(_ candidate: Candidate, _ cut: LoopCut) -> String {
    "\(cut.plan): \(candidate.name.identity)"
  }

  /// The candidates at a point that a loop comes by; the run learns what the model knows of their
  /// terms.
  private mutating func candidates(_ cut: LoopCut, at run: inout Run) throws -> [Candidate] {
    let templates = CandidateTemplates(
      machine: machine, changes: cut.changes, entry: cut.entry, steps: cut.steps)
    var facts: [Term] = []
    let result = try templates.candidates(at: run.state) { facts.append($0) }
    for fact in facts { _ = try narrow(&run, to: fact) }
    return result
  }

  // MARK: Entry

  /// A run enters a loop: from here on it stands for every round, or goes through them one by one
  /// where a constant ends the loop. False if there is no such run.
  mutating func open(_ arrival: LoopArrival, _ run: inout Run) throws -> Bool {
    try checkDepth(arrival, run)
    let name = "\(run.state.cuts + 1) \(machine.callStack(run.state))"
    let trial = plans[name] == nil ? try tryRounds(arrival, run) : Trial()
    if let rounds = trial.unrolledRounds, !goesOn(arrival, run) {
      let limit = max(rounds, Explorer.decidingLimit)
      run.loops[LoopKey(arrival)] = .unrolled(roundsLeft: limit)
      return true
    }
    do {
      run.state.countCut()
      var plan = try plans[name] ?? firstPlan(trial, run)
      plan.changes = run.state.those(of: plan.changes)
      plans[name] = plan
      return try enter(arrival, name, trial, &run)
    } catch let error as UnsupportedChange {
      giveUp("the loop at \(LoopCut.place(arrival)) has no invariant: \(error.reason)")
      return false
    }
  }

  /// A loop goes on for longer than one that a constant ends.
  private func goesOn(_ arrival: LoopArrival, _ run: Run) -> Bool {
    guard arrival.isFromInside, case .unrolled = run.loops[LoopKey(arrival)] else { return false }
    return true
  }

  private func firstPlan(_ trial: Trial, _ run: Run) throws -> LoopPlan {
    var plan = LoopPlan()
    for round in trial.rounds {
      plan.changes = plan.changes.union(try round.state.changes(since: run.state))
    }
    guard let after = trial.rounds.first?.state else { return plan }
    for variable in plan.changes.ordered {
      guard let value = run.state.value(of: variable, pool: pool),
        let next = after.value(of: variable, pool: pool)
      else { continue }
      let step = pool.sub(pool.resize(next, to: 64), pool.resize(value, to: 64))
      plan.steps[variable] = step.constant
    }
    return plan
  }

  /// The run stands for the beginning of every round, by an invariant that is looked for first
  /// where none is known; inside of a search by what is left of the candidates.
  private mutating func enter(
    _ arrival: LoopArrival, _ name: String, _ trial: Trial, _ run: inout Run
  ) throws -> Bool {
    let attempt = LoopAttempt(run: run, number: run.attempts[LoopKey(arrival)] ?? 0)
    for _ in 0..<Explorer.pruningLimit {
      let (cut, start) = try begin(arrival, attempt, name, trial, run)
      if !inferring.isEmpty || plans[name]?.isComplete == true {
        guard let start else { return false }
        if inferring.isEmpty { note(cut) }
        if inferring.isEmpty, let plan = plans[name] { tellRefusals(of: plan) }
        run = start
        return true
      }
      guard let start else {
        throw UnsupportedChange(reason: "the candidates contradict each other")
      }
      try search(cut, start)
    }
    throw UnsupportedChange(reason: "too many candidates fail one after the other")
  }

  /// The loop with all that is left of its plan where it is entered, and the run at the beginning
  /// of any round; nil if there is none.
  private mutating func begin(
    _ arrival: LoopArrival, _ attempt: LoopAttempt, _ name: String, _ trial: Trial, _ run: Run
  ) throws -> (LoopCut, Run?) {
    let number = run.state.cuts
    let seen = try machine.look("vmc_landmarks", [], run.state) { _ in }
    let keys = seen.landmarks.filter { $0.kind == .key }.map(\.term)
    var plan = plans[name] ?? LoopPlan()
    plan.changes.expectRanges(
      from: run.state, afterOneRound: trial.rounds.first?.state, pool: pool)
    note(.begin(loop: LoopCut.place(arrival)), run)
    while try widen(&plan, entry: run.state, at: run) {
      if plan.names != nil { isSettled = false }
    }
    var cut = LoopCut(
      number: number, plan: name, attempt: attempt, arrival: arrival, entry: run.state,
      steps: plan.steps, head: run.state, mapKeys: keys, changes: plan.changes, invariant: [])
    cut.head.forget(plan.changes, cut: number, mapKeys: keys, pool: pool)
    var start = try head(cut, run)
    let all = try candidates(cut, at: &start)
    if plan.names == nil {
      plan.names = Set(all.filter { !$0.term.isTrue }.map(\.name))
      plan.refusals = [:]
      // What does not even hold at first is told as such.
      if all.contains(where: { $0.stated != nil }) {
        try drop(from: &plan, of: cut, at: run, point: .entry, bySolver: false)
      }
      for round in trial.rounds {
        try drop(from: &plan, of: cut, at: round, bySolver: false)
      }
    }
    try drop(from: &plan, of: cut, at: run, point: .entry)
    dropHopeless(all, from: &plan, of: cut)
    plans[name] = plan
    visited.insert(name)
    let names = plan.names ?? []
    cut.invariant = all.filter {
      names.contains($0.name) && names.isDisjoint(with: $0.stronger)
    }
    guard try assume(cut.invariant, &start) else { return (cut, nil) }
    start.loops[LoopKey(arrival)] = .cut(cut)
    return (cut, start)
  }

  private mutating func note(_ cut: LoopCut) {
    var said: Set<String> = []
    let claims = cut.invariant.map(\.name.text).filter { said.insert($0).inserted }
    let invariant = Invariant(place: LoopCut.place(cut.arrival), claims: claims)
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

  /// Explores one round of a loop, and of each loop inside of it, and drops of their plans what the
  /// rounds do not keep. Where nothing was dropped, the plans are complete.
  private mutating func search(_ cut: LoopCut, _ start: Run) throws {
    let incomplete = result.incomplete
    let saved = agenda
    let visitedBefore = visited
    var run = start
    machine.enterScope(of: cut.arrival, &run.state)
    agenda = [run]
    inferring.append(LoopKey(cut.arrival))
    visited = [cut.plan]
    isSettled = true
    defer {
      agenda = saved
      inferring.removeLast()
      result.incomplete = incomplete
      visited = visitedBefore
    }
    while var run = agenda.popLast() {
      try Task.checkCancellation()
      result.effort.paths += 1
      _ = try follow(&run)
    }
    for name in visited { plans[name]?.isComplete = isSettled }
  }

  /// A round has ended: what it does not keep is dropped from the plan.
  private mutating func learn(from run: Run, of cut: LoopCut) throws {
    guard var plan = plans[cut.plan] else { return }
    let all = cut.changes.union(try run.state.changes(since: cut.head))
    if all != cut.changes {
      plan.changes = plan.changes.union(all)
      plan.names = nil
      isSettled = false
    } else if try widen(&plan, entry: cut.entry, at: run) {
      isSettled = false
    } else {
      try drop(from: &plan, of: cut, at: run)
    }
    plans[cut.plan] = plan
  }

  /// Expects less of the variables that may be elsewhere at a point; false if none is.
  private func widen(_ plan: inout LoopPlan, entry: State, at run: Run) throws -> Bool {
    let expectations = plan.changes.expectations(at: run.state, entry: entry, pool: pool)
    let failing = try expectations.filter { try !hold([$0.holds], run) }
    if failing.isEmpty { return false }
    plan.changes.widen(failing)
    plan.isComplete = false
    return true
  }

  /// Drops the candidates that do not hold at a point: those that its witness refutes, then those
  /// that the solver does.
  private mutating func drop(
    from plan: inout LoopPlan, of cut: LoopCut, at run: Run, point: LoopPoint = .afterRound,
    bySolver: Bool = true
  ) throws {
    guard let before = plan.names else { return }
    var run = run
    let here = try candidates(cut, at: &run).filter { before.contains($0.name) }
    var left = here.filter { run.witness.isTrue($0.term) }
    refuse(here, but: left, point, cut, at: run.state, run.witness, &plan)
    if bySolver {
      var kept: [Candidate] = []
      while let next = left.first {
        left.removeFirst()
        if kept.contains(where: { next.stronger.contains($0.name) }) {
          kept.append(next)
          continue
        }
        let facts = run.state.path + kept.map(\.term) + [pool.not(next.term)]
        let answer = try solver.check(
          facts, near: run.witness.assignment, isThorough: false, topic: topic(next, cut))
        switch answer {
        case .unsatisfiable: kept.append(next)
        case .satisfiable(let assignment):
          let witness = Witness(assignment, pool: pool)
          refuse(
            left + kept + [next], but: (left + kept).filter { witness.isTrue($0.term) }, point, cut,
            at: run.state, witness, &plan)
          left.removeAll { !witness.isTrue($0.term) }
          kept.removeAll { !witness.isTrue($0.term) }
        case .unknown: refuse([next], but: [], point, cut, at: run.state, nil, &plan)
        }
      }
      left = kept
    }
    let names = Set(left.map(\.name))
    if names != before {
      plan.names = names
      plan.isComplete = false
      isSettled = false
    }
  }

  // MARK: Trial

  /// What the first rounds look like.
  struct Trial {
    /// How many rounds there are, where a constant ends the loop.
    var unrolledRounds: Int?
    /// No run stays in the loop any longer.
    var hasToLeave = false
    /// After one round, and after two.
    var rounds: [Run] = []
  }

  /// What a trial may take.
  private struct TrialLimit {
    var steps: Int
    /// Of Z3, in its units.
    var resources: UInt64
  }

  /// Z3's units for a trial: a loop inside that does not end soon is not worth more.
  private static let trialResources: UInt64 = 1_000_000

  /// Goes through two rounds along one run, to see whether a constant ends the loop, and what it
  /// changes.
  private mutating func tryRounds(_ arrival: LoopArrival, _ run: Run) throws -> Trial {
    var trial = Trial()
    var copy = run
    let limit = TrialLimit(
      steps: run.state.steps + 200_000,
      resources: solver.statistics.resources + Explorer.trialResources)
    // A trial proves nothing.
    log?.isPaused = true
    defer { log?.isPaused = !inferring.isEmpty }
    machine.enterScope(of: arrival, &copy.state)
    var isConstant = true
    do {
      for round in 0..<Explorer.unrollLimit {
        guard isConstant || trial.rounds.count < 2 else { return trial }
        let end = try goThroughRound(&copy, arrival, &trial, until: limit)
        if copy.state.firstTestIsConstant == false { isConstant = false }
        guard end == .round else {
          if isConstant, end == .left,
            copy.state.lastTestIsConstant == true
              || trial.hasToLeave && round < Explorer.leavingLimit
          {
            trial.unrolledRounds = round + 1
          }
          return trial
        }
        if trial.rounds.count < 2 { trial.rounds.append(copy) }
        copy.state.beginRound()
      }
    } catch let error as ExecutionError {
      // What is not understood is said where the loop is explored; but not what takes too long.
      if machine.loopDepth(copy.state) > Explorer.nestingLimit { throw error }
    }
    return trial
  }

  /// How a round of a trial ends.
  private enum TrialEnd {
    case round, left, other
  }

  /// To the beginning of the next round, where there is one.
  private mutating func goThroughRound(
    _ run: inout Run, _ arrival: LoopArrival, _ trial: inout Trial, until limit: TrialLimit
  ) throws -> TrialEnd {
    while run.state.steps < limit.steps, solver.statistics.resources < limit.resources {
      if let end = try goOn(&run, arrival, &trial) { return end }
    }
    return .other
  }

  /// Nil where the round goes on.
  private mutating func goOn(
    _ run: inout Run, _ arrival: LoopArrival, _ trial: inout Trial
  ) throws -> TrialEnd? {
    switch try machine.run(&run.state) {
    case .left: return .left
    case .ended, .unwound: return .other
    case .violated: return nil
    case .settle(let condition):
      run.state.note(open: condition)
      return nil
    case .assume(let condition, _): return try narrow(&run, to: condition) ? nil : .other
    case .require(let obligation):
      return try narrow(&run, to: obligation.condition) ? nil : .other
    case .decide(let condition):
      if let stays = machine.stayingChoice(run.state) {
        if try narrow(&run, to: stays ? condition : pool.not(condition)) { return nil }
        trial.hasToLeave = true
        run.state.note(implied: stays ? pool.not(condition) : condition)
        return nil
      }
      if let leaves = machine.leavingChoice(run.state),
        try narrow(&run, to: leaves ? condition : pool.not(condition))
      {
        return nil
      }
      return try decide(condition, &run) ? nil : .other
    case .enumerate(let term):
      let value = run.witness.value(of: term)
      run.state.fix(term, at: value)
      return try narrow(&run, to: pool.equal(term, Term(value, width: term.width))) ? nil : .other
    case .loop(let other):
      try checkDepth(other, run)
      return other.frame == arrival.frame && other.block == arrival.block ? .round : nil
    }
  }

  private mutating func decide(_ condition: Term, _ run: inout Run) throws -> Bool {
    let isTrue = run.witness.isTrue(condition)
    return try narrow(&run, to: isTrue ? condition : pool.not(condition))
  }
}
