// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// A run that is about to begin a round of a loop.
public struct LoopArrival: Sendable {
  /// The call that the loop is in.
  public var frame: Int
  /// The function's number in the program.
  public var function: Int
  /// The block that every round begins with.
  public var block: Int
  /// It comes from a round before; else it enters the loop.
  public var isFromInside: Bool
  /// Where the loop is.
  public var site: CallSite
}

/// A loop of one call.
struct LoopScope: Sendable {
  var frame: Int
  var blocks: Set<Int>
  /// Whether the round's first test that can end the loop was of a constant; nil before it.
  var firstTestIsConstant: Bool?
  /// The same of the last test.
  var lastTestIsConstant: Bool?
  /// The run is on its way to a condition that is stated in the loop.
  var search: StatedSearch?
}

/// How loops are cut.
extension Machine {
  /// What a jump to the block of the topmost frame means for loops.
  func loopPause(from previous: Int, _ state: inout State) -> Pause? {
    let frame = state.frames[state.frames.count - 1]
    if let scope = state.scope, scope.frame == frame.id, !scope.blocks.contains(frame.block) {
      return .left
    }
    guard let body = program.code[frame.function].loops.bodies[frame.block] else { return nil }
    let code = program.code[frame.function]
    let site =
      callStack(state).first ?? CallSite(function: code.name, location: code.location)
    return .loop(
      LoopArrival(
        frame: frame.id, function: frame.function, block: frame.block,
        isFromInside: body.contains(previous), site: site))
  }

  /// How many calls of a run stand in a loop: how deep its loops are nested, at least.
  public func loopDepth(_ state: State) -> Int {
    state.frames.count { frame in
      program.code[frame.function].loops.bodies.values.contains { $0.contains(frame.block) }
    }
  }

  /// From here on the run pauses where it leaves the loop.
  public func enterScope(of loop: LoopArrival, _ state: inout State) {
    let blocks = program.code[loop.function].loops.bodies[loop.block] ?? []
    state.scope = LoopScope(frame: loop.frame, blocks: blocks)
  }

  /// The truth value of a decision that keeps the run inside of its scope, where the other one
  /// ends the loop; nil for any other decision.
  public func stayingChoice(_ state: State) -> Bool? {
    guard let scope = state.scope, let frame = state.frames.last, frame.id == scope.frame,
      let steps = program.code[frame.function].blocks?[frame.block], frame.step < steps.count,
      case .branch(_, let yes, let no) = steps[frame.step].action
    else { return nil }
    let stays = scope.blocks.contains(yes)
    return stays == scope.blocks.contains(no) ? nil : stays
  }

  /// The truth value of a decision that ends the innermost loop that the run is in, other than its
  /// scope's; nil for any other decision.
  public func leavingChoice(_ state: State) -> Bool? {
    guard let frame = state.frames.last,
      let steps = program.code[frame.function].blocks?[frame.block], frame.step < steps.count,
      case .branch(_, let yes, let no) = steps[frame.step].action
    else { return nil }
    let around = program.code[frame.function].loops.bodies.values.filter {
      $0.contains(frame.block)
    }
    guard let body = around.min(by: { $0.count < $1.count }),
      frame.id != state.scope?.frame || body != state.scope?.blocks
    else { return nil }
    let leaves = !body.contains(yes)
    return leaves == !body.contains(no) ? nil : leaves
  }

  /// Runs a function of the model that only looks, and gives the state that it ends in; what it
  /// looked at so far where it does not come to its end.
  ///
  /// - Parameter facts: is handed what the model assumes on the way.
  public func look(
    _ name: String, _ arguments: [Term], _ state: State, facts: (Term) throws -> Void
  ) throws -> State {
    var copy = state
    copy.landmarks = []
    copy.frames = []
    copy.scope = nil
    guard let number = program.function(named: name),
      program.code[number].parameterCount == arguments.count
    else { throw ExecutionError("the model has no \(name)") }
    copy.push(
      frame(number, arguments.map { .term($0) }, use: .discard, servesWindow: false, copy))
    while true {
      switch try run(&copy) {
      case .assume(let condition, _):
        try facts(condition)
        copy.note(implied: condition)
      case .settle(let condition): copy.note(open: condition)
      case .require(let obligation): copy.note(implied: obligation.condition)
      case .loop, .violated, .left: break
      case .ended, .decide, .enumerate, .unwound: return copy
      }
    }
  }
}

extension State {
  /// Notes a test that one side of leaves the scope.
  mutating func noteExitTest(_ yes: Int, _ no: Int, isConstant: Bool) {
    guard let scope, frames.last?.id == scope.frame,
      scope.blocks.contains(yes) != scope.blocks.contains(no)
    else { return }
    if scope.firstTestIsConstant == nil { self.scope?.firstTestIsConstant = isConstant }
    self.scope?.lastTestIsConstant = isConstant
  }

  func leavesScope(_ frame: Int) -> Bool { scope?.frame == frame }

  /// Whether the round's first test that can end the loop of the scope was of a constant; nil if
  /// the round has had none.
  public var firstTestIsConstant: Bool? { scope?.firstTestIsConstant }

  /// The same of the round's last such test.
  public var lastTestIsConstant: Bool? { scope?.lastTestIsConstant }

  /// A round of the scope's loop begins.
  public mutating func beginRound() { scope?.firstTestIsConstant = nil }

  /// The scope, to be given back with `restoreScope`.
  public var scopeToken: ScopeToken {
    get { ScopeToken(scope: scope) }
    set { scope = newValue.scope }
  }
}

/// A state's scope, kept for later.
public struct ScopeToken: Sendable {
  var scope: LoopScope?
}

/// What the model names at a point of a run, for invariants to speak of.
public struct Landmark: Sendable {
  /// What it is good for.
  public enum Kind: Sendable {
    /// A value that others are compared with.
    case value
    /// A place that is followed: what is claimed may hold before it is reached, or after.
    case watched
    /// What an element of an array may be.
    case element
    /// A key of the model's maps.
    case key
    /// A truth value that may hold.
    case claim
  }

  /// What it is good for.
  public var kind: Kind
  /// Its name in reports.
  public var name: String
  /// Its value here.
  public var term: Term
}
