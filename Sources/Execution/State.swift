// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// A call in progress.
struct Frame: Sendable {
  /// Another one for each call of a run.
  var id: Int
  /// The function's number in the program.
  var function: Int
  var block = 0
  var step = 0
  var registers: [Value]
  /// How often each block was entered.
  var visits: [Int]
  /// How many objects the stack had at the call.
  var stackHeight: Int
  /// What becomes of the result.
  var use: ResultUse
  /// The frame, or one below it, serves a window.
  var servesWindow: Bool
  /// What the next store of this frame writes has wrapped.
  var hasWrapped = false
}

/// What a caller does with a result.
enum ResultUse: Sendable {
  case discard
  case register(Int)
  /// Written to an object, for a copy out of a window.
  case memory(Place, bytes: Int)
  /// Cut to a width, for a load through a window.
  case loaded(Int, width: Int)
}

/// Loads and stores in [low, high] are calls.
struct Window: Sendable {
  var low: UInt64
  var high: UInt64
  var load: Int
  var store: Int
}

/// An input or a choice of a run, by the name that a counterexample gives it.
public struct Input: Sendable {
  /// "head[0]", "allocation fails#2"…
  public var name: String
  /// Its value in this run.
  public var term: Term
}

/// A line of a trace; the terms are its arguments.
public struct Note: Sendable {
  /// With %llu, %llx and %s for the arguments.
  public var format: String
  /// What the format shows, in its order.
  public var arguments: [Term]
  /// Where, the innermost frame first.
  public var callStack: [CallSite]
}

/// A point in one run, and what is known of the runs that come to it. Copying it forks the run.
public struct State: Sendable {
  var frames: [Frame] = []
  var memory: Memory
  var maps: [GhostMap] = []
  var windows: [Window] = []
  /// What holds in every run that comes here, in the order in which it was learned.
  public internal(set) var path: [Term] = []
  /// Truth values that the path implies.
  var known: [Term: Bool] = [:]
  /// Truth values that the path was found not to imply.
  var open: Set<Term> = []
  /// Values that the path implies.
  var fixed: [Term: UInt64] = [:]
  /// Inputs and choices, in the order of their first use.
  public internal(set) var inputs: [Input] = []
  private var inputTerms: [String: Term] = [:]
  var choiceCounts: [String: Int] = [:]
  /// Of the inputs with an index, the indices asked for.
  var functionValues: [String: [(index: Term, value: Term)]] = [:]
  /// What a counterexample makes small, the most important first.
  public internal(set) var objectives: [Term] = []
  /// What `vmc_note` gave, in order.
  public internal(set) var notes: [Note] = []
  /// What `vmc_report` gave, the last value of each name.
  public internal(set) var reports: [String: Term] = [:]
  /// What `vmc_describe` gave.
  public internal(set) var descriptions: [Description] = []
  /// Properties whose point was reached, by number.
  public internal(set) var reached: Set<Int> = []
  /// Properties that say nothing, with the reason.
  public internal(set) var notApplicable: [Int: String] = [:]
  /// The assumptions that were made, in their author's words.
  public internal(set) var assumptions: [String] = []
  /// What the function that the run began with returned.
  public internal(set) var result: Term?
  /// The steps that were executed.
  public internal(set) var steps = 0
  /// How many calls there were.
  private var calls = 0
  /// How many loops were cut on the way here.
  public internal(set) var cuts = 0
  /// The loop that the run pauses at the end of.
  var scope: LoopScope?
  /// The elements at which the contents of arrays of unknown size are followed.
  public internal(set) var watchedElements: [WatchedElement] = []
  /// By the symbol that stands for one: the elements that were read.
  var elementReads: [Term: ElementRead] = [:]
  /// The run has read an element that is followed, as what an invariant says that it is.
  var hasReadFollowed = false
  /// What is read is for an obligation alone: the run is the same whatever it is.
  var isLooking = false
  /// What stands for the values of keys that are followed.
  var followedValues: Set<Term> = []
  /// What stands for the values of other keys, which the strategy has read.
  var unfollowedValues: Set<Term> = []
  /// The strategy has read the value of a key that is followed.
  var hasReadFollowedKey = false
  /// By the symbol that stands for an element: what it is, where a condition holds.
  private(set) var elementValues: [Term: [(condition: Term, value: Term)]] = [:]
  /// Facts of the path that were proved of every element.
  var invariants: Set<Term> = []
  /// What the run has been through of the strategy.
  public internal(set) var coverage = Coverage()
  /// The functions that the run goes through by their contracts.
  var contracts: Set<String> = []
  /// What `vmc_landmark` and `vmc_claim` gave, in order.
  public internal(set) var landmarks: [Landmark] = []

  init(memory: Memory, maps: Int) {
    self.memory = memory
    self.maps = Array(repeating: GhostMap(), count: maps)
  }

  /// The run goes on where `fact` holds. The caller sees to it that there is such a run.
  public mutating func learn(_ fact: Term) {
    if fact.constant != nil { return }
    path.append(fact)
    known[fact] = true
  }

  /// The path says that an element has this value where the condition holds.
  public mutating func note(element: Term, equals value: Term, where condition: Term) {
    elementValues[element, default: []].append((condition, value))
  }

  /// A fact of the path was proved of every element, not found on the way.
  public mutating func mark(invariant fact: Term) { invariants.insert(fact) }

  /// `fact` holds in every run that comes here: nothing is lost.
  public mutating func note(implied fact: Term) { known[fact] = true }

  /// The path does not settle the truth value. (It may later; that is not asked again.)
  public mutating func note(open condition: Term) { open.insert(condition) }

  /// The term has this value from here on. The caller learns the equation.
  public mutating func fix(_ term: Term, at value: UInt64) { fixed[term] = value }

  mutating func push(_ frame: Frame) {
    calls += 1
    frames.append(frame)
    frames[frames.count - 1].id = calls
  }

  mutating func addInput(_ name: String, _ term: Term) {
    if inputTerms.updateValue(term, forKey: name) == nil {
      inputs.append(Input(name: name, term: term))
    }
  }

  func input(named name: String) -> Term? { inputTerms[name] }
}

/// A field of a spec, read by running its description.
public struct Description: Sendable, Equatable {
  /// The field's name.
  public var field: String
  /// Which of several, for a field that has more than one.
  public var index: UInt64
  /// The value of a number.
  public var value: UInt64
  /// The value of a text.
  public var text: String?
}
