// SPDX-License-Identifier: Apache-2.0

import Verifier

extension Verdict {
  /// The word for the verdict, the same in every output and every version.
  public var word: String {
    switch self {
    case .proved: "proved"
    case .bounded: "bounded"
    case .refuted: "refuted"
    case .vacuous: "vacuous"
    case .notApplicable: "not-applicable"
    case .unknown: "unknown"
    }
  }

  /// Why, for verdicts that have a reason.
  public var reason: String? {
    switch self {
    case .proved, .bounded: nil
    case .refuted(let counterexample): counterexample.message
    case .vacuous(let reason), .notApplicable(let reason): reason
    case .unknown(let reason): Verdict.explained(reason)
    }
  }

  /// Z3's words for the end of its budget say nothing to who does not know Z3.
  static func explained(_ reason: String) -> String {
    let isBudget = ["canceled", "resource limit", "timeout"].contains { reason.contains($0) }
    return isBudget
      ? "out of budget (Z3: \(reason)); --rlimit and --timeout-ms raise it" : reason
  }

  /// How far the verdict reaches, in words; nil for verdicts that reach nowhere.
  public var reach: String? {
    switch self {
    case .proved: "every buffer"
    case .bounded(let bounds): "up to \(bounds.words)"
    default: nil
    }
  }

  /// The words with what they mean, for helps.
  public static let glossary: [(word: String, meaning: String)] = [
    ("proved", "holds for every buffer"),
    ("bounded", "no violation up to the bounds printed; this is no proof"),
    ("refuted", "there is a counterexample, confirmed by a concrete run"),
    ("vacuous", "its point is never reached, or the assumptions contradict"),
    ("not-applicable", "says nothing about the spec, and why"),
    ("unknown", "no answer within the budget, and why"),
    ("error", "no verdict: C that does not compile or is not understood"),
  ]
}

extension Duration {
  /// In seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// "0.4 s".
  var words: String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// "12 ms".
  var milliseconds: String { "\(Int((seconds * 1000).rounded())) ms" }
}

/// "1 page", "2 pages".
func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
}
