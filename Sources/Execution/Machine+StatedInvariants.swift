// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// A condition that the author of a loop states in it, with `vmap_invariant()`.
public struct StatedInvariant: Sendable {
  /// In the author's C.
  public var text: String
  /// Where it is stated.
  public var site: CallSite
  var point: CodePoint
}

/// What a stated condition comes to at one beginning of a round.
public struct StatedValue: Sendable {
  /// Of width 1: that it holds there.
  public var holds: Term
  /// Why it has no value there, in words; it does not hold then.
  public var problem: String?

  static func none(_ problem: String) -> StatedValue { StatedValue(holds: .no, problem: problem) }
}

/// A step of a function.
struct CodePoint: Sendable, Equatable {
  var block: Int
  var step: Int
}

/// A way from the beginning of a round to a condition that is stated in it.
struct StatedSearch: Sendable {
  /// The block that every round begins with.
  var head: Int
  /// Where the condition is stated.
  var point: CodePoint
  /// What keeps a run in the loop up to there.
  var stays: [Term] = []
  /// What had to hold up to there, or was assumed, and may not hold.
  var granted: [Term] = []
  /// The run is there: what follows is the condition's own.
  var isThere = false
  /// What the condition comes to, once the run is there.
  var found: Term?
}

/// Conditions that are stated in a loop. At the beginning of a round such a one comes to what the
/// round's code, run from there, makes of it, whether the round stays in the loop or leaves it, and
/// whether or not it may do what it does before. It is no code of the strategy's: no other run
/// evaluates it.
extension Machine {
  /// More ways than these from the beginning of a round through a condition are not gone.
  private static let wayLimit = 64

  /// The call that asks whether the condition behind it is to be evaluated.
  static let statedMarker = "vmc_wants_invariant"

  /// The conditions that are stated in the loop that the run is about to begin a round of, and in
  /// no loop inside of it.
  public func statedInvariants(at head: State) -> [StatedInvariant] {
    guard let frame = head.frames.last else { return [] }
    let code = program.code[frame.function]
    guard let blocks = code.blocks, let body = code.loops.bodies[frame.block] else { return [] }
    let inner = code.loops.bodies.filter { $0.key != frame.block && body.contains($0.key) }
    let own = body.sorted().filter { block in !inner.values.contains { $0.contains(block) } }
    return own.flatMap { block in
      blocks[block].enumerated().compactMap { number, step -> StatedInvariant? in
        guard case .call(.intrinsic(Machine.statedMarker), let arguments, _, _) = step.action,
          case .term(let address)? = arguments.first.map({ value($0, head) }),
          let text = address.constant.flatMap({ text(at: $0, head) })
        else { return nil }
        return StatedInvariant(
          text: text,
          site: CallSite(function: code.name, location: step.location ?? code.location),
          point: CodePoint(block: block, step: number))
      }
    }
  }

  /// What a stated condition comes to at the beginning of a round.
  ///
  /// - Parameter facts: is handed what is assumed on the way.
  public func value(
    of stated: StatedInvariant, at head: State, facts: (Term) throws -> Void
  ) throws -> StatedValue {
    guard let frame = head.frames.last,
      let body = program.code[frame.function].loops.bodies[frame.block]
    else { return .none("it is in no loop") }
    var start = head
    start.scope = LoopScope(
      frame: frame.id, blocks: body,
      search: StatedSearch(head: frame.block, point: stated.point))
    var ways = StatedWays(agenda: [StatedWay(state: start)])
    do {
      while let way = ways.agenda.popLast() {
        ways.count += 1
        if ways.count > Machine.wayLimit { return .none("there are too many ways to it") }
        try go(way, &ways)
      }
    } catch {
      return .none(error.message)
    }
    let holds = ways.holds(pool)
    guard ways.unfollowed.isDisjoint(with: pool.symbols(in: holds)) else {
      return .none("it speaks of an element of an array that is not followed")
    }
    for fact in ways.facts { try facts(fact) }
    return StatedValue(holds: holds)
  }

  /// Goes to the condition, or to where there are two ways, which are left to be gone.
  private func go(_ way: StatedWay, _ ways: inout StatedWays) throws(ExecutionError) {
    var way = way
    while true {
      switch try run(&way.state) {
      case .left:
        guard let found = way.state.scope?.search?.found else {
          throw ExecutionError("not every round comes by it")
        }
        try checkNothingIsNew(way.state, since: ways.start)
        ways.require(found, on: way, pool)
        return
      case .decide(let condition):
        ways.agenda += [way.taking(pool.not(condition)), way.taking(condition)]
        return
      case .settle(let condition): way.state.note(open: condition)
      case .assume(let condition, let why):
        way.assume(condition, isOfInput: why.isEmpty, &ways, pool)
      case .require(let obligation) where !way.isThere:
        if obligation.condition.isFalse { throw ExecutionError(obligation.message) }
        // It is no fact: where it does not hold, what comes of it is a value like any other.
        way.state.scope?.search?.granted.append(obligation.condition)
      case .require(let obligation):
        ways.require(obligation.condition, on: way, pool)
        if obligation.condition.isFalse { return }
        way.grant(obligation.condition)
      case .violated: break
      case .enumerate: throw ExecutionError("an address in it is not known")
      case .loop(let arrival):
        let isRound =
          arrival.frame == way.state.scope?.frame
          && arrival.block == way.state.scope?.search?.head
        throw ExecutionError(
          isRound ? "not every round comes by it" : "a loop stands before it")
      case .ended, .unwound: throw ExecutionError("not every round comes by it")
      }
    }
  }

  /// A condition speaks of what there is at the beginning of a round.
  private func checkNothingIsNew(_ state: State, since start: State) throws(ExecutionError) {
    guard state.memory.heap.count == start.memory.heap.count,
      state.choiceCounts == start.choiceCounts
    else { throw ExecutionError("memory is allocated, or something chosen, before it") }
  }

  /// The side of a branch that is taken, whatever its condition, on the way to a stated condition:
  /// that which stays in the loop, and that of arithmetic which does not wrap. Nil for any other.
  func sideTaken(
    _ condition: Term, _ yes: Int, _ no: Int, _ state: inout State
  ) -> Bool? {
    guard let scope = state.scope, scope.search != nil, let frame = state.frames.last else {
      return nil
    }
    if reportsWrapping(yes, frame.function) { return false }
    if reportsWrapping(no, frame.function) { return true }
    let stays = scope.blocks.contains(yes)
    guard frame.id == scope.frame, stays != scope.blocks.contains(no) else { return nil }
    state.scope?.search?.stays.append(stays ? condition : pool.not(condition))
    return stays
  }

  private func reportsWrapping(_ block: Int, _ function: Int) -> Bool {
    guard let steps = program.code[function].blocks?[block] else { return false }
    return steps.contains { step in
      guard case .call(.intrinsic(let name), _, _, _) = step.action else { return false }
      return Machine.wrapKinds[name] != nil
    }
  }

  /// Whether the condition behind this call is what the run is on its way to.
  func wantsInvariant(_ state: inout State) throws(Interruption) -> Bool {
    guard let frame = state.frames.last else { return false }
    guard
      program.code[frame.function].loops.bodies.values.contains(where: {
        $0.contains(frame.block)
      })
    else {
      throw .failure("vmap_invariant() is in no loop: state it in the body of the one it is of")
    }
    guard state.scope?.frame == frame.id,
      state.scope?.search?.point == CodePoint(block: frame.block, step: frame.step)
    else { return false }
    state.scope?.search?.isThere = true
    return true
  }
}

/// One way, or its beginning.
private struct StatedWay {
  var state: State
  /// What decided for it.
  var taken: [Term] = []
  /// What is assumed by the condition, or holds where nothing is wrong with it.
  var granted: [Term] = []

  var isThere: Bool { state.scope?.search?.isThere == true }

  func taking(_ condition: Term) -> StatedWay {
    var way = self
    way.taken.append(condition)
    way.state.note(implied: condition)
    return way
  }

  mutating func grant(_ condition: Term) {
    granted.append(condition)
    state.note(implied: condition)
  }

  /// What an input is known to be, is known here too, if a run comes by it. What else is assumed
  /// before the condition is passed over: were it a fact, a run that violates something before it
  /// would be lost.
  mutating func assume(
    _ condition: Term, isOfInput: Bool, _ ways: inout StatedWays, _ pool: TermPool
  ) {
    if isOfInput {
      let search = state.scope?.search
      let reached = taken + granted + (search?.stays ?? []) + (search?.granted ?? [])
      ways.facts.append(pool.implication(of: condition, by: reached))
    } else if isThere {
      grant(condition)
    } else {
      state.scope?.search?.granted.append(condition)
    }
  }
}

/// All the ways to one condition.
private struct StatedWays {
  var agenda: [StatedWay]
  let start: State
  var count = 0
  /// What must hold for the condition to hold, and what decided for that.
  private var claims: [(taken: [Term], claim: Term)] = []
  /// What stands for elements of arrays, and values of the model's maps, that are not followed.
  private(set) var unfollowed: Set<Term> = []
  /// What is known of the inputs on the way.
  var facts: [Term] = []

  init(agenda: [StatedWay]) {
    self.agenda = agenda
    start = agenda[0].state
  }

  mutating func require(_ claim: Term, on way: StatedWay, _ pool: TermPool) {
    claims.append((way.taken, pool.implication(of: claim, by: way.granted)))
    unfollowed.formUnion(way.state.unfollowedValues)
    for (symbol, read) in way.state.elementReads where !read.isFollowed {
      unfollowed.insert(symbol)
    }
  }

  /// What decides for one way or another does not matter where all come to the same.
  func holds(_ pool: TermPool) -> Term {
    let same = Set(claims.map(\.claim))
    if let only = same.first, same.count == 1 { return only }
    return claims.reduce(Term.yes) { all, next in
      pool.and(all, pool.implication(of: next.claim, by: next.taken))
    }
  }
}

extension TermPool {
  fileprivate func implication(of claim: Term, by conditions: [Term]) -> Term {
    conditions.reduce(claim) { or(not($1), $0) }
  }
}
