// SPDX-License-Identifier: Apache-2.0

import Execution

/// How far a search went.
public struct Bounds: Sendable, Hashable, Codable {
  /// The most ranges of a buffer.
  public var ranges: Int
  /// The most pages of a range; nil for any length.
  public var pages: Int?

  /// Makes bounds.
  public init(ranges: Int, pages: Int?) {
    self.ranges = ranges
    self.pages = pages
  }

  /// "2 ranges of 3 pages".
  public var words: String {
    let count = ranges == 1 ? "1 range" : "\(ranges) ranges"
    guard let pages else { return "\(count) of any length" }
    return "\(count) of \(pages == 1 ? "1 page" : "\(pages) pages")"
  }
}

/// What is known of a property.
public enum Verdict: Sendable {
  /// It holds for every buffer.
  case proved
  /// A complete search within the bounds found no violation. This is no proof.
  case bounded(Bounds)
  case refuted(Counterexample)
  /// No run comes to the property's point, or no run satisfies the assumptions.
  case vacuous(reason: String)
  case notApplicable(reason: String)
  case unknown(reason: String)

  /// Whether an expectation is met.
  public func meets(_ expectation: Expectation) -> Bool {
    switch (self, expectation) {
    case (.proved, .holds), (.proved, .proved), (.bounded, .holds), (.refuted, .refuted),
      (.vacuous, .vacuous), (.notApplicable, .notApplicable), (.notApplicable, .holds):
      true
    default: false
    }
  }
}

/// A property of one spec and what is known of it.
public struct PropertyResult: Sendable {
  /// The property.
  public var property: Property
  /// What is known.
  public var verdict: Verdict
  /// What the spec's author expects.
  public var expectation: Expectation
  /// How many obligations there were.
  public var obligations: Int

  /// Why it is not proved, where it may hold all the same.
  public var whyNotProved: String?

  /// Whether the expectation is met.
  public var isAsExpected: Bool { verdict.meets(expectation) }
}

/// What a search has cost.
public struct Effort: Sendable {
  /// The time for all of the spec.
  public var time = Duration.zero
  /// The time inside the solver.
  public var solverTime = Duration.zero
  /// The longest single check of the solver.
  public var longestCheck = Duration.zero
  /// Z3's resource units for all of its work.
  public var resources: UInt64 = 0
  /// How many questions earlier answers settled.
  public var reused = 0
  /// How often the solver was asked.
  public var checks = 0
  /// How many runs were told apart.
  public var paths = 0
  /// How many instructions were executed.
  public var steps = 0
  /// How many distinct terms were made.
  public var terms = 0
}

/// What was found, and proved, to hold whenever a loop begins a round.
public struct Invariant: Sendable, Hashable {
  /// The loop's place, as "file:line".
  public var place: String
  /// In the words of its C.
  public var claims: [String]
}

/// All that is known of one spec.
public struct SpecResult: Sendable {
  /// The spec's name in C.
  public var name: String
  /// What it claims.
  public var title: String
  /// The file, as it was given.
  public var file: String
  /// Where the spec is defined, from 1.
  public var line: Int
  /// In the order of the contract.
  public var properties: [PropertyResult]
  /// What the verdicts rest on, in words.
  public var assumptions: [String]
  /// What holds whenever a loop begins a round; where nothing is proved, what was tried.
  public var invariants: [Invariant]
  /// The version of the kernel tree that functions were taken from.
  public var kernel: String?
  /// What it has cost.
  public var effort: Effort
  /// The records of what is proved, where they were asked for.
  public var records: [ProofRecord] = []

  /// What the user should know of the verdicts, in words.
  public var notes: [String] = []
  /// A loop that went on beyond the limit, where one did.
  public var endless: CallSite?
  /// The functions of the strategy that a finished search for proofs has gone through; of others
  /// what is proved does not depend. Nil where there is none.
  public var provedThrough: Set<String>?
  /// The lines of the strategy that neither the bounded search has come by nor that for proofs.
  public var unreached: Set<CodeLine> = []

  /// Whether every expectation is met.
  public var isAsExpected: Bool { properties.allSatisfy(\.isAsExpected) }

  /// Whether something is proved.
  public var hasProof: Bool {
    properties.contains { if case .proved = $0.verdict { true } else { false } }
  }
}
