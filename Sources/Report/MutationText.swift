// SPDX-License-Identifier: Apache-2.0

import Execution
import Frontend
import Verifier

/// A mutant and what became of it.
public struct MutantEntry: Sendable {
  /// What became of it.
  public enum Outcome: Sendable {
    /// By a spec of the file.
    case killed(Kill, spec: String)
    case survived(unproved: [Property])
    /// No run that is looked at comes by its line.
    case unreached
    /// It does what the spec does: clang's optimiser makes the same of both.
    case equivalent
    case inconclusive(reason: String)

    /// Whether no verdict is another.
    public var isUnnoticed: Bool {
      switch self {
      case .survived, .unreached: true
      default: false
      }
    }
  }

  /// The mutant.
  public var mutant: Mutant
  /// What became of it.
  public var outcome: Outcome

  /// Makes an entry.
  public init(mutant: Mutant, outcome: Outcome) {
    self.mutant = mutant
    self.outcome = outcome
  }

  /// All words for outcomes.
  static let words = ["killed", "equivalent", "unreached", "survived", "inconclusive"]

  /// The word for the outcome, the same in every output and every version.
  public var word: String {
    switch outcome {
    case .killed: "killed"
    case .survived: "survived"
    case .unreached: "unreached"
    case .equivalent: "equivalent"
    case .inconclusive: "inconclusive"
    }
  }

  /// What gives the mutant away, or why nothing does; nil for one that just survives.
  public var reason: String? {
    switch outcome {
    case .killed(let kill, let spec): "\(spec): \(kill.words)"
    case .survived(let unproved) where unproved.isEmpty: nil
    case .survived(let unproved):
      "no longer proved, which the spec does not ask for: "
        + unproved.map(\.name).joined(separator: ", ")
    case .unreached: "no run of the spec comes by this line"
    case .equivalent: "clang's optimiser makes the same code of both"
    case .inconclusive(let reason): reason
    }
  }
}

extension Kill {
  fileprivate var words: String {
    switch self {
    case .verdict(let result):
      switch result.verdict {
      case .refuted(let counterexample): "\(result.property.name): \(counterexample.message)"
      case .bounded: "\(result.property.name) is no longer proved"
      default: "\(result.property.name) is \(result.verdict.word)"
      }
    case .failure(let message): "error: \(message)"
    case .endless(let site):
      "the loop at \(site.file ?? site.function):\(site.line ?? 0) does not end"
    }
  }
}

/// The mutants of one file and what became of them.
public struct MutationFile: Sendable {
  /// The spec's path, as it was given.
  public var path: String
  /// In the order of the text.
  public var entries: [MutantEntry] = []
  /// Changes that clang refuses, or that the preprocessor takes away.
  public var discarded = 0
  /// Why there are no mutants, or not all: an exit status and the words.
  public var stop: (status: ExitStatus, words: String)?

  /// Makes a file without mutants so far.
  public init(path: String) { self.path = path }

  /// What the file alone would have vmapcheck exit with.
  public var exitStatus: ExitStatus {
    let statuses = entries.map { entry -> ExitStatus in
      switch entry.outcome {
      case .killed, .equivalent, .unreached: .success
      case .survived: .unexpected
      case .inconclusive: .unknown
      }
    }
    return .worst(of: statuses + [stop?.status ?? .success])
  }

  /// How many there are of each word.
  public var counts: [(word: String, count: Int)] {
    MutantEntry.words.map { word in
      (word, entries.count { $0.word == word })
    }
  }
}

/// What became of mutants, as text.
public struct MutationText: Sendable {
  let style: Style
  let detail: Detail

  /// Makes text.
  public init(style: Style, detail: Detail) {
    self.style = style
    self.detail = detail
  }

  /// The lines of one mutant; none where it is of no interest at this detail.
  public func lines(_ entry: MutantEntry) -> [String] {
    let isLeft: Bool
    let tint: Style.Tint
    switch entry.outcome {
    case .killed: (isLeft, tint) = (false, .green)
    case .equivalent, .unreached: (isLeft, tint) = (false, .faint)
    case .survived: (isLeft, tint) = (true, .red)
    case .inconclusive: (isLeft, tint) = (true, .yellow)
    }
    if detail == .quiet { return [] }
    let mutant = entry.mutant
    let reason = entry.reason.map { "; \($0)" } ?? ""
    var lines = [
      "\(style.paint(padded(entry.word, 12), tint)) \(mutant.file):\(mutant.line): "
        + "\(mutant.fault.rawValue) in \(mutant.function)()\(reason)"
    ]
    if isLeft || detail >= .verbose {
      lines += ["    - \(mutant.before)", "    + \(mutant.after)"]
    }
    return lines
  }

  /// The line of one file that is for scripts.
  public func lastLine(_ file: MutationFile) -> String {
    let reason = file.stop.map { [$0.words] } ?? []
    let counts = file.entries.isEmpty && file.stop != nil ? [] : parts([file])
    return "vmapcheck: \(file.path): \(words(file.exitStatus)): "
      + (reason + counts).joined(separator: ", ")
  }

  /// The line of the run.
  public func lastLine(_ files: [MutationFile], time: Duration) -> String {
    let status = ExitStatus.worst(of: files.map(\.exitStatus))
    let all = [counted(files.count, "file")] + parts(files) + [time.words]
    return "vmapcheck: mutate: \(words(status)): \(all.joined(separator: ", "))"
  }

  private func parts(_ files: [MutationFile]) -> [String] {
    let total = files.reduce(0) { $0 + $1.entries.count }
    var parts = [counted(total, "mutant")]
    for word in MutantEntry.words {
      let count = files.reduce(0) { $0 + $1.entries.count { $0.word == word } }
      if count > 0 { parts.append("\(count) \(word)") }
    }
    return parts
  }

  private func words(_ status: ExitStatus) -> String {
    switch status {
    case .success: style.paint("ok", .green)
    case .unexpected: style.paint("survivors", .red)
    case .unknown: style.paint("inconclusive", .yellow)
    default: style.paint(status.word, .red)
    }
  }
}
