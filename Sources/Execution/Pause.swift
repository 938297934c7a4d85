// SPDX-License-Identifier: Apache-2.0

import SMT

/// Something that must hold at a point of a run.
public struct Obligation: Sendable {
  /// What must hold, of width 1.
  public var condition: Term
  /// The property's number.
  public var property: Int
  /// What went wrong if it does not hold.
  public var message: String
  /// Where, the innermost frame first.
  public var callStack: [CallSite]
  /// It speaks of the page or the range that is watched, whichever elements it depends on.
  public var isOfWatched = false
  /// It is of the object that an address began in: elsewhere it may be of another one, so that more
  /// runs go on than those in which it holds.
  public var mayBeOfAnother = false
}

/// Why a run does not go on by itself.
public enum Pause: Sendable {
  /// The run forks: it goes on once the truth value, or its opposite, has been learned.
  case decide(Term)
  /// Whether the path settles a truth value would make the run's terms smaller: it goes on once
  /// that is noted, or that both values are possible.
  case settle(Term)
  /// The run forks by value: it goes on once the term is fixed.
  case enumerate(Term)
  /// It must hold; the run goes on once the condition has been learned.
  case require(Obligation)
  /// It does not hold, or need not, and the run goes on all the same (a WARN).
  case violated(Obligation)
  /// Only the runs in which the condition holds go on; it has not been learned yet.
  case assume(Term, why: String)
  /// A loop was entered more often than the limit.
  case unwound(limit: Int, CallSite)
  /// A round of a loop begins, where the machine is to cut loops.
  case loop(LoopArrival)
  /// The loop of the run's scope has been left.
  case left
  case ended
}
